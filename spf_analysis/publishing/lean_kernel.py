"""The Python kernel that notebooks of an edition run on: ipykernel without a second of start-up that nothing here needs.

`rfc3987_syntax` builds dozens of parsers when it is imported, only to check internationalised addresses in JSON schemas
(python-jsonschema/jsonschema issue 1428). With it blocked, jsonschema skips that one format check.
"""

from __future__ import annotations

import sys


def block_slow_imports() -> None:
    """Keep `rfc3987_syntax` from being imported in this process; jsonschema then does without it."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


if __name__ == "__main__":
    block_slow_imports()
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
