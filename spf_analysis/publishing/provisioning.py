"""How jupyter_client gets a kernel from the server that forks them: a kernel provisioner, found by its entry point."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from spf_analysis.publishing.forking import ForkedProcess, ask_for_kernel

_SOCKETS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
_START_SECONDS = 60.0
_PAUSE = 0.003


class ForkProvisioner(LocalProvisioner):
    """Launches a kernel by asking the server at the socket `server` to fork one."""

    server = Unicode(help="Path of the server's socket.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked with the arguments that follow the module's name in the command, and wait until it listens.

        A client that connects before there is a socket would look again only after a tenth of a second.
        """
        arguments = cmd[cmd.index("-m") + 2 :]
        folder = str(kwargs.get("cwd") or Path.cwd())
        forked = ask_for_kernel(self.server, arguments, dict(kwargs.get("env") or os.environ), folder)
        self.process: ForkedProcess | None = forked
        self.pid = self.pgid = forked.pid
        self.cwd = folder
        await self._listening(forked)
        return self.connection_info

    async def _listening(self, forked: ForkedProcess) -> None:
        sockets = [f"{self.connection_info['ip']}-{self.connection_info[name]}" for name in _SOCKETS]
        until = time.monotonic() + _START_SECONDS
        while not all(map(os.path.exists, sockets)) and forked.poll() is None and time.monotonic() < until:
            await asyncio.sleep(_PAUSE)

    async def wait(self) -> int | None:
        """Wait until the kernel has ended, without the tenth of a second that jupyter_client takes between two looks."""
        process: ForkedProcess | None = self.process
        while process is not None and process.poll() is None:
            await asyncio.sleep(_PAUSE)
        self.process = None
        return 0
