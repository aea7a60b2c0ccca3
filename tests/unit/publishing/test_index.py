"""The page from which an edition's briefings are opened."""

from __future__ import annotations

import re
from pathlib import Path

from spf_analysis.publishing.index import index_page
from spf_analysis.publishing.manifest import Entry
from spf_analysis.workbench import open_workbench

OUTPUTS = {"briefing.html": "1", "briefing.pdf": "2", "audit.html": "3"}
CHANGE = {"kind": "data", "text": "Residents: 528,407; the last edition gave 520,000"}
ENTRIES = {
    "QOC": Entry("QOC", "Shropshire <b>", "built", {"area": "QOC"}, {}, OUTPUTS, changes=[CHANGE]),
    "QGH": Entry("QGH", "Herefordshire", "failed", {"area": "QGH"}, {}, OUTPUTS, problem="cell 3 failed"),
    "QWE": Entry("QWE", "South West London", "failed", {"area": "QWE"}, {}, problem="the kernel died"),
    "national-fund": Entry("national-fund", "National fund", "built", {}, {}, OUTPUTS, illustrative=True),
}
REGIONS = {"QOC": "Midlands", "QGH": "Midlands", "QWE": "London", "QF7": "North East and Yorkshire", "QE1": "North West"}
TARGETS = {"QOC": "Shropshire", "QE1": "Lancashire and South Cumbria", "national-fund": "National Fund briefing"}


def page(root: Path) -> str:
    return index_page(open_workbench(folder=root), ENTRIES, TARGETS, REGIONS)


def test_national_briefings_come_first_then_areas_by_region_and_name(root: Path) -> None:
    text = page(root)
    names = ["National briefings", "National fund", "London", "South West London", "Midlands", "Herefordshire", "Shropshire"]
    places = [text.index(f">{name}", text.index("<section")) for name in names]
    assert places == sorted(places)
    assert "North East and Yorkshire" not in text


def test_it_links_what_there_is_and_nothing_else(root: Path) -> None:
    text = page(root)
    assert 'href="QOC/briefing.pdf"' in text
    assert 'href="QOC/briefing.docx"' not in text
    assert 'href="QWE/' not in text


def test_failures_and_illustrative_figures_are_marked(root: Path) -> None:
    text = page(root)
    assert "Not made this time: cell 3 failed" in text
    assert "Before that:" in text
    assert "Not made this time: the kernel died" in text
    assert text.count("illustrative") == 1


def test_a_target_that_was_never_built_is_shown_as_missing(root: Path) -> None:
    text = page(root)
    assert "Lancashire and South Cumbria" in text
    assert "<code>spf build QE1</code>" in text
    assert "2 briefings made, " in text
    assert "1 not built yet" in text


def test_it_filters_by_the_regions_that_have_a_briefing(root: Path) -> None:
    options = re.findall(r"<option[^>]*>([^<]+)", page(root))
    assert options == ["All of England", "London", "Midlands", "North West"]


def test_what_changed_since_the_last_edition_stands_with_its_briefing(root: Path) -> None:
    text = page(root)
    assert "1 change since the last edition" in text
    assert "<em>Data.</em> Residents: 528,407; the last edition gave 520,000" in text


def test_text_is_shown_as_text(root: Path) -> None:
    assert "<b>" not in page(root)
    assert "Shropshire &lt;b&gt;" in page(root)


def test_a_preview_says_that_it_is_one(root: Path) -> None:
    preview = index_page(open_workbench("2025/26", folder=root), ENTRIES, TARGETS, REGIONS)
    assert "it is not a registered edition" in preview
    assert "it is not a registered edition" not in page(root)
