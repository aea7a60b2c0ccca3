"""House tables and charts, by what they show: the evidence base, or the proposed Fund."""

from spf_analysis.exhibits import brokerage, costs, coverage, demonstrators, evidence, fund, grants, path, position, quality, synthesis

__all__ = ["brokerage", "costs", "coverage", "demonstrators", "evidence", "fund", "grants", "path", "position", "quality", "synthesis"]
