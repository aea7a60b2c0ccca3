"""The proposed Social Prescribing Fund: rules, dated parameters, tables, ledger, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spf_analysis.fund.england import rule_of_thumb
    from spf_analysis.fund.fund import Fund
    from spf_analysis.fund.reading import problems_of, read_fund
    from spf_analysis.fund.share import Share

_WHERE = {"Fund": "fund", "Share": "share", "problems_of": "reading", "read_fund": "reading", "rule_of_thumb": "england"}
__all__ = ["Fund", "Share", "problems_of", "read_fund", "rule_of_thumb"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(f"spf_analysis.fund.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'spf_analysis.fund' has no attribute '{name}'")
