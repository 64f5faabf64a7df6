"""The control socket: for this user alone, one answer to each request, and no trace of a failure's inside."""

import asyncio
import logging
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.commands.outcome import OperationFailed, Outcome
from bot.control import ControlServer, NotRunning, call, socket_path


async def answer(name: str, params: dict[str, Any]) -> Outcome:
    if name == "refuse":
        raise OperationFailed("one", "two")
    if name == "break":
        raise KeyError("王磊")
    return Outcome([f"{name} {params['text']}"], [[1, "a"]], ["n", "word"])


async def asked(path: Path, name: str, **params: Any) -> Outcome:
    return await asyncio.to_thread(call, path, name, params)


async def test_a_request_gets_its_answer(tmp_path: Path) -> None:
    server = ControlServer(tmp_path / "plant.db.sock", answer)
    await server.start()
    try:
        assert stat.S_IMODE(server.path.stat().st_mode) == 0o600
        long = "磨" * 500_000
        done = await asked(tmp_path / "plant.db.sock", "echo", text=long)
        assert (done.lines, done.rows, done.headers) == ([f"echo {long}"], [[1, "a"]], ["n", "word"])
        with pytest.raises(OperationFailed, match="one\ntwo"):
            await asked(tmp_path / "plant.db.sock", "refuse")
    finally:
        await server.stop()
    with pytest.raises(NotRunning):
        await asked(tmp_path / "plant.db.sock", "echo", text="")


async def test_a_failure_inside_stays_inside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = ControlServer(tmp_path / "s.sock", answer)
    await server.start()
    try:
        with caplog.at_level(logging.ERROR), pytest.raises(OperationFailed, match="its log says why") as said:
            await asked(tmp_path / "s.sock", "break")
        assert "王磊" not in str(said.value)
        assert (await asked(tmp_path / "s.sock", "echo", text="still there")).lines == ["echo still there"]
    finally:
        await server.stop()


async def test_a_dead_processs_socket_is_taken_over(tmp_path: Path) -> None:
    import socket

    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with pytest.raises(NotRunning):
        await asked(path, "echo", text="")
    server = ControlServer(path, answer)
    await server.start()
    try:
        assert (await asked(path, "echo", text="x")).lines == ["echo x"]
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"nonsense\n")
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        assert (await asked(path, "echo", text="x")).lines == ["echo x"]
    finally:
        await server.stop()


async def test_a_path_too_long_for_a_socket_works_all_the_same(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    assert len(str(socket_path(deep / "plant.db.sock"))) <= 100
    server = ControlServer(deep / "plant.db.sock", answer)
    await server.start()
    try:
        assert (await asked(deep / "plant.db.sock", "echo", text="x")).lines == ["echo x"]
    finally:
        await server.stop()
