"""The measured part of docs/scale.md: written from the kept results, so that no figure on that page is typed by hand."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "edition.json"
PAGE = ROOT / "docs" / "scale.md"
BRIEFINGS = 8_000
HOUR = 3_600
HEADROOM = 0.8
_MARKS = re.compile(r"(<!-- measured: begin[^\n]*-->\n).*?(<!-- measured: end -->)", re.DOTALL)


def name_of(content: Mapping[str, Any]) -> str:
    """Under which name a result is kept: "edition, embedded", or "150 areas, embedded"."""
    areas = content["invented_areas"] + content["areas"] if content.get("invented_areas") else None
    subset = f"{content['targets']} targets of the " if content.get("subset") else ""
    return f"{subset}{f'{areas} areas' if areas else 'edition'}, {content['typesetter']}"


def measured_part(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The tables of the page as Markdown; a sentence instead where nothing was measured yet."""
    if not results:
        return "Nothing has been measured yet: run `python benchmarks/edition.py --write` on a machine that does nothing else.\n"
    rows = [_row(name, results[name]) for name in sorted(results)]
    head = "| build | briefings | seconds | processor seconds each | peak memory | against the naive loop | against the floor |"
    lines = [head, "|:--|--:|--:|--:|--:|--:|--:|", *rows, ""]
    basis = results.get("edition, embedded") or next(iter(results.values()))
    return "\n".join(lines) + "\n" + _scaled(basis)


def _row(name: str, result: Mapping[str, Any]) -> str:
    build, number = result["spf build"], result["targets"]
    ratio = f"{result['ratio']:.1f} times as fast" if "ratio" in result else "not measured"
    floor = f"{result['times_the_floor']:.2f} times" if "times_the_floor" in result else "not measured"
    each = build["processor_seconds"] / number
    return f"| {name} | {number} | {build['seconds']:.1f} | {each:.2f} | {build['peak_megabytes']:,} MB | {ratio} | {floor} |"


def _scaled(result: Mapping[str, Any]) -> str:
    build, number, jobs = result["spf build"], result["targets"], result["jobs"]
    each, size = build["processor_seconds"] / number, build["megabytes_on_disk"] / number
    here = result["notebooks"]["processor_seconds"] / number
    rows = {
        "processor time of one briefing": f"{each:.2f} s",
        "of which its notebook takes, on the machine that asks": f"{here:.2f} s",
        "processor time of all": f"{BRIEFINGS * each / HOUR:.1f} hours",
        "processors of the machine that asks, to be done in an hour at 80 per cent of their time": _processors(here),
        "workers with one processor each, likewise": _processors(each - here),
        "memory of one worker, at most": f"{build['peak_megabytes'] / jobs:,.0f} MB",
        "storage of one briefing in three formats with its audit notebook": f"{size:.1f} MB",
        "storage of all": f"{BRIEFINGS * size / 1000:.1f} GB",
    }
    return "".join([f"| for {BRIEFINGS:,} briefings | |\n|:--|--:|\n", *(f"| {name} | {value} |\n" for name, value in rows.items())])


def _processors(seconds: float) -> str:
    return str(math.ceil(BRIEFINGS * seconds / HOUR / HEADROOM))


def rewritten(page: str, results: Mapping[str, Mapping[str, Any]]) -> str:
    """The page with its measured part as the results have it. Raises ValueError where it has no place for it."""
    if not _MARKS.search(page):
        raise ValueError("docs/scale.md has no marks for its measured part")
    return _MARKS.sub(lambda found: f"{found[1]}{measured_part(results)}{found[2]}", page)


def rewrite(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Put the results into the page."""
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    rewrite(json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {})
