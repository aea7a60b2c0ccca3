"""The kernels that notebooks run on: started lean or forked, spoken to over sockets in a private folder, and watched while they run."""

from __future__ import annotations

import contextlib
import sys
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from spf_analysis.publishing.forking import PROVISIONER
from spf_analysis.publishing.watching import MemoryWatch

KERNEL = "spf-lean"
ANSWER_SECONDS = 1.0
NEWS_SECONDS = 0.2
START_SECONDS = 60.0


class NoKernelError(RuntimeError):
    """A kernel that could not be had, or that was gone before its first answer: none of the notebook has run."""


class LeanKernels(KernelSpecManager):
    """Knows one kernel: this Python with the lean start-up, forked where there is a server that forks kernels."""

    server = ""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The one kernel, whatever its name."""
        forked = {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {"server": self.server}}} if self.server else {}
        options = ["--IPKernelApp.log_level=40", "--HistoryManager.enabled=False"]
        argv = [sys.executable, "-m", "spf_analysis.publishing.lean_kernel", *options, "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python", metadata=forked)


class PromptClient(AsyncKernelClient):
    """Speaks to a kernel, and takes it as ready as soon as it has answered and what it publishes arrives.

    jupyter_client's own client waits a fifth of a second more, in case there is something left to read.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel's first answer. Raises NoKernelError where it dies before, or does not answer in time."""
        until = time.monotonic() + (timeout or START_SECONDS)
        while True:
            asked = self.kernel_info()
            if await self._answered() and await self._idle_after(asked):
                return
            if not await self._async_is_alive():
                raise NoKernelError("its kernel died before its first answer")
            if time.monotonic() > until:
                raise NoKernelError(f"its kernel did not answer within {START_SECONDS:.0f} seconds")

    async def _answered(self) -> bool:
        with contextlib.suppress(Empty):
            reply = await self.get_shell_msg(timeout=ANSWER_SECONDS)
            return bool(reply["msg_type"] == "kernel_info_reply")
        return False

    async def _idle_after(self, asked: str) -> bool:
        """Whether the kernel is heard to be idle after this request: nothing that it published before is left to read then."""
        with contextlib.suppress(Empty):
            while True:
                news = await self.get_iopub_msg(timeout=NEWS_SECONDS)
                if news["parent_header"].get("msg_id") == asked and news["content"].get("execution_state") == "idle":
                    return True
        return False


class IpcKernel(AsyncKernelManager):
    """A kernel that is spoken to over sockets in a folder, and never over a port that another could have taken.

    `folder` is where its sockets lie, `server` what forks it, if anything, and `watch` ends it where it takes too much memory.
    """

    folder = ""
    server = ""
    watch: MemoryWatch | None = None

    def __init__(self, **kwargs: Any) -> None:
        kernels = LeanKernels()
        kernels.server = self.server
        super().__init__(**kwargs, transport="ipc", kernel_spec_manager=kernels, client_factory=PromptClient)
        self.connection_file = f"{self.folder}/connection.json"
        self.ip = f"{self.folder}/k"

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kwargs: Any) -> None:
        try:
            await super()._async_launch_kernel(kernel_cmd, **kwargs)
        except (OSError, ValueError) as error:  # the server that forks kernels is gone, or this machine starts no more processes
            raise NoKernelError(f"no kernel could be started ({error})") from error
        if self.watch is not None:
            self.watch.start(self.provisioner.pid)

    _launch_kernel = _async_launch_kernel


def kernel_class(folder: str, server: str, watch: MemoryWatch) -> type[IpcKernel]:
    """The kernel manager that nbclient makes its one kernel with: its sockets in `folder`, watched by `watch`."""
    return type("WatchedIpcKernel", (IpcKernel,), {"folder": folder, "server": server, "watch": watch})
