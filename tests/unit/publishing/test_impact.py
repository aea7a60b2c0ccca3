"""Two contexts compared: what was added, changed, removed, in which briefings; and the page that tells it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from spf_analysis import Workbench, open_workbench
from spf_analysis.errors import EvidenceError, Problem, UsageError
from spf_analysis.evidence.snapshot import snapshot
from spf_analysis.printed import Printed, printed
from spf_analysis.publishing.changes_page import changes_page, summary
from spf_analysis.publishing.impact import Difference, compare, impact
from spf_analysis.publishing.moment import Moment, WhatChanged, at_revision, what_changed, without_source

CLAIMS = ("vcfse.capacity-limits", "vcfse.below-full-cost", "vcfse.subsidy")


@pytest.fixture(scope="module")
def bench(untouched: Path) -> Workbench:
    return open_workbench(folder=untouched)


def shown(bench: Workbench, area: str = "QOC", claims: tuple[str, ...] = CLAIMS) -> Printed:
    here = bench.area(area)
    brief = bench.briefing(here)
    brief.show(*bench.share(here).figures())
    brief.say("vcfse", *claims)
    brief.tell_gaps("full-cost")
    brief.tell_contradictions("link-worker-funding")
    return printed(brief.context.data)


@pytest.fixture(scope="module")
def told(bench: Workbench) -> WhatChanged:
    """What one source brings to two area briefings."""
    with without_source(bench, "power-to-change-2019") as less:
        before = Moment("without", snapshot(less.evidence), {area: shown(less, area) for area in ("QOC", "QKK")})
    return what_changed(before, Moment("with", snapshot(bench.evidence), {area: shown(bench, area) for area in ("QOC", "QKK")}))


def test_the_same_prints_the_same(bench: Workbench) -> None:
    assert compare(shown(bench), shown(bench)) == ()


def test_every_kind_of_difference_is_found_in_the_order_of_the_page(bench: Workbench) -> None:
    before, after = shown(bench, claims=CLAIMS[:2]), shown(bench, claims=CLAIMS[1:])
    found = {(item.kind, item.id): item for item in compare(before, after)}
    assert found["claim", CLAIMS[2]].what == "added"
    assert found["claim", CLAIMS[2]].before == ""
    assert found["claim", CLAIMS[0]].what == "removed"
    assert found["claim", CLAIMS[0]].before == bench.evidence.claim(CLAIMS[0]).text
    assert ("claim", CLAIMS[1]) not in found
    other = replace(after, items=tuple(replace(item, said="£1", digest="x") if item.id == "residents" else item for item in after.items))
    (residents,) = compare(after, other)
    assert (residents.what, residents.after, residents.reads_differently) == ("changed", "£1", True)
    assert [item.what for item in compare(before, after)][-1] == "removed"


def test_a_briefing_without_a_source_leaves_out_what_rests_on_it_alone(told: WhatChanged) -> None:
    found = {item.id: item for item in told.briefings.differences["QOC"]}
    assert found["vcfse.subsidy"].what == "added"
    assert (found["vcfse.below-full-cost"].what, found["vcfse.below-full-cost"].reads_differently) == ("changed", False)
    assert found["power-to-change-2019"].kind == "source"
    assert not [item for item in found.values() if item.kind == "figure"]
    assert told.briefings.compared == 2
    assert all(targets == ("QOC", "QKK") for _, targets in told.briefings.grouped())


def test_targets_of_one_moment_only_and_those_not_made(bench: Workbench) -> None:
    one, other = shown(bench), replace(shown(bench), target="QKK")
    problem = (Problem("briefing", "national_fund.ipynb", "cell 3 failed", ""),)
    found = impact({"QOC": one, "national-fund": one}, {"QOC": one, "QKK": other}, {"national-fund": problem})
    assert (found.added, found.removed, found.compared) == (("QKK",), (), 1)
    assert found.as_dict()["unmade"]["national-fund"][0]["message"] == "cell 3 failed"


def test_the_account_is_plain_values_and_short_sentences(told: WhatChanged) -> None:
    content = told.as_dict()
    assert set(content) == {"before", "after", "evidence", "impact"}
    assert content["impact"]["briefings"][0]["target"] == "QOC"
    lines = summary(told)
    assert lines[-1] == "Briefings that would read differently: 2 of 2."
    assert any(line.startswith("Claims that changed: ") and " new" in line for line in lines)


def test_the_page_tells_all_of_it_and_stands_alone(told: WhatChanged) -> None:
    page = changes_page(told, "What it changes")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    assert '<html lang="en-GB">' in page
    assert [name for claim in told.evidence.claims for name in (claim.id, claim.text) if name not in text] == []
    assert re.findall(r"<script|<link|src=|https?://|url\(", page) == []
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert [goal for goal in re.findall(r'href="#([^"]+)"', page) if goal not in ids] == []


def test_text_that_looks_like_markup_is_shown_as_text(told: WhatChanged) -> None:
    item = Difference("claim", "x", "a.b", "changed", "<script>alert(1)</script>", "<b>x</b>", "{{ 7*7 }}")
    page = changes_page(replace(told, briefings=replace(told.briefings, differences={"QOC": (item,)})), "<i>T</i>")
    assert "<script>" not in page
    assert "<b>x</b>" not in page
    assert "<i>T</i>" not in page
    assert "49" not in re.findall(r'<dd class="now">([^<]*)', page)


def test_nothing_changed_is_said(bench: Workbench) -> None:
    same = Moment("then", snapshot(bench.evidence), {"QOC": shown(bench)})
    found = what_changed(same, same)
    assert not found.evidence
    page = changes_page(found, "Nothing")
    assert page.count("No claim changed.") == page.count("No record changed.") == page.count("No briefing would read differently.") == 1
    assert summary(found)[0] == "No records were added, changed or removed in the evidence base."


def test_axe_finds_no_violation_in_the_page(told: WhatChanged, tmp_path: Path, needed: Callable[..., str]) -> None:
    from axe_core_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    program = needed("chromium", "chromium-browser", "google-chrome")
    file = tmp_path / "page.html"
    file.write_text(changes_page(told, "What it changes"), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            opened = browser.new_page(color_scheme=scheme, viewport={"width": 400, "height": 900})  # type: ignore[arg-type]
            opened.goto(file.as_uri())
            found = Axe().run(opened)["violations"]
            assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
            assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        browser.close()


def test_an_unknown_source_or_revision_is_refused(bench: Workbench, workbench: Path) -> None:
    with pytest.raises(EvidenceError, match="there is no source"), without_source(bench, "no-such-source"):
        pass
    for name in ("no-such-revision", "--output=x"):
        with pytest.raises(UsageError, match="no git revision"), at_revision(open_workbench(folder=workbench), name):
            pass
