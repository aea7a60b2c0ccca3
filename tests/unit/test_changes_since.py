"""What changed since the last edition, in a workbench with two editions: data, rule, evidence or boundary, one line each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spf_analysis import Workbench, open_workbench
from spf_analysis.briefing import Briefing
from spf_analysis.changes import Change
from spf_analysis.editions import folder_of
from spf_analysis.errors import BriefingError
from spf_analysis.evidence.snapshot import snapshot
from spf_analysis.printed import printed
from spf_analysis.publishing.moment import Moment
from spf_analysis.publishing.release import record_of, write

RELEASED = '["bench",["released_record",[],{}]]'
CLAIMS = ("vcfse.capacity-limits", "vcfse.below-full-cost")


def brief_of(bench: Workbench, target: str = "QOC", claims: tuple[str, ...] = CLAIMS) -> Briefing:
    """A short briefing for an area or for the nation."""
    if target == "national-fund":
        brief = bench.briefing(target)
        brief.show(*bench.fund.figures(bench.year))
        return brief
    here = bench.area(target)
    brief = bench.briefing(here)
    brief.show(*bench.share(here).figures())
    brief.say("vcfse", *claims)
    brief.tell_gaps("full-cost")
    return brief


def release(workbench: Path, year: str | None = None, targets: tuple[str, ...] = ("QOC", "national-fund")) -> None:
    """Record the first edition with short briefings, and register a second one that follows it."""
    bench = open_workbench(year, folder=workbench)
    shown = {target: printed(brief_of(bench, target).context.data) for target in targets}
    recorded = record_of(bench, Moment("first", snapshot(bench.evidence), shown))
    write(folder_of(bench.settings.evidence, "2026-27-first"), recorded.texts())
    with (workbench / "evidence" / "editions.yaml").open("a") as file:
        file.write("  - {id: second, title: Second, date: 2027-02-01, year: 2026/27, previous: 2026-27-first}\n")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def told(workbench: Path, target: str = "QOC", claims: tuple[str, ...] = CLAIMS) -> list[str]:
    bench = open_workbench(folder=workbench)
    return [f"{change.kind}: {change.text}" for change in bench.changes(brief_of(bench, target, claims))]


def test_there_is_nothing_to_tell_without_an_edition_before(untouched: Path) -> None:
    bench = open_workbench(folder=untouched)
    brief = brief_of(bench)
    brief.tell_changes(bench.changes(brief))
    assert brief.context.data["changes"] == []
    assert RELEASED not in bench.reads


def test_nothing_is_told_where_nothing_changed_or_nothing_was_released(workbench: Path) -> None:
    release(workbench)
    assert told(workbench) == told(workbench, "national-fund") == []
    bench = open_workbench(folder=workbench)
    bench.changes(brief_of(bench))
    assert RELEASED in bench.reads
    assert {Path(name).name for name in bench.files("editions")} == {"edition.yaml", "claims.yaml", "records.csv", "printed.csv"}
    (folder_of(workbench / "evidence", "2026-27-first") / "edition.yaml").unlink()
    assert told(workbench) == []


def new_residents(folder: Path) -> None:
    edit(folder / "fund" / "residents.csv", "QOC,2026-04-01,2024-06-30,528407", "QOC,2026-04-01,2024-06-30,538407")


def other_rate(folder: Path) -> None:
    edit(folder / "fund" / "rules" / "local_rate.yaml", "value: 0.90", "value: 0.95")


def other_reading(folder: Path) -> None:
    edit(folder / "fund" / "rules" / "interpretations.yaml", "The areas in force on the first day", "Those in force on the first day")


def other_confidence(folder: Path) -> None:
    edit(folder / "claims" / "vcfse.yaml", "level: low", "level: moderate")


def other_words(folder: Path) -> None:
    edit(folder / "claims" / "vcfse.yaml", "seldom recover their full cost", "rarely recover their full cost")


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            new_residents,
            [
                "data: Residents: 538,407; the last edition gave 528,407",
                "data: Local investment share that the area would raise in 2026/27: £530,",
            ],
        ),
        (
            other_rate,
            [
                "rule: Pounds that an area would raise for each resident in a financial year, before price updates: £0.9500, ",
                "rule: Local investment share that the area would raise in 2026/27: £549,",
            ],
        ),
        (other_reading, ["rule: Which areas does the Fund know, now that ICBs have merged? Now read so: Those in force"]),
        (other_confidence, ["evidence: NASP's review, community business leaders"]),
        (other_words, ["evidence: Reworded: NASP's review says that small providers commissioned directly rarely"]),
    ],
)
def test_each_kind_of_change_is_told(workbench: Path, change: Callable[[Path], None], lines: list[str]) -> None:
    release(workbench)
    change(workbench / "evidence")
    found = told(workbench)
    assert [line for line in lines if not any(item.startswith(line) for item in found)] == []
    assert {item.partition(":")[0] for item in found} == {lines[0].partition(":")[0]}


def test_a_reworded_statement_is_told_with_what_it_said_before(workbench: Path) -> None:
    release(workbench)
    other_words(workbench / "evidence")
    bench = open_workbench(folder=workbench)
    (change,) = bench.changes(brief_of(bench))
    assert "rarely recover their full cost" in change.text
    assert "seldom recover their full cost" in change.before
    assert change.as_dict()["before"] == change.before


def test_statements_that_came_and_went_are_told_in_sum_where_they_are_many(workbench: Path) -> None:
    release(workbench)
    assert told(workbench, claims=(*CLAIMS, "vcfse.subsidy"))[0].startswith("evidence: New statement: Community business leaders")
    assert told(workbench, claims=CLAIMS[:1])[0].startswith("evidence: No longer said: NASP's review")
    bench = open_workbench(folder=workbench)
    many = tuple(list(bench.evidence.claims)[:20])
    assert len(told(workbench, claims=(*many, *CLAIMS))) == 1
    assert "statements new" in told(workbench, claims=(*many, *CLAIMS))[0]


def test_a_new_boundary_is_told_with_what_the_area_was_made_of(workbench: Path) -> None:
    release(workbench, "2025/26", ("QOC", "QMJ", "national-fund"))
    new, same, nation = told(workbench, "S1Y5D"), told(workbench, "QOC"), told(workbench, "national-fund")
    assert new[0].startswith("boundary: The area is new since 1 April 2026")
    assert not [line for line in same if line.startswith("boundary")]
    assert any(line.startswith("data: Inflation that last raised the rate: 3.8%, to September 2025") for line in same)
    assert any("; the last edition gave" in line and line.endswith("for 2025/26") for line in same)
    assert any(line.startswith("boundary: 36 areas are in force since 1 April 2026; there were 42 before") for line in nation)


def test_a_line_says_something_of_a_known_kind() -> None:
    assert Change("rule", "x").as_dict() == {"kind": "rule", "text": "x"}
    with pytest.raises(BriefingError):
        Change("rule", " ")
    with pytest.raises(BriefingError):
        Change("weather", "x")  # type: ignore[arg-type]
