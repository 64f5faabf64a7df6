"""The sandbox's phones: the listener that serves them, and what a page may ask of its plant."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.platforms.sandbox.platform import SandboxPlatform
from bot.platforms.sandbox.server import serve
from bot.platforms.sandbox.site import Person, Site
from bot.settings import EnterpriseSettings, split_address
from handlers.texts import DEFAULT, text
from storage import accounts, departments, invitations, people
from storage.database import Tx
from storage.store import Store
from woodpecker.people import Person as Member
from woodpecker.words import Role

if TYPE_CHECKING:
    from bot.operations import Operations
    from bot.program import Program

log = logging.getLogger(__name__)

# The first phones of the sample plant: worker, officer, owner, approver.
FIRST = ("W01", "S01", "Z01", "A01")
MOST = 200  # people the page lists


async def serve_phones(program: Program, operations: Operations, stack: AsyncExitStack) -> None:
    """Serves the sandboxes' pages, those with the same address on one listener."""
    by_address: dict[str, list[SandboxPlatform]] = {}
    for platform in program.platforms.values():
        if isinstance(platform, SandboxPlatform):
            plant = program.plants.get(platform.enterprise)
            of = program.settings.of(plant.code) if plant else None
            if of is not None:
                by_address.setdefault(of.sandbox.listen, []).append(platform)
    for address, platforms in by_address.items():
        sites = [await site_of(program, operations, platform) for platform in platforms]
        host, port = split_address(address)
        remote = all(_of(program, p).sandbox.allow_remote for p in platforms)
        server = await serve(sites, host, port, allow_remote=remote)
        stack.push_async_callback(server.stop)
        program.pages.append(server.url)
        log.info("open %s in a browser: the phones are there (Ctrl+C stops)", server.url)


def _of(program: Program, platform: SandboxPlatform) -> EnterpriseSettings:
    plant = program.plants.get(platform.enterprise)
    assert plant is not None
    found = program.settings.of(plant.code)
    assert found is not None
    return found


async def site_of(program: Program, operations: Operations, platform: SandboxPlatform) -> Site:
    """The page's view of a plant; the sample plant's first phones are there and joined."""
    roster = Roster(program, platform)
    if program.settings.sample:
        await platform.phones.seed(await program.exchange.run(roster.first))
    plant = program.plants.get(platform.enterprise)
    assert plant is not None
    return Site(
        plant.code,
        plant.name,
        str(plant.zone),
        platform,
        lambda: program.plants.now(plant.id),
        lambda ms: operations.advance(plant.id, ms),
        roster.people,
        roster.join,
    )


class Roster:
    """The plant's people as somebody who may get a phone; codes made here are shown until they are used."""

    def __init__(self, program: Program, platform: SandboxPlatform) -> None:
        self._program = program
        self._platform = platform
        self._codes: dict[str, str] = {}

    async def people(self) -> list[Person]:
        """Everybody with an employee number, and the code to type for those who got a phone but have not joined."""
        return await self._program.exchange.run(self._people)

    def _people(self, tx: Tx) -> list[Person]:
        store = Store(tx, self._platform.enterprise)
        plant = self._program.plants.get(self._platform.enterprise)
        language = plant.language if plant else DEFAULT
        names = {d.id: d.name for d in departments.all(store)}
        found = [p for p in people.all(store) if p.employee_no and p.left_on is None][:MOST]
        joined = people.joined(store, [p.id for p in found])
        return [
            Person(
                f"{p.name} · {_note(p, names, language)}",
                p.employee_no or "",
                None if p.id in joined else self._codes.get(p.employee_no or ""),
            )
            for p in found
        ]

    async def join(self, phone: str, number: str) -> None:
        """Makes a join code for somebody who has not joined."""

        def work(tx: Tx) -> str:
            store = Store(tx, self._platform.enterprise)
            person = people.by_number(store, number)
            if person is None or people.joined(store, [person.id]):
                return ""
            return invitations.create(store, person.id, self._program.plants.now(self._platform.enterprise))

        code = await self._program.exchange.run(work)
        if code:
            self._codes[number] = code

    def first(self, tx: Tx) -> list[tuple[str, str, str, str]]:
        """The first phones (id, name, note, number), each joined to its person."""
        store = Store(tx, self._platform.enterprise)
        now = self._program.plants.now(self._platform.enterprise)
        plant = self._program.plants.get(self._platform.enterprise)
        assert plant is not None
        names = {d.id: d.name for d in departments.all(store)}
        phones = []
        for number in FIRST:
            person = people.by_number(store, number)
            if person is None:
                continue
            chat = f"p{number.lower()}"
            if accounts.find(store, self._platform.name, chat) is None and not people.joined(store, [person.id]):
                account = accounts.touch(store, self._platform.name, chat, chat, person.name, "", now)
                accounts.link(store, account.id, person.id)
            phones.append((chat, person.name, _note(person, names, plant.language), number))
        return phones


def _note(person: Member, departments_by_id: dict[int, str], language: str) -> str:
    """What stands under the name: department and roles."""
    roles = [text(language, f"role.{role}") for role in sorted(person.roles - {Role.WORKER})]
    return " · ".join(filter(None, [departments_by_id.get(person.department or 0), *roles]))
