"""One target on its way to being published: nothing private leaves, folders are put in place as a whole, and a killed build is cleared."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from spf_analysis.errors import BriefingError, TypesettingError
from spf_analysis.publishing.manifest import digests
from spf_analysis.publishing.target import intact, place, recover, scan

WORKBENCH = Path("/srv/reviews/workbench")


@pytest.fixture
def done(tmp_path: Path) -> Path:
    folder = tmp_path / "done"
    folder.mkdir()
    (folder / "briefing.html").write_text("<p>Nothing private.</p>")
    return folder


def test_what_holds_nothing_private_passes(done: Path) -> None:
    scan(done, WORKBENCH)


@pytest.mark.parametrize(
    "text",
    [
        "/srv/reviews/workbench/evidence",
        "saved by /home/maria/projects",
        "/Users/Maria.Smith/Documents",
        "ZOTERO_API_KEY=abc",
        "https://api.zotero.org/users/1/items?key=AbCdEfGhIjKlMnOpQrStUvWx",
    ],
)
def test_a_key_or_a_path_of_the_machine_is_refused(text: str, done: Path) -> None:
    (done / "audit.html").write_text(f"<pre>{text}</pre>")
    with pytest.raises(BriefingError, match="holds a key or a path of this machine") as caught:
        scan(done, WORKBENCH)
    assert [problem.where for problem in caught.value.problems] == ["audit.html"]
    assert text not in str(caught.value)


def test_the_key_in_the_environment_is_looked_for_itself(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOTERO_API_KEY", "s3cret-of-another-form")
    (done / "context.json").write_text('{"x": "s3cret-of-another-form"}')
    with pytest.raises(BriefingError):
        scan(done, WORKBENCH)


def test_a_word_document_is_looked_into(done: Path) -> None:
    with zipfile.ZipFile(done / "briefing.docx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", "<w:t>/home/maria/x</w:t>" * 50)
    with pytest.raises(BriefingError) as caught:
        scan(done, WORKBENCH)
    assert caught.value.problems[0].where == "briefing.docx"


def test_a_finished_folder_takes_the_place_of_the_one_before(done: Path, tmp_path: Path) -> None:
    final = tmp_path / "QOC"
    final.mkdir()
    (final / "briefing.pdf").write_text("of last time")
    place(done, final)
    assert [path.name for path in final.iterdir()] == ["briefing.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["QOC"]


def test_a_place_that_cannot_be_written_is_told(done: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TypesettingError, match="cannot put the briefing in place"):
        place(done, tmp_path / "file" / "QOC")
    assert (done / "briefing.html").is_file()


def test_what_a_killed_build_left_behind_is_cleared_and_the_earlier_stands_again(tmp_path: Path) -> None:
    for name in (".previous-QOC", ".previous-QGH", "QGH", ".staging/QWE"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "briefing.html").write_text(name)
    recover(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["QGH", "QOC"]
    assert (tmp_path / "QOC" / "briefing.html").read_text() == ".previous-QOC"
    assert (tmp_path / "QGH" / "briefing.html").read_text() == "QGH"


def test_a_folder_is_intact_only_with_exactly_what_the_manifest_says(done: Path) -> None:
    outputs = digests(done, done.iterdir())
    assert intact(done, outputs)
    assert not intact(done, {})
    assert not intact(done, {**outputs, "briefing.pdf": "0"})
    (done / "briefing.html").write_text("changed")
    assert not intact(done, outputs)
