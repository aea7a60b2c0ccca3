"""Kernels: forked or started lean, many at once, and none in another's way."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import psutil
import pytest

from spf_analysis.publishing.forking import can_fork, kernel_server
from spf_analysis.publishing.kernels import KERNEL, kernel_class
from spf_analysis.publishing.watching import MemoryWatch

AT_ONCE = 8


async def started(number: int, server: str, slots: asyncio.Semaphore) -> str:
    """Start a kernel, have it compute with a number of its own, and end it; what it answered."""
    async with slots:
        with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:
            watch = MemoryWatch(1024)
            manager = kernel_class(folder, server, watch)(kernel_name=KERNEL)
            await manager.start_kernel()
            client = manager.client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=60)
                asked = client.execute("", user_expressions={"answer": f"{number} * 2"})
                while True:
                    reply = await client.get_shell_msg(timeout=60)
                    if reply["parent_header"]["msg_id"] == asked:
                        return str(reply["content"]["user_expressions"]["answer"]["data"]["text/plain"])
            finally:
                watch.stop()
                client.stop_channels()
                await manager.shutdown_kernel(now=True)


async def all_started(number: int, server: str) -> list[str]:
    slots = asyncio.Semaphore(AT_ONCE)
    return await asyncio.gather(*(started(each, server, slots) for each in range(number)))


def test_a_kernel_that_is_started_lean_answers() -> None:
    assert asyncio.run(all_started(2, "")) == ["0", "2"]


@pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")
@pytest.mark.parametrize("number", [24, pytest.param(500, marks=pytest.mark.long)])
def test_many_forked_kernels_do_not_meet_and_none_is_left(number: int, untouched: Path) -> None:
    with kernel_server(untouched) as server:
        assert asyncio.run(all_started(number, server)) == [str(2 * each) for each in range(number)]
        (process,) = [child for child in psutil.Process().children() if "forking" in " ".join(child.cmdline())]
        assert process.children() == [], "neither a kernel nor a zombie"


@pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")
def test_the_server_outlives_who_asks_for_nothing(untouched: Path) -> None:
    import socket

    with kernel_server(untouched) as server:
        for said in (b"", b"\n"):
            with socket.socket(socket.AF_UNIX) as asking:
                asking.connect(server)
                asking.sendall(said)
        assert asyncio.run(all_started(1, server)) == ["0"]
