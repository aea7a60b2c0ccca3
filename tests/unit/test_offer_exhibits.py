"""Exhibits and packs of offers and applications: from invented lines, stamped as such, and none where nothing is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spf_analysis import exhibits
from spf_analysis.context import Exhibit
from spf_analysis.errors import BriefingError
from spf_analysis.publishing.edition import job_of, targets_of, wanted_of
from spf_analysis.publishing.index import index_page
from spf_analysis.publishing.manifest import Entry
from spf_analysis.workbench import Workbench, open_workbench

SAMPLE = "tests/samples/illustrative"
HIDDEN = ("Quiet Trust", "quiet-g", "313,131", "313131")


@pytest.fixture(scope="module")
def sample(root: Path) -> Workbench:
    return open_workbench(folder=root, sample=SAMPLE)


@pytest.fixture(scope="module")
def real(root: Path) -> Workbench:
    return open_workbench(folder=root)


def placed(bench: Workbench) -> list[Exhibit]:
    offers, view = bench.fund.brokerage(bench.year), bench.fund.demonstrators(bench.year)
    found = [exhibits.brokerage.needs_table(offers.needs, str(bench.year), illustrative=True)]
    for proposal in offers.proposals:
        if proposal.allocations:
            tables = (exhibits.brokerage.allocation_table, exhibits.brokerage.allocation_chart, exhibits.brokerage.offer_readings_table)
            found += [make(proposal) for make in tables]
    found += [
        exhibit for area in bench.areas_in_force() for exhibit in exhibits.brokerage.for_area(bench.fund.offers_for(area.code, bench.year))
    ]
    found += [*exhibits.brokerage.overview(offers), *exhibits.demonstrators.overview(view)]
    return [*found, exhibits.demonstrators.spread_chart(view), exhibits.demonstrators.payable_table(view)]


def test_each_has_note_and_alternative_is_illustrative_and_gives_no_confidence_away(sample: Workbench) -> None:
    found = placed(sample)
    assert len(found) > 30
    for exhibit in found:
        text = json.dumps(exhibit.as_dict(), ensure_ascii=False)
        assert exhibit.illustrative
        assert len(exhibit.alt) > 40
        assert not [word for word in HIDDEN if word in text]
        assert (exhibit.spec is not None) == (exhibit.kind == "chart")
        assert not exhibit.widths or sum(exhibit.widths) == 100


def test_the_pounds_in_the_table_are_those_that_it_sums_to(sample: Workbench) -> None:
    for proposal in sample.fund.brokerage(sample.year).proposals:
        if proposal.allocations:
            *rows, total = exhibits.brokerage.allocation_table(proposal).rows
            pounds = [int(row[3].replace("£", "").replace(",", "")) for row in rows]
            assert f"£{sum(pounds):,}" == total[3]
            assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_where_nothing_is_recorded_nothing_is_placed(real: Workbench) -> None:
    offers, view = real.fund.brokerage(real.year), real.fund.demonstrators(real.year)
    assert exhibits.brokerage.overview(offers) == exhibits.demonstrators.overview(view) == ()
    assert exhibits.brokerage.for_area(real.fund.offers_for("QOC", real.year)) == ()


def test_invented_offers_cannot_stand_in_a_real_briefing(sample: Workbench, real: Workbench) -> None:
    (table,) = exhibits.brokerage.overview(sample.fund.brokerage(sample.year))
    with pytest.raises(BriefingError, match="invented figures"):
        real.briefing("national-fund").exhibit(table)


def test_packs_are_targets_only_where_the_ledger_has_a_subject(sample: Workbench, real: Workbench) -> None:
    assert [name for name in targets_of(real) if "brokerage" in name or name == "demonstrators"] == []
    with_them = targets_of(sample)
    assert set(with_them) - set(targets_of(real)) == {
        "brokerage-employer-b", "brokerage-employer-f-2", "brokerage-foundation-a", "brokerage-foundation-c", "brokerage-foundation-e",
        "brokerage-trust-d", "demonstrators",
    }  # fmt: skip
    assert with_them["brokerage-foundation-a"] == "Brokerage pack: Illustrative Foundation A"


def test_a_pack_is_told_its_offer_and_an_unknown_one_is_refused(sample: Workbench, real: Workbench, tmp_path: Path) -> None:
    job = job_of(sample, "brokerage-foundation-a", "Pack", ("html",), "embedded", tmp_path)
    assert (job.notebook, job.template, job.parameters["offer"]) == ("brokerage_pack.ipynb", "brokerage_pack.qmd", "foundation-a")
    assert "area" not in job.parameters
    for bench, target in ((sample, "brokerage-quiet-g"), (real, "brokerage-foundation-a"), (real, "demonstrators")):
        with pytest.raises(Exception, match=f"there is no (area|target) '{target}'"):
            wanted_of(bench, [target])
    brief = sample.briefing("brokerage-foundation-a")
    assert (brief.kind, brief.target, brief.illustrative) == ("brokerage", "brokerage-foundation-a", True)


def test_the_index_lists_packs_apart(sample: Workbench) -> None:
    outputs = {"illustrative-briefing.html": "x"}
    names = {"national-fund": "National Fund", "brokerage-foundation-a": "Pack of A", "demonstrators": "Demonstrators report"}
    entries = {name: Entry(name, title, "built", {}, {}, outputs) for name, title in names.items()}
    page = index_page(sample, entries, names, {})
    assert page.index("National briefings") < page.index("Demonstrators report") < page.index("Brokerage packs") < page.index("Pack of A")
