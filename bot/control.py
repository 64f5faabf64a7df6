"""How commands reach the running process: one request and one answer over a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import socket
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.commands.outcome import OperationFailed, Outcome, outcome_of
from storage.database import DiskFull

log = logging.getLogger(__name__)

Execute = Callable[[str, dict[str, Any]], Awaitable[Outcome]]

LIMIT = 64 * 1024 * 1024  # bytes of one request or answer
PATIENCE = 10.0  # seconds for a request to arrive whole
_LONGEST = 100  # bytes a socket's path may have on every system


class NotRunning(Exception):
    """No process answers at the socket."""


def socket_path(wanted: Path) -> Path:
    """Where the socket really is: a path too long for a socket is swapped for a short one of this user."""
    if len(os.fsencode(wanted.absolute())) <= _LONGEST:
        return wanted
    name = hashlib.sha256(os.fsencode(wanted.absolute())).hexdigest()[:20]
    return Path(tempfile.gettempdir()) / f"woodpecker-{os.getuid()}-{name}.sock"


class ControlServer:
    """Answers commands at `path` (mode 0600) with `execute`; its process holds the database's lock."""

    def __init__(self, path: Path, execute: Execute) -> None:
        self.path = socket_path(path)
        self._execute = execute
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens; a socket that a dead process left is taken over."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(str(self.path))
        except BaseException:
            listener.close()
            raise
        finally:
            os.umask(before)
        self._server = await asyncio.start_unix_server(self._answer, sock=listener, limit=LIMIT)

    async def stop(self) -> None:
        """Stops listening and takes the socket away."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                request = json.loads(await reader.readuntil(b"\n"))
            writer.write(json.dumps(await self._do(request)).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log.warning("a command on the control socket broke off")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            outcome = await self._execute(str(request["name"]), dict(request["params"]))
        except OperationFailed as failed:
            return {"problems": failed.problems}
        except DiskFull:
            return {"problems": ["The disk is full: nothing was done."]}
        except Exception:
            log.exception("a command failed")
            return {"problems": ["The running program could not do it; its log says why."]}
        return {"outcome": outcome.plain()}


def call(path: Path, name: str, params: dict[str, Any]) -> Outcome:
    """Has the running process do an operation. Raises NotRunning and OperationFailed."""
    place = socket_path(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            if place.lstat().st_uid != os.getuid():
                raise OperationFailed(f"{place} belongs to another user: run the command as that user.")
            connection.connect(str(place))
        except (FileNotFoundError, ConnectionRefusedError):
            raise NotRunning(str(place)) from None
        except PermissionError:
            raise OperationFailed(f"{place} may not be used: run the command as the bot's user.") from None
        try:
            connection.sendall(json.dumps({"name": name, "params": params}).encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer = answers.readline(LIMIT)
        except OSError:
            answer = b""
    if not answer.endswith(b"\n"):
        raise OperationFailed("The running program ended before it answered: look whether it was done.")
    found = json.loads(answer)
    if "problems" in found:
        raise OperationFailed(*found["problems"])
    return outcome_of(found["outcome"])
