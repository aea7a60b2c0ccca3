"""The record of a released edition: written and read back without loss, the same bytes each time, refused where it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis import Workbench, open_workbench
from spf_analysis.editions import folder_of, is_released
from spf_analysis.errors import BriefingError
from spf_analysis.evidence.snapshot import snapshot
from spf_analysis.printed import Printed, printed
from spf_analysis.publishing.moment import Moment
from spf_analysis.publishing.release import record_of, refuse_released, write
from spf_analysis.released import Released, read_released


def shown(bench: Workbench) -> dict[str, Printed]:
    """What a short briefing for one area and one for the nation print."""
    here = bench.area("QOC")
    area, nation = bench.briefing(here), bench.briefing("national-fund")
    area.show(*bench.share(here).figures())
    area.say("vcfse", "vcfse.capacity-limits", "vcfse.below-full-cost")
    area.tell_gaps("full-cost")
    nation.show(*bench.fund.figures(bench.year))
    return {brief.target: printed(brief.context.data) for brief in (area, nation)}


def record(bench: Workbench) -> Released:
    return record_of(bench, Moment("now", snapshot(bench.evidence), shown(bench)))


@pytest.fixture(scope="module")
def bench(untouched: Path) -> Workbench:
    return open_workbench(folder=untouched)


def test_it_comes_back_as_it_was_written(bench: Workbench, tmp_path: Path) -> None:
    made = record(bench)
    write(folder_of(tmp_path, "first"), made.texts())
    assert is_released(tmp_path, "first")
    back = read_released(tmp_path, "first")
    assert back.texts() == made.texts() == record(bench).texts()
    assert back.snapshot == made.snapshot
    assert back.basis == made.basis
    assert {item.key: item.digest for item in back.printed["QOC"].items} == {item.key: item.digest for item in made.printed["QOC"].items}
    assert back.printed["QOC"].of("figure") == made.printed["QOC"].of("figure")
    assert back.printed["QOC"].of("claim")["vcfse.capacity-limits"].said == bench.evidence.claim("vcfse.capacity-limits").text


def test_it_holds_no_trace_of_confidential_lines(workbench: Path) -> None:
    ledger = workbench / "evidence" / "fund" / "ledger"
    (ledger / "confidential").mkdir()
    (ledger / "confidential" / "contributions.csv").write_bytes((ledger / "contributions.csv").read_bytes())
    assert "confidential" not in "".join(record(open_workbench(folder=workbench)).texts().values())


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("edition.yaml", "schema: 1", "schema: 9", "the file has schema 9"),
        ("edition.yaml", "  vintage:", "  vintages:", "damaged"),
        ("claims.yaml", "  text:", "  words:", "damaged"),
        ("claims.yaml", "claims:", "claims: [", "cannot be read"),
        ("records.csv", "noun,id,digest", "noun,id", "the column 'digest' is missing"),
        ("printed.csv", "QOC,figure", "QQQ,figure", "damaged"),
    ],
)
def test_a_damaged_record_is_refused(bench: Workbench, tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    texts = record(bench).texts()
    assert old in texts[name]
    write(folder_of(tmp_path, "first"), {**texts, name: texts[name].replace(old, new)})
    with pytest.raises(BriefingError, match=message):
        read_released(tmp_path, "first")


def test_what_was_not_released_is_said(tmp_path: Path, workbench: Path) -> None:
    with pytest.raises(BriefingError, match="'second' has not been released"):
        read_released(tmp_path, "second")
    with pytest.raises(BriefingError, match="a preview is not released"):
        refuse_released(open_workbench("2025/26", folder=workbench), again=True)
    bench = open_workbench(folder=workbench)
    refuse_released(bench, again=False)
    write(folder_of(bench.settings.evidence, bench.edition.id), record(bench).texts())
    refuse_released(bench, again=True)
    with pytest.raises(BriefingError, match="was released before"):
        refuse_released(bench, again=False)
    assert not any("editions" in name for name in bench.files("evidence"))
