"""The page from which an edition's briefings are opened."""

from __future__ import annotations

from pathlib import Path

from spf_analysis.publishing.index import index_page
from spf_analysis.publishing.manifest import Entry
from spf_analysis.workbench import open_workbench

OUTPUTS = {"briefing.html": "1", "briefing.pdf": "2", "audit.html": "3"}
ENTRIES = {
    "QOC": Entry("QOC", "Shropshire <b>", "built", {"area": "QOC"}, {}, OUTPUTS),
    "QGH": Entry("QGH", "Herefordshire", "failed", {"area": "QGH"}, {}, OUTPUTS, problem="cell 3 failed"),
    "QWE": Entry("QWE", "South West London", "failed", {"area": "QWE"}, {}, problem="the kernel died"),
    "national-fund": Entry("national-fund", "National fund", "built", {}, {}, OUTPUTS, illustrative=True),
}
REGIONS = {"QOC": "Midlands", "QGH": "Midlands", "QWE": "London", "QF7": "North East and Yorkshire"}


def page(root: Path) -> str:
    return index_page(open_workbench(folder=root), ENTRIES, REGIONS)


def test_national_briefings_come_first_then_areas_by_region_and_name(root: Path) -> None:
    text = page(root)
    names = ["National briefings", "National fund", "London", "South West London", "Midlands", "Herefordshire", "Shropshire"]
    places = [text.index(f">{name}") for name in names]
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


def test_text_is_shown_as_text(root: Path) -> None:
    assert "<b>" not in page(root)
    assert "Shropshire &lt;b&gt;" in page(root)


def test_a_preview_says_that_it_is_one(root: Path) -> None:
    preview = index_page(open_workbench("2025/26", folder=root), ENTRIES, REGIONS)
    assert "it is not a registered edition" in preview
    assert "it is not a registered edition" not in page(root)
