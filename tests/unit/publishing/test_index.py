"""The page from which an edition's briefings are opened."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import html

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
TARGETS = {
    "QOC": "Shropshire",
    "QGH": "Herefordshire",
    "QWE": "South West London",
    "QE1": "Lancashire and South Cumbria",
    "national-fund": "National Fund briefing",
}
REWORDED = {"kind": "evidence", "text": "Reworded: It may <help>.", "before": "It helps."}


def page(root: Path, entries: Mapping[str, Entry] = ENTRIES, folder: Path | None = None) -> str:
    return index_page(open_workbench(folder=root), entries, TARGETS, REGIONS, folder)


def told(name: str, *changes: dict[str, str]) -> Entry:
    return Entry(name, TARGETS[name], "built", {"area": name}, {}, OUTPUTS, changes=list(changes))


def test_national_briefings_come_first_then_areas_by_region_and_name(root: Path) -> None:
    text = page(root)
    names = ["National briefings", "National fund", "London", "South West London", "Midlands", "Herefordshire", "Shropshire"]
    places = [text.index(f">{name}", text.index("<section data-group")) for name in names]
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


def test_what_was_deleted_is_missing_and_not_linked(root: Path, tmp_path: Path) -> None:
    (tmp_path / "QOC").mkdir()
    (tmp_path / "QOC" / "briefing.html").touch()
    text = page(root, ENTRIES, tmp_path)
    assert re.findall(r'href="(QOC/[^"]+|national-fund/[^"]+|QGH/[^"]+)"', text) == ["QOC/briefing.html"]
    assert "<code>spf build national-fund</code>" in text
    assert "Not made this time: cell 3 failed" in text


def test_what_is_no_longer_part_of_the_edition_is_named_and_not_linked(root: Path) -> None:
    gone = Entry("brokerage-trust-d", "Brokerage pack: Trust D", "built", {}, {}, OUTPUTS)
    text = page(root, ENTRIES | {gone.target: gone})
    assert "No longer part of this edition" in text
    assert "<code>brokerage-trust-d</code>" in text
    assert "Trust D" not in text
    assert 'href="brokerage-trust-d' not in text
    assert "2 briefings made, " in text
    assert "No longer part of this edition" not in page(root)


SAMPLE = "tests/samples/illustrative"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"year": "2025/26"}, "spf build QE1 --year 2025/26"),
        ({"scenario": "two-per-cent"}, "spf build QE1 --scenario two-per-cent"),
        ({"sample": SAMPLE}, f"spf build QE1 --sample {SAMPLE}"),
        ({"year": "2027/28", "scenario": "two-per-cent"}, "spf build QE1 --year 2027/28 --scenario two-per-cent"),
    ],
)
def test_the_command_makes_the_target_in_this_edition(asked: dict[str, str], words: str, root: Path) -> None:
    text = index_page(open_workbench(asked.pop("year", None), folder=root, **asked), ENTRIES, TARGETS, REGIONS)
    assert f"<code>{words}</code>" in text


def test_the_command_tells_nothing_of_where_a_sample_lies_on_this_machine(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / SAMPLE, tmp_path / "a sample")
    text = index_page(open_workbench(folder=root, sample=str(tmp_path / "a sample")), ENTRIES, TARGETS, REGIONS)
    assert html.fromstring(text).findtext(".//code") == "spf build QE1 --sample 'a sample'"
    assert tmp_path.name not in text


def test_a_reworded_statement_stands_with_what_it_said_before(root: Path) -> None:
    shown = html.fromstring(page(root, {"QOC": told("QOC", REWORDED)}))
    assert shown.find(".//del").text_content() == "Before: It helps."
    assert shown.find(".//ins").text_content() == "Now: It may <help>."


def test_what_changed_is_counted_by_kind_and_told_once_where_all_areas_share_it(root: Path) -> None:
    other = {"kind": "data", "text": "Residents: 800,000; the last edition gave 790,000"}
    entries = {"QOC": told("QOC", REWORDED, CHANGE), "QGH": told("QGH", REWORDED, other), "national-fund": told("national-fund", REWORDED)}
    shown = html.fromstring(page(root, entries))
    (summary,) = shown.xpath("//section[@aria-labelledby='changed']")
    assert "Data: 2 in 2 briefings; Evidence: 1 in 3 briefings." in summary.text_content()
    assert "1 change in the briefings of all areas" in summary.text_content()
    assert [len(found.xpath(".//ins")) for found in (summary, shown)] == [1, 2], "once for the areas, once for the national briefing"
    assert "Residents: 528,407" in shown.xpath("//tr[contains(@data-words, 'qoc')]")[0].text_content()
    assert not html.fromstring(page(root, {"QOC": told("QOC")})).xpath("//section[@aria-labelledby='changed']")
