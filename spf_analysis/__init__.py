"""Evidence review and reporting workbench for a proposed Social Prescribing Fund in England."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spf_analysis.workbench import Workbench, open_workbench

__version__ = "0.1.0"
__all__ = ["Workbench", "__version__", "open_workbench"]


def __getattr__(name: str) -> Any:
    if name in ("open_workbench", "Workbench"):
        from spf_analysis import workbench

        return getattr(workbench, name)
    raise AttributeError(f"module 'spf_analysis' has no attribute '{name}'")
