"""How jupyter_client gets a kernel from the server that forks them: a kernel provisioner, found by its entry point."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from spf_analysis.publishing.forking import ask_for_kernel


class ForkProvisioner(LocalProvisioner):
    """Launches a kernel by asking the server at the socket `server` to fork one."""

    server = Unicode(help="Path of the server's socket.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked with the arguments that follow the module's name in the command."""
        arguments = cmd[cmd.index("-m") + 2 :]
        folder = str(kwargs.get("cwd") or Path.cwd())
        self.process = ask_for_kernel(self.server, arguments, dict(kwargs.get("env") or os.environ), folder)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info
