"""Works that stand twice are found and, on request, merged: nothing is deleted, and each study is counted once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.errors import EvidenceError, UsageError
from spf_analysis.evidence import pending
from spf_analysis.evidence.bibliography.duplicates import duplicates, side_by_side
from spf_analysis.evidence.bibliography.merging import merge
from spf_analysis.evidence.bibliography.record_editing import appended, edited
from spf_analysis.evidence.bibliography.register import open_register
from spf_analysis.evidence.bibliography.texts import outside
from spf_analysis.evidence.reading import read_evidence


def work(key: str, title: str, year: int | None = 2020, *authors: str, **rest: Any) -> dict[str, Any]:
    issued = {"issued": {"date-parts": [[year]]}} if year else {}
    return {"id": key, "type": "report", "title": title, "author": [{"family": name} for name in authors], **issued, **rest}


@pytest.mark.parametrize(
    ("first", "second", "because"),
    [
        (work("a", "X", DOI="10.1/A"), work("b", "Quite another title", 1999, DOI="10.1/a"), "same DOI"),
        (work("a", "Walking in Westhaven", 2020, "Pier"), work("b", "Walking in Westhaven.", 2020, "Pier"), "alike in title, year, author"),
        (work("a", "Walking in Westhaven", 2020, "Pier"), work("b", "Wallking in Westhaven", 2021, "Pier"), "alike in title, author"),
        (work("a", "Walking in Westhaven", 2020, "Pier"), work("b", "Walking in West-haven", 2020, "Pier"), "alike in title, year, author"),
        (work("a", "Walking in Westhaven", None), work("b", "WALKING IN WESTHAVEN", 2020, "Pier"), "alike in title"),
        (work("a", "Walking in Westhaven", DOI="10.1/a"), work("b", "Walking in Westhaven", DOI="10.1/b"), None),
        (work("a", "Walking, report 2019", 2019, "Pier"), work("b", "Walking, report 2020", 2020, "Pier"), None),
        (work("a", "Walking in Westhaven", 2020, "Pier"), work("b", "Walking in Westhaven", 2020, "Quay"), None),
        (work("a", "Walking in Westhaven", 2010, "Pier"), work("b", "Walking in Westhaven", 2020, "Pier"), None),
        (work("a", "Walking in Westhaven", 2020, "Pier"), work("b", "Swimming in Harbour", 2020, "Pier"), None),
    ],
)
def test_duplicates_are_told_by_doi_then_by_title_year_and_authors(
    first: dict[str, Any], second: dict[str, Any], because: str | None
) -> None:
    assert [pair.because for pair in duplicates([first, second])] == ([because] if because else [])


def test_duplicates_stand_side_by_side() -> None:
    rows = side_by_side(work("a", "Walking", 2020, "Pier", DOI="10.1/a"), work("b", "Walking", 2021, "Pier"))
    assert ("title", "Walking", "Walking", True) in rows
    assert ("issued", "2020", "2021", False) in rows
    assert ("DOI", "10.1/a", "", False) in rows


def test_a_merged_record_stays_registered_and_its_findings_count_for_the_successor(folder: Path) -> None:
    before = read_evidence(folder)
    named = [finding.id for finding in before.findings.values() if finding.primary_study == "carter-2022"]
    register = open_register(folder)
    done = merge(register, "carter-2022", "baker-2021")
    register.save()
    after = read_evidence(folder)
    assert (after.source("carter-2022").status, after.source("carter-2022").superseded_by) == ("superseded", "baker-2021")
    assert named == list(done.findings)
    assert named
    assert all(after.finding(key).study == "baker-2021" for key in named)
    assert [key for key in before.findings if before.finding(key) != after.finding(key)] == named
    assert set(before.library) == set(after.library)


def test_the_successor_gains_what_only_the_other_reported(folder: Path) -> None:
    register = open_register(folder)
    done = merge(register, "baker-2021", "carter-2022")
    assert done.gained == ("container-title", "DOI")
    assert register.works["carter-2022"]["title"] == "Walking compared"
    assert register.works["carter-2022"]["DOI"] == "10.1000/baker"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("baker-2021", "baker-2021", "merged into itself"),
        ("dyer-2010", "baker-2021", "'dyer-2010' is superseded"),
        ("walker-2020", "baker-2021", "is a source text"),
        ("walker-2020", "harbour-2021", "was coded itself"),
        ("nobody-1900", "baker-2021", "no source 'nobody-1900'"),
    ],
)
def test_what_cannot_be_merged_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        merge(open_register(folder), old, new)


def test_a_save_that_cannot_be_finished_changes_nothing_or_is_finished_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(_: Path) -> None:
        raise KeyboardInterrupt

    register = open_register(folder)
    register.add(work("pier-2020", "New", 2020, "Pier"))
    before = (folder / "sources.yaml").read_text(), (folder / "library.json").read_text()
    with monkeypatch.context() as patched:
        patched.setattr(pending, "finish", cut_off)
        with pytest.raises(KeyboardInterrupt):
            register.save()
    assert ((folder / "sources.yaml").read_text(), (folder / "library.json").read_text()) == before
    assert "pier-2020" in open_register(folder).base.sources
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_library_that_was_not_touched_is_written_as_it_was(root: Path, tmp_path: Path) -> None:
    text = (root / "evidence" / "library.json").read_text(encoding="utf-8")
    assert json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n" == text


SHEET = """# Head
schema: 1
sources:   # the list
  # first
  - id: one
    kind: work      # a remark
    note: >-
      folded
      text
  - {id: two, kind: work}

  # before three
  -   id: three
      kind: 'work'
# tail
"""


@pytest.mark.parametrize("record", ["one", "two", "three"])
def test_only_the_record_concerned_is_edited(record: str) -> None:
    def change(found: Any) -> None:
        found["status"] = "withdrawn"

    lines = SHEET.splitlines()
    after = edited(SHEET, "sources", {record: change}).splitlines()
    start = next(number for number, line in enumerate(lines) if f"id: {record}" in line)
    assert after[:start] == lines[:start]
    assert after[-1] == "# tail"
    assert sum("withdrawn" in line for line in after) == 1
    assert {line for line in lines if "#" in line} <= set(after)
    assert "    note: >-\n      folded\n      text\n" in "\n".join(after)


@pytest.mark.parametrize("start", ["sources: []\n", "sources:\n- id: a\n", "sources:\n  - id: a\nother: 1\n", "sources:\n  - id: a"])
def test_records_are_added_at_the_end_of_their_list(start: str) -> None:
    import yaml

    found = yaml.safe_load(appended(start, "sources", [["id: b", "kind: work"], ["id: c"]]))
    assert [record["id"] for record in found["sources"]][-2:] == ["b", "c"]
    assert found.get("other", 1) == 1


def test_full_texts_are_kept_outside_the_repository(tmp_path: Path) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    workbench = tmp_path / "repository" / "workbench"
    for inside in (workbench / "texts", tmp_path / "repository" / "texts", tmp_path):
        with pytest.raises(UsageError, match="lies in the project"):
            outside(inside, workbench)
    assert outside(tmp_path / "texts", workbench) == tmp_path / "texts"
