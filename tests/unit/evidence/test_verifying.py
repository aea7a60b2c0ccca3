from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from spf_analysis.errors import SourceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.verifying import record, verify


def _changed(folder: Path, old: str, new: str) -> EvidenceBase:
    path = folder / "findings" / "walker-2020.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_evidence(folder)


def test_every_anchor_and_figure_of_the_sample_is_found(base: EvidenceBase, texts: Path) -> None:
    found = verify(base, texts).as_dict()
    assert found["problems"] == []
    assert {anchor["finding"] for anchor in found["anchors"]} == set(base.findings)
    assert all(anchor["found"] and anchor["figures_found"] for anchor in found["anchors"])
    assert found["anchors"][0]["where"] == "walker-2020, Summary, paragraph 3"


def test_a_near_match_is_a_suggestion_and_not_a_match(folder: Path, texts: Path) -> None:
    base = _changed(folder, "anchor: Loneliness scores fell", "anchor: Loneliness score fell")
    check = verify(base, texts).anchors[0]
    assert not check.found
    assert not check.figures_found
    assert check.suggestion == "near it stands 'Loneliness scores fell'"


def test_an_anchor_at_another_place_is_not_found_at_its_locator(folder: Path, texts: Path) -> None:
    base = _changed(folder, "{section: Summary, paragraph: 3}", "{section: Summary, paragraph: 2}")
    check = verify(base, texts).anchors[0]
    assert not check.found
    assert check.suggestion == "it stands in section Summary, paragraph 3"


@pytest.mark.parametrize("written", ["2%", "12", "5", "1"])
def test_a_part_of_a_number_is_not_the_number(folder: Path, texts: Path, written: str) -> None:
    base = _changed(folder, "as_written: 12%", f'as_written: "{written}"')
    check = verify(base, texts).anchors[0]
    assert check.found
    assert check.figures_found is (written == "12")


def test_a_missing_text_is_named_and_keeps_what_was_recorded(folder: Path, texts: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    (few / "any-name.txt").write_bytes((texts / "harbour.txt").read_bytes())
    base = read_evidence(folder)
    before = (folder / "verified.json").read_bytes()
    verification = verify(base, few)
    assert [problem.message for problem in verification.problems] == ["the text of 'walker-2020' is not in the folder 'few'"]
    assert record(verification, base, folder).read_bytes() == before


def test_what_was_verified_is_forgotten_when_the_anchor_changes(folder: Path, texts: Path) -> None:
    base = _changed(folder, "anchor: three walking groups", "anchor: walking groups over")
    assert any("has changed since it was verified" in problem.message for problem in problems_of(folder))
    path = record(verify(base, texts), base, folder)
    assert problems_of(folder) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert sorted(json.loads(path.read_text())["anchors"]) == sorted(base.findings)
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


def test_a_change_of_statement_asks_for_no_new_verification(folder: Path) -> None:
    _changed(folder, "People who walked liked", "People who walked loved")
    assert problems_of(folder) == []


def test_a_folder_that_cannot_be_read_is_told(base: EvidenceBase, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the folder of texts cannot be read"):
        verify(base, tmp_path / "nowhere")
