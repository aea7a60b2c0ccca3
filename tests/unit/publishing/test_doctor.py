"""What is installed, missing or too old, and what follows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from spf_analysis.publishing import doctor
from spf_analysis.publishing.doctor import Found, findings


def by_name(found: list[Found]) -> dict[str, Found]:
    return {item.what: item for item in found}


def test_here_everything_that_is_required_is_there(root: Path) -> None:
    found = by_name(findings(root))
    assert [item for item in found.values() if not item.fine] == []
    assert {"Python", "pandas", "papermill", "altair", "jupyterlab", "workbench", "Quarto", "pandoc", "Typst", "fonts", "reports"} <= set(
        found
    )
    assert {"Chromium", "LibreOffice", "pdftotext"} <= set(found)
    assert all(item.state for item in found.values())
    assert "pytest" not in found


def test_it_works_outside_a_workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPF_WORKBENCH", raising=False)
    found = by_name(findings())
    assert found["workbench"].fine
    assert "no workbench here" in found["workbench"].state
    assert "fonts" not in found
    assert not by_name(findings(tmp_path))["workbench"].fine


def test_missing_fonts_and_a_folder_that_cannot_be_written_are_told(workbench: Path) -> None:
    shutil.rmtree(workbench / "templates" / "house" / "fonts")
    (workbench / "reports").write_text("a file")
    found = by_name(findings(workbench))
    assert not found["fonts"].fine
    assert "SourceSans3-Regular.ttf" in found["fonts"].state
    assert not found["reports"].fine
    assert "--out" in found["reports"].follows


def test_a_library_that_is_missing_or_of_another_version_is_told() -> None:
    assert doctor._library(Requirement("pandas>=3,<99")).fine
    old = doctor._library(Requirement("pandas>=99"))
    assert (old.fine, "but >=99 is needed" in old.state) == (False, True)
    missing = doctor._library(Requirement("no-such-library-anywhere"))
    assert (missing.fine, missing.state) == (False, "missing")


@pytest.mark.parametrize(
    ("script", "fine", "words"), [("echo 1.9.1", True, "1.9.1"), ("echo 1.3.450", False, "older than 1.9"), ("exit 1", False, "broken")]
)
def test_quarto_on_the_path(script: str, fine: bool, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "quarto"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    quarto = by_name(findings())["Quarto"]
    assert (quarto.fine, words in quarto.state) == (fine, True)


def test_without_quarto_the_embedded_typesetter_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = by_name(findings())
    assert "the embedded typesetter is used" in found["Quarto"].follows
    assert found["Quarto"].fine
    assert found["Chromium"].state == "missing"
    assert found["Chromium"].fine
