"""The generated workbench of the benchmark: its further areas hold together, are told apart, and are called invented."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import invented  # noqa: E402

from spf_analysis.publishing.edition import open_edition  # noqa: E402


@pytest.mark.parametrize("wanted", [60, 500])
def test_so_many_areas_are_in_force_and_each_has_a_share(wanted: int, untouched: Path, tmp_path: Path) -> None:
    workbench = invented.copied(untouched, tmp_path / "workbench")
    real = len(open_edition(None, untouched).areas_in_force())
    added = invented.add_areas(workbench, wanted)
    bench = open_edition(None, workbench)
    assert len(added) == wanted - real
    assert len(bench.areas_in_force()) == wanted
    last = bench.area(added[-1])
    assert last.short_name.startswith("Invented")
    assert bench.share(last).figure("local_investment_share").value > 0
    assert invented.STAMP in (workbench / "spf.toml").read_text(encoding="utf-8")
