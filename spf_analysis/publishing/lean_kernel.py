"""The Python kernel that notebooks of an edition run on: ipykernel without a second of start-up that nothing here needs.

`rfc3987_syntax` builds dozens of parsers when it is imported, only to check internationalised addresses in JSON schemas
(python-jsonschema/jsonschema issue 1428). With it blocked, jsonschema skips that one format check. `debugpy` takes most of another
second in each kernel, and no debugger is ever attached to one here; ipykernel does without it.
"""

from __future__ import annotations

import sys


def block_slow_imports() -> None:
    """Keep `rfc3987_syntax` and `debugpy` from being imported in this process; jsonschema and ipykernel then do without them."""
    for name in ("rfc3987_syntax", "debugpy"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def launch(argv: list[str] | None = None) -> None:
    """Be a kernel until told to stop.

    ipykernel would listen on a port of 127.0.0.1 for what processes print that the kernel forked; this one listens on none.
    """
    from ipykernel import kernelapp

    plain = kernelapp.IOPubThread

    class PortlessThread(plain):  # type: ignore[misc, valid-type]
        def __init__(self, socket: object, pipe: bool = False, session: object = False) -> None:
            super().__init__(socket, pipe=False, session=session)

    kernelapp.IOPubThread = PortlessThread
    kernelapp.IPKernelApp.launch_instance(argv=argv)


if __name__ == "__main__":
    block_slow_imports()
    launch()
