"""A plant whose people are on a platform: what they do comes in through its adapter, and so goes what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.platforms.base import Failure
from bot.sent import Sent
from handlers import outgoing, routes
from handlers.message import Button, Incoming, Message
from handlers.unreachable import cut_off
from storage import groups
from tests.carriers.base import Carrier, Look
from tests.world import ELSEWHERE, SECOND, START, Phone, Seen, Shown, World
from woodpecker.programme import Programme


@dataclass(frozen=True)
class OnScreen(Seen):
    """A message that came, or that looks otherwise than `before`."""

    look: Look
    before: Look | None = None


class Carried(World):
    """The engine of the stories with a platform around it; 王磊² stays on one without."""

    gathered = 3000

    def __init__(
        self,
        path: Path,
        programme: Programme | None = None,
        *,
        kind: Callable[..., Carrier],
        start: int = START,
        **setting: Any,
    ) -> None:
        self.real, self.offset = start, 0
        self._kind = kind
        self._looks: dict[str, list[Look]] = {}
        self._looked = 0  # how many of the platform's calls have been looked at
        self.carrier: Carrier | None = None
        super().__init__(path, programme, start=start, **setting)

    def _carrier(self) -> Carrier:
        """Made with the first phone, when there is a database."""
        if self.carrier is None:
            self.carrier = self._kind(self.connection, lambda: self.now)
            self.platform = self.carrier.name
            links = {self.carrier.name: "https://t.example/b?start="} if self.carrier.name == "telegram" else {}
            self.plant = replace(self.plant, links={**links, SECOND: self.plant.links[SECOND]})
        return self.carrier

    def close(self) -> None:
        if self.carrier is not None:
            self.carrier.close()
        super().close()

    def phone(self, name: str, *, private: bool = True) -> Phone:
        """The phone of this name, made at the platform's fake if it is new."""
        carrier = self._carrier()
        if name not in self.phones and not name.endswith(ELSEWHERE):
            if private:
                user, chat = carrier.phone(name, len(self.phones) + 1)
            else:
                user = chat = carrier.group(name)
            self.phones[name] = Phone(name, user, chat, private, self.platform)
        return super().phone(name, private=private)

    def join(self, name: str) -> None:
        """Links the phone to the person of the same name, who has written before."""
        if self.phones[name].platform == self.platform:
            self._carrier().known(self.phones[name].chat)
        super().join(name)

    def received(self, incoming: Incoming) -> None:
        """Hands over what the adapter makes of the delivery."""
        if incoming.platform != self.platform:
            return super().received(incoming)
        carrier = self._carrier()
        for one in carrier.bring(incoming):
            handled = self.transaction(lambda desk, one=one: routes.handle(desk, one, carrier.toasts))  # type: ignore[misc]
            if one.tap_ref:
                carrier.do(self._answered(one.tap_ref, handled.toast))
                if toast := carrier.toast(one.tap_ref):
                    self._by_user(incoming.account).toasts.append(toast)
        return None

    async def _answered(self, tap_ref: str, toast: str) -> None:
        carrier = self._carrier()
        carrier.adapter.answer(tap_ref, toast)
        await carrier.settle()

    def drain(self) -> list[Seen]:
        """Sends everything that is due; what changed by itself on a phone is seen as well."""
        seen = super().drain()
        carrier = self._carrier()
        if self._looked < len(carrier.fake.calls):
            carrier.do(carrier.settle())
            self._looked = len(carrier.fake.calls)
            seen += [one for phone in self.phones.values() for one in self._news(phone)]
        return seen

    def _shown(self, ready: outgoing.Ready) -> list[Seen]:
        if ready.platform != self.platform:
            return super()._shown(ready)
        try:
            ref = self._carrier().send(ready)
        except Failure as failure:
            if not failure.unreachable:
                raise
            self.transaction(lambda desk: groups.removed(desk.store, ready.platform, ready.chat))
            self.transaction(lambda desk, why=failure.reason: cut_off(desk, ready.platform, ready.chat, why))  # type: ignore[misc]
            return []
        self._tx(Sent(ready, ref, lambda: self.real))
        return self._news(next(p for p in self.phones.values() if p.chat == ready.chat))

    def _news(self, phone: Phone) -> list[Seen]:
        """What the phone shows otherwise than when it was last looked at."""
        if phone.platform != self.platform:
            return []
        before, now = self._looks.get(phone.chat, []), self._carrier().screen(phone.chat)
        if before == now:
            return []
        self._looks[phone.chat] = now
        phone.shown = [Shown(look.ref, _message(look)) for look in now]
        seen: list[Seen] = []
        for n, look in enumerate(now):
            old = before[n] if n < len(before) else None
            if look != old:
                seen.append(OnScreen(phone.name, _message(look), old is not None, look, old))
        return seen


def _message(look: Look) -> Message:
    return Message(look.text, (tuple(Button(label, data) for label, data in look.taps),))
