"""The whole program in this process, at a fake WeCom: configured, staffed, started, and looked into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.configuration import read
from bot.platforms.base import Window
from bot.platforms.wecom.platform import WeCom
from bot.program import Program
from bot.settings import Settings
from bot.settings_platforms import Origin
from storage import lock
from tests.cast import CAST
from tests.fakes.wecom import FakeWeCom, Phone
from tests.fakes.wecom_world import AES_KEY, AGENT, CORP, SECRET, TOKEN
from tests.plant_program import Plant, free_port, staff

CONFIG = """
[web]
listen = "127.0.0.1:{web}"
public_url = "http://127.0.0.1:{web}"
[[enterprise]]
code = "demo"
name = "北山矿业"
[enterprise.wecom]
corp_id = "{corp}"
agent_id = {agent}
secret = "{secret}"
token = "{token}"
aes_key = "{key}"
api_url = "{api}"
[enterprise.programme.clocks]
quiet_from = "00:00"
quiet_until = "00:00"
[enterprise.programme.limits]
reports_hour = 100000
reports_day = 100000
messages_minute = 100000
"""


def configuration(api: str, *, secret: str = SECRET) -> str:
    """The text of a configuration file; tests at night must not wait for the morning."""
    return CONFIG.format(web=free_port(), corp=CORP, agent=AGENT, secret=secret, token=TOKEN, key=AES_KEY, api=api)


def userid(name: str) -> str:
    """How WeCom calls one of the cast: Zh1001, in the case people typed it."""
    return f"Zh{next(number for who, number, *_ in CAST if who == name)}"


def hook_of(settings: Settings) -> str:
    """Where the program takes callbacks."""
    return f"{settings.web.public_url}/wecom/demo"


class WeComPlant(Plant):
    """A running program with the phones of the cast."""

    fake: FakeWeCom  # type: ignore[assignment]
    phones: dict[str, Phone]  # type: ignore[assignment]

    def __getitem__(self, name: str) -> Phone:  # type: ignore[override]
        """The phone of one of the cast."""
        return self.phones[name]

    async def taps(self, name: str, label: str) -> None:
        """Taps the newest button of this label, as soon as there is one."""
        phone = self[name]
        try:
            await self.fake.until(lambda: label in phone.buttons)
        except TimeoutError:
            raise AssertionError(f"{name} has no button {label!r} but {phone.buttons}: {phone.texts}") from None
        tap = phone.tap(label)
        await self.fake.until(lambda: tap.done)
        assert tap.stored

    @property
    def well(self) -> bool:
        """Whether WeCom refused nothing, cut nothing, swallowed nothing and held nothing back."""
        world = self.fake.world
        assert (self.refused, world.strange, world.dropped, world.doubles) == ([], [], [], [])
        return True


def no_limits(self: WeCom, chat: str) -> tuple[Window, ...]:
    """Stands in for WeCom.windows where a test is not about pace."""
    return ()


@asynccontextmanager
async def running(
    folder: Path, fake: FakeWeCom, *, joined: bool = True, hold: int = 0, **options: Any
) -> AsyncIterator[WeComPlant]:
    """The program on a new or known folder; `hold` is how many ms a draft's card waits for the next photo."""
    config = folder / "config.toml"
    if not config.exists():
        config.write_text(configuration(fake.url, **options), encoding="utf-8")
        settings = read(config.read_text(encoding="utf-8"), Origin(folder))
        names = [name for name, *_ in CAST] if joined else []
        staff(settings, [("wecom", userid(name).lower(), name) for name in names])
    settings = read(config.read_text(encoding="utf-8"), Origin(folder))
    async with AsyncExitStack() as stack:
        stack.enter_context(patch("bot.program.BALLAST", 1 << 16))
        stack.enter_context(patch("handlers.turn.GATHER_HOLD", hold))
        stack.enter_context(lock.hold(settings.database))
        fake.pusher.hook = hook_of(settings)
        phones = {name: fake.phone(name, userid=userid(name)) for name, *_ in CAST}  # what waited is sent at once
        plant = WeComPlant(await Program.start(settings, stack), fake, settings)  # type: ignore[arg-type]
        plant.phones = phones
        await fake.pusher.verify()
        yield plant
