"""Which typesetter is chosen, and what becomes of a Quarto that is missing, old or broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset import choose

ROOT = Path(__file__).parents[3]
HOUSE = ROOT / "templates" / "house"
SAMPLE = ROOT / "tests" / "samples" / "typeset"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH that holds one folder only, empty at first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, script: str) -> None:
    program = folder / "quarto"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def refusal(name: str) -> str:
    with pytest.raises(TypesettingError) as caught:
        choose(name, HOUSE)
    assert caught.value.exit_code == 15
    return str(caught.value)


def test_without_quarto_the_embedded_typesetter_is_used(path: Path) -> None:
    setter = choose("auto", HOUSE)
    assert setter.name == "embedded"
    assert set(setter.version) == {"pandoc", "typst"}


def test_a_quarto_that_is_asked_for_and_missing_is_an_error_with_a_hint(path: Path) -> None:
    said = refusal("quarto")
    assert "Quarto is not on the PATH" in said
    assert "--typesetter embedded" in said


@pytest.mark.parametrize("name", ["auto", "quarto"])
def test_an_old_quarto_is_refused_with_its_version(path: Path, name: str) -> None:
    install(path, "echo 1.3.450")
    assert "is 1.3.450, older than 1.9" in refusal(name)


@pytest.mark.parametrize("name", ["auto", "quarto"])
@pytest.mark.parametrize("script", ["exit 1", "echo 'Segmentation fault'", "exec /no/such/program", "kill -9 $$"])
def test_a_broken_quarto_is_refused(path: Path, name: str, script: str) -> None:
    install(path, script)
    assert "it does not tell its version" in refusal(name)


def test_a_quarto_that_cannot_be_executed_is_refused(path: Path) -> None:
    (path / "quarto").write_bytes(b"\x00\x01")
    (path / "quarto").chmod(0o755)
    assert "does not run" in refusal("auto")


def test_a_fit_quarto_is_used_and_embedded_can_still_be_asked_for(path: Path) -> None:
    install(path, "echo 1.9.38")
    assert choose("auto", HOUSE).version == {"quarto": "1.9.38"}
    assert choose("embedded", HOUSE).name == "embedded"


def test_an_old_quarto_does_not_stand_in_the_way_of_embedded(path: Path) -> None:
    install(path, "echo 1.3.450")
    assert choose("embedded", HOUSE).name == "embedded"


def test_an_unknown_typesetter_and_a_missing_house_are_refused(path: Path, tmp_path: Path) -> None:
    assert "'word' is not known" in refusal("word")
    with pytest.raises(TypesettingError, match="house style is missing"):
        choose("embedded", tmp_path)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'ERROR: no space left' >&2; exit 1", "Quarto says: ERROR: no space left"),
        ("echo '[WARNING] Citeproc: citation x not found' >&2", "Quarto says: [WARNING] Citeproc: citation x not found"),
        ("kill -9 $$", "it failed without a word"),
        ("exit 0", "Quarto wrote no html"),
    ],
)
def test_a_quarto_that_fails_or_warns_leaves_nothing(path: Path, tmp_path: Path, script: str, message: str) -> None:
    install(path, f'if [ "$1" = --version ]; then echo 1.9.38; exit 0; fi\n{script}')
    folder = shutil.copytree(SAMPLE, tmp_path / "sample")
    before = sorted(found.name for found in folder.iterdir())
    with pytest.raises(TypesettingError) as caught:
        choose("quarto", HOUSE).typeset(folder, ["html"])
    assert message in str(caught.value)
    assert sorted(found.name for found in folder.iterdir()) == before
