"""House tables and charts, by what they show: the evidence base, or the proposed Fund."""

from spf_analysis.exhibits import evidence, fund

__all__ = ["evidence", "fund"]
