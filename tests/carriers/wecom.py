"""The WeCom application: callbacks sealed and signed, messages and cards over HTTP."""

from __future__ import annotations

from aiohttp import web

from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom.settings import WeComSettings
from handlers.message import Event, Incoming, MediaKind
from tests.carriers.base import Carrier, Look, bytes_of, drop_down, list_of, sign_of
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_phone import Phone, _selected
from tests.fakes.wecom_world import AES_KEY, AGENT, CORP, SECRET, TOKEN, Shown

FILES = frozenset({"image", "voice", "video", "file"})


class WeComCarrier(Carrier):
    """One application, its callback address mounted in a server of its own."""

    name = "wecom"
    splits = True
    toasts = False
    without = "an application is in no group"

    async def open(self) -> None:
        self.fake = FakeWeCom(flood=True, clock=self.time)
        self.fake.world.verified = True
        await self.fake.open()
        settings = WeComSettings(1, "demo", CORP, AGENT, SECRET, TOKEN, AES_KEY, self.fake.url)
        self.adapter = WeCom(settings, self.here, clock=self.time.ms, monotonic=self.time)  # type: ignore[arg-type]
        app = web.Application()
        app.add_routes(self.adapter.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.fake.pusher.hook = f"http://127.0.0.1:{self._runner.addresses[0][1]}{settings.path}"
        self._receiving = self.loop.create_task(self.adapter.receive(self.accept))

    async def shut(self) -> None:
        await self._runner.cleanup()
        await self.fake.close()

    def phone(self, name: str, number: int) -> tuple[str, str]:
        made = self.fake.phone(name)
        account = made.userid.lower()
        self.phones[account] = made
        return account, account

    async def act(self, said: Incoming) -> None:
        self.fake.pusher.clock = lambda: said.sent_at / 1000
        phone: Phone = self.phones[said.account]
        if said.event is not Event.BLOCKED:
            phone.member.visible = True
        self._do(phone, said)
        await self.fake.until(lambda: self.fake.pending == 0)

    def _do(self, phone: Phone, said: Incoming) -> None:
        if said.event is Event.TAP:
            self._tap(phone, said)
        elif said.event is Event.BLOCKED:
            phone.unsubscribe()
        elif said.media and said.media[0].kind is MediaKind.VOICE:
            phone.voice(bytes_of(said.media[0]))
        elif said.media:
            phone.photo(bytes_of(said.media[0]))
            if said.text:
                phone.text(said.text)
        elif said.location:
            phone.location(*said.location)
        else:
            assert not said.phone, "nobody can share a number"
            phone.text(said.text)

    def _tap(self, phone: Phone, said: Incoming) -> None:
        """A button, or a line of a list that is ticked and sent."""
        card = next((one for one in phone.screen if one.card.get("task_id") == said.message_ref), None)
        if card is not None and said.tap in [option["id"] for option in card.options]:
            phone.send_list(card, said.tap)
        else:
            phone.tap_data(said.tap, said.message_ref, **(_selected(card) if card is not None else {}))

    def screen(self, chat: str) -> list[Look]:
        return [self._look(n, shown) for n, shown in enumerate(self.phones[chat].screen)]

    def _look(self, n: int, shown: Shown) -> Look:
        if shown.kind in FILES:
            return Look(f"#{n}", media=sign_of(shown.file))
        if not shown.card:
            return Look(f"#{n}", tuple(shown.text.splitlines()))
        facts = shown.card.get("horizontal_content_list", [])
        lines = shown.text.splitlines()
        box = shown.drop_down
        below = drop_down(box["title"], [o["text"] for o in box["option_list"]]) if box else ()
        return Look(
            str(shown.card["task_id"]),
            tuple(lines[: len(lines) - len(facts)]),
            tuple(lines[len(lines) - len(facts) :]),
            controls=(*(f"[{b['text']}]" for b in shown.buttons), *list_of([o["text"] for o in shown.options]), *below),
            taps=(*((b["text"], b["key"]) for b in shown.buttons), *((o["text"], o["id"]) for o in shown.options)),
            grey=shown.grey,
        )

    async def settle(self) -> None:
        while self.adapter._changing._greying:
            await next(iter(self.adapter._changing._greying))

    def strange(self) -> list[str]:
        dropped = [str(body) for body in self.fake.world.dropped]
        bad = [f"{c.method}: {c.description}" for c in self.fake.calls if c.status != 200]
        return [*self.fake.world.strange, *dropped, *bad]
