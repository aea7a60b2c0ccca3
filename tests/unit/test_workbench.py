"""The workbench that notebooks open: editions and years, what is read is recorded, areas beside others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spf_analysis import Workbench, open_workbench
from spf_analysis.errors import BriefingError, EvidenceError, FundError, UsageError
from spf_analysis.periods import FinancialYear
from spf_analysis.reads import GONE, said


@pytest.fixture(scope="module")
def bench(untouched: Path) -> Workbench:
    return open_workbench(folder=untouched)


def test_the_last_registered_edition_is_opened(bench: Workbench) -> None:
    assert bench.edition.registered
    assert bench.year == bench.edition.year == FinancialYear(2026)


def test_another_year_is_a_preview(untouched: Path) -> None:
    preview = open_workbench("2025/26", folder=untouched)
    assert not preview.edition.registered
    assert len(preview.areas_in_force()) == 42
    assert open_workbench("2025/26", preview.edition.id, folder=untouched).edition == preview.edition


def test_an_earlier_edition_is_opened_by_its_id(workbench: Path) -> None:
    register = workbench / "evidence" / "editions.yaml"
    with register.open("a") as file:
        file.write("  - {id: second, title: Second, date: 2026-12-01, year: 2026/27, previous: 2026-27-first}\n")
    assert open_workbench(folder=workbench).edition.id == "second"
    assert open_workbench(edition="2026-27-first", folder=workbench).edition.id == "2026-27-first"
    assert open_workbench("2026/27", "2026-27-first", folder=workbench).edition.id == "2026-27-first"


def test_what_is_not_there_is_refused(untouched: Path, tmp_path: Path, bench: Workbench) -> None:
    with pytest.raises(BriefingError, match="the edition 'third' is not registered"):
        open_workbench(edition="third", folder=untouched)
    with pytest.raises(UsageError, match="is not a financial year"):
        open_workbench("2026", folder=untouched)
    with pytest.raises(UsageError, match="is no workbench"):
        open_workbench(folder=tmp_path)
    with pytest.raises(BriefingError, match="there is no national audience"):
        bench.briefing("national-health")
    with pytest.raises(FundError, match="QRV"):
        bench.area("QRV")


def questions(bench: Workbench) -> set[str]:
    """The questions put so far, in words."""
    return {said(question) for question in bench.reads}


def test_what_is_read_is_recorded_by_record_and_by_question(untouched: Path) -> None:
    fresh = open_workbench(folder=untouched)
    assert fresh.reads == {}
    here = fresh.area("QOC")
    assert questions(fresh) == {"the area (QOC)"}
    claim = fresh.evidence.claim("vcfse.subsidy")
    assert fresh.evidence.finding(claim.findings_for[0])
    assert fresh.evidence.claims_in("vcfse")
    assert fresh.fund.rulebook.parameter("match_ratio")
    assert fresh.share(here)
    assert fresh.position(here)
    assert questions(fresh) == {
        "the area (QOC)",
        "the claim 'vcfse.subsidy'",
        f"the finding '{claim.findings_for[0]}'",
        "the claims filed under 'vcfse'",
        "the Fund's rulebook, parameter (match ratio)",
        "the share (QOC)",
        "the position (QOC)",
    }


def test_a_record_that_is_not_there_and_a_walk_through_all_are_recorded_too(untouched: Path) -> None:
    fresh = open_workbench(folder=untouched)
    with pytest.raises(EvidenceError, match=r"no claim .vcfse\.none."):
        fresh.evidence.claim("vcfse.none")
    assert len(fresh.evidence.gaps)
    assert "none" not in fresh.evidence.sources
    assert {"the claim 'vcfse.none'", "the list of gaps", "whether there is a source 'none'"} <= questions(fresh)


def test_the_same_questions_get_the_same_answers_in_another_workbench(bench: Workbench, untouched: Path) -> None:
    brief = bench.briefing(bench.area("QOC"))
    brief.say("vcfse", "vcfse.subsidy")
    brief.show(bench.share(bench.area("QOC")).figure("local_investment_share"))
    brief.tell_nearest(bench.cases(bench.area("QOC")))
    assert bench.fund.rate(FinancialYear(2026))
    reads = brief.context.data["reads"]
    other = open_workbench(folder=untouched)
    assert {question: other.put_again(question) for question in reads} == reads
    assert other.reads == {}


@pytest.mark.parametrize(
    "question", ['["fund",["_year",["2026/27"],{}]]', '["fund","nothing"]', '["bench",["area",["QRV"],{}]]', '["evidence",["colour","x"]]']
)
def test_a_question_that_cannot_be_put_again_is_no_longer_answered(question: str, bench: Workbench) -> None:
    assert bench.put_again(question) == GONE


def test_no_digest_is_kept_of_a_confidential_line(workbench: Path) -> None:
    before = open_workbench(folder=workbench)
    assert before.files_digest("fund") is not None
    folder = workbench / "evidence" / "fund" / "ledger" / "confidential"
    folder.mkdir(exist_ok=True)
    header = (workbench / "evidence" / "fund" / "ledger" / "contributions.csv").read_text().splitlines()[0]
    (folder / "contributions.csv").write_text(f"{header}\n")
    after = open_workbench(folder=workbench)
    assert after.files_digest("fund") is None
    assert after.files("fund") == before.files("fund")


def test_the_files_of_each_category_lie_below_the_workbench(bench: Workbench, untouched: Path) -> None:
    fund, evidence = bench.files("fund"), bench.files("evidence")
    assert "evidence/fund/residents.csv" in fund
    assert "evidence/library.json" in evidence
    assert not set(fund) & set(evidence)
    assert "evidence/editions.yaml" not in evidence
    assert all((untouched / name).is_file() and len(digest) == 64 for name, digest in {**fund, **evidence}.items())


def test_what_changed_on_disc_is_read_anew_in_a_running_notebook(workbench: Path) -> None:
    before = open_workbench(folder=workbench)._fund
    assert open_workbench(folder=workbench)._fund is before
    os.utime(workbench / "evidence" / "fund" / "residents.csv", ns=(1, 1))
    assert open_workbench(folder=workbench).fund is not before
    (workbench / "evidence" / "gaps.yaml").write_text("schema: 1\ngaps: [oops\n")
    with pytest.raises(EvidenceError, match=r"gaps\.yaml"):
        _ = open_workbench(folder=workbench).evidence


@pytest.mark.parametrize("code", ["QOC", "QKK", "S1Y5D"])
def test_neighbours_are_others_in_alphabetical_order_its_own_region_among_them(code: str, bench: Workbench) -> None:
    here = bench.area(code)
    found = bench.neighbours(here)
    assert 4 <= len(found) <= 8
    assert here not in found
    assert len(set(found)) == len(found)
    names = [area.short_name for area in found]
    assert names == sorted(names)
    assert any(area.region == here.region for area in found) or not any(
        area.region == here.region for area in bench.areas_in_force() if area != here
    )


def test_an_area_and_a_nation_are_briefed(bench: Workbench) -> None:
    area, nation = bench.briefing(bench.area("QOC")), bench.briefing("national-fund")
    assert (area.kind, area.target, area.about["area"]) == ("area", "QOC", "QOC")
    assert (nation.kind, nation.target, nation.about["name"]) == ("national-fund", "national-fund", "England")
    assert "2026/27" in area.subtitle
