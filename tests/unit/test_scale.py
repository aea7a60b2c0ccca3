"""docs/scale.md says what was measured: its figures are those of the kept results, and follow from them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import scale  # noqa: E402

RESULT: dict[str, Any] = {
    "targets": 40,
    "areas": 38,
    "invented_areas": 0,
    "typesetter": "embedded",
    "jobs": 2,
    "ratio": 12.34,
    "times_the_floor": 1.25,
    "notebooks": {"processor_seconds": 27.0},
    "spf build": {"seconds": 50.0, "processor_seconds": 90.0, "peak_megabytes": 1200, "megabytes_on_disk": 48.0},
}


def test_the_page_holds_what_the_kept_results_say() -> None:
    results = json.loads(scale.RESULTS.read_text(encoding="utf-8")) if scale.RESULTS.is_file() else {}
    page = scale.PAGE.read_text(encoding="utf-8")
    assert page == scale.rewritten(page, results), "run python benchmarks/scale.py"


def test_the_figures_follow_from_the_results() -> None:
    said = scale.measured_part({"edition, embedded": RESULT})
    assert "| edition, embedded | 40 | 50.0 | 2.25 | 1,200 MB | 12.3 times as fast | 1.25 times |" in said
    assert "| processor time of all | 5.0 hours |" in said
    assert "| of which its notebook takes, on the machine that asks | 0.68 s |" in said
    assert "| processors of the machine that asks, to be done in an hour at 80 per cent of their time | 2 |" in said
    assert "| workers with one processor each, likewise | 5 |" in said
    assert "| storage of all | 9.6 GB |" in said
    assert "| memory of one worker, at most | 600 MB |" in said


def test_what_was_not_measured_is_not_said() -> None:
    bare = {name: value for name, value in RESULT.items() if name not in ("ratio", "times_the_floor")}
    assert "| not measured | not measured |" in scale.measured_part({"edition, quarto": bare})
    assert scale.measured_part({}).startswith("Nothing has been measured yet")


def test_results_are_kept_apart_by_typesetter_and_number_of_areas() -> None:
    names = [scale.name_of({**RESULT, **change}) for change in ({}, {"typesetter": "quarto"}, {"invented_areas": 112}, {"subset": True})]
    assert names == ["edition, embedded", "edition, quarto", "150 areas, embedded", "40 targets of the edition, embedded"]


def test_a_page_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match="no marks"):
        scale.rewritten("# A page\n", {})
