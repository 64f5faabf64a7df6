"""One of the three programs as a process: started, asked whether it is ready, weighed, ended."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from bench.crews import Layout, settle, write_config

TICKS = os.sysconf("SC_CLK_TCK")
LONGEST_START = 60.0  # seconds; a million reports may want a checkpoint


class Program:
    """A started process; `ready` is how many seconds it took to answer."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, ready: float, log: Path) -> None:
        self._process = process
        self.port = port
        self.ready = ready
        self.log = log

    @classmethod
    async def start(cls, command: Sequence[str], port: int, log: Path) -> Program:
        """Starts it and waits until it answers on its port."""
        begun = perf_counter()
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(*command, stdout=out, stderr=out)
        while perf_counter() - begun < LONGEST_START and process.returncode is None:
            if await _healthy(port):
                return cls(process, port, perf_counter() - begun, log)
            await asyncio.sleep(0.005)
        raise RuntimeError(f"{command[-1]} did not start, see {log}")

    @property
    def pid(self) -> int:
        """The main process."""
        return self._process.pid

    @property
    def cpu(self) -> float:
        """Seconds of user and system time of the main process, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def memory(self) -> tuple[float, float]:
        """Resident MB of the main process, and of its children together."""
        children = [_rss(pid) for pid in _children(self.pid)]
        return _rss(self.pid), sum(children)

    async def stop(self) -> None:
        """Asks it to end, and makes it after a while."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(15):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _rss(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return [each for child in found for each in (child, *_children(child))]


async def _healthy(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return (await reader.readline()).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
    finally:
        writer.close()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def start_echo(folder: Path, api: str) -> Program:
    """(a)"""
    port = free_port()
    return await Program.start([sys.executable, "-m", "bench.echo_ptb", api, str(port)], port, folder / "a.log")


async def start_naive(folder: Path, api: str) -> Program:
    """(b)"""
    port = free_port()
    database = folder / f"naive-{port}.db"
    command = [sys.executable, "-m", "bench.naive_ptb", api, str(port), str(database)]
    return await Program.start(command, port, folder / "b.log")


async def start_ours(home: Path, api: str, layout: Layout, *, limits: bool) -> Program:
    """(c) on the data in `home`; without `limits` it sends as fast as it can."""
    port = free_port()
    config = write_config(home, api, port, layout)
    program = [str(Path(sys.executable).with_name("woodpecker"))] if limits else [sys.executable, "-m", "bench.ours"]
    return await Program.start([*program, "run", "--config", str(config)], port, home / "c.log")


def make_model(folder: Path, layout: Layout, now: int, reports: int = 0) -> Path:
    """A folder with the data that a run of ours starts from."""
    model = folder / f"model-{layout.plants}x{layout.crews}-{reports}"
    model.mkdir()
    settle(write_config(model, "http://127.0.0.1:9", 9, layout), layout, now, reports)
    return model


def copy_of(model: Path) -> Path:
    """A fresh copy of a model's data."""
    home = model.with_name("home")
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(model, home)
    return home
