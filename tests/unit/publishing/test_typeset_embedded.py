"""The embedded typesetter where something goes wrong, and small briefings of every kind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import docx
import psutil
import pytest

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset import choose, escape, pandoc
from spf_analysis.publishing.typeset.pandoc import Output, convert

ROOT = Path(__file__).parents[3]
HOUSE = ROOT / "templates" / "house"
FORMATS = ("html", "pdf", "docx")
FRONT = '---\ntitle: "{title}"\ndate: "2026-04-01"\nedition: "{edition}"\n---\n\n'


def folder_with(tmp_path: Path, body: str, *, title: str = "A briefing", edition: str = "Edition 1") -> Path:
    folder = tmp_path / "briefing"
    folder.mkdir(exist_ok=True)
    (folder / "briefing.qmd").write_text(FRONT.format(title=title, edition=edition) + body, encoding="utf-8")
    return folder


def typeset(folder: Path, *formats: str) -> dict[str, Path]:
    return choose("embedded", HOUSE).typeset(folder, formats or FORMATS)


def test_a_briefing_of_one_paragraph(tmp_path: Path) -> None:
    made = typeset(folder_with(tmp_path, "Nothing to cite, to show or to number.\n"))
    assert sorted(path.name for path in made.values()) == ["briefing.docx", "briefing.html", "briefing.pdf"]


def test_front_matter_is_plain_text_in_every_format(tmp_path: Path) -> None:
    title = "R&D *stars* <b>bold</b> #set $x$ -- @key 'q'"
    made = typeset(folder_with(tmp_path, "## One\n\nText.\n", title=title, edition="Edition <1> & #more --"))
    page = made["html"].read_text(encoding="utf-8")
    assert "<b>" not in page
    assert "R&amp;D *stars* &lt;b&gt;bold&lt;/b&gt; #set $x$ -- @key" in page
    if shutil.which("pdftotext") or os.environ.get("SPF_REQUIRE_TOOLS"):
        said = subprocess.run(["pdftotext", str(made["pdf"]), "-"], capture_output=True, text=True, check=True).stdout
        assert re.sub(r"\s", "", title) in re.sub(r"\s", "", said)
        assert "Edition <1> & #more --" in said


def test_a_name_in_another_script_does_not_stop_the_pdf(tmp_path: Path) -> None:
    made = typeset(folder_with(tmp_path, f"## {escape('世界 🙂')}\n\n{escape('ﷺ 𝒳')}\n", title="世界"))
    assert "世界 🙂" in made["html"].read_text(encoding="utf-8")


def test_a_long_table_repeats_its_header_on_every_page(tmp_path: Path) -> None:
    rows = "".join(f"| Area {number} | £{number},000 |\n" for number in range(1, 181))
    made = typeset(
        folder_with(tmp_path, f"## All areas\n\n| Area | Local investment share |\n|:--|--:|\n{rows}\n: All areas {{#tbl-areas}}\n"), "pdf"
    )
    if not shutil.which("pdftotext") and not os.environ.get("SPF_REQUIRE_TOOLS"):
        pytest.skip("pdftotext is not installed (make tools)")
    pages = subprocess.run(["pdftotext", "-layout", str(made["pdf"]), "-"], capture_output=True, text=True, check=True).stdout.split("\f")
    with_rows = [page for page in pages if re.search(r"Area \d", page)]
    assert len(with_rows) >= 3
    assert all("Local investment share" in page for page in with_rows)


def test_an_output_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "Text.\n")
    (folder / "briefing.html").mkdir()
    (folder / "briefing.html" / "kept").touch()
    with pytest.raises(TypesettingError, match="cannot be written"):
        typeset(folder, "html")
    assert sorted(path.name for path in folder.iterdir()) == ["briefing.html", "briefing.qmd"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_an_error(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "Text.\n")
    folder.chmod(0o500)
    try:
        with pytest.raises(TypesettingError, match="cannot be written"):
            typeset(folder, "html")
    finally:
        folder.chmod(0o700)


def test_a_refused_briefing_leaves_what_was_there(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "Text.\n")
    before = typeset(folder)["pdf"].read_bytes()
    folder_with(tmp_path, "Text with <b>HTML</b>.\n")
    with pytest.raises(TypesettingError):
        typeset(folder)
    assert (folder / "briefing.pdf").read_bytes() == before


def test_a_warning_of_pandoc_is_a_failure_with_its_line() -> None:
    with pytest.raises(TypesettingError) as caught:
        convert("Text\n\n::: {.lead}\nUnclosed\n", [Output("json")], where="area/briefing.qmd")
    assert caught.value.problems[0].where == "area/briefing.qmd, line 3"


def test_pandoc_cannot_read_files(tmp_path: Path) -> None:
    secret = tmp_path / "note.txt"
    secret.write_text("tell-nobody")
    try:
        said = convert(f".. include:: {secret}\n", [Output("json")], source="rst", where="test")[0].decode()
    except TypesettingError as error:
        said = str(error)
    assert "tell-nobody" not in said


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError, match="'epub' is not known"):
        typeset(folder_with(tmp_path, "Text.\n"), "epub")


def test_a_picture_that_was_not_handed_over_is_not_looked_for(tmp_path: Path) -> None:
    picture = tmp_path / "private.png"
    picture.write_bytes(b"\x89PNG")
    with pytest.raises(TypesettingError, match="was not handed over"):
        convert(f"![A picture]({picture})", [Output("docx")], where="test")
    assert convert("![A picture](fig.png)", [Output("docx")], where="test", pictures={"fig.png": picture.read_bytes()})


def test_nothing_to_read_is_a_document_without_blocks() -> None:
    assert b'"blocks":[]' in convert("", [Output("json")], where="test")[0]


def test_an_error_in_a_filter_is_told_without_a_path_and_the_next_briefing_is_set() -> None:
    with pytest.raises(TypesettingError) as caught:
        convert("See @fig-gone.", [Output("json")], filters=["numbering"], where="test")
    assert caught.value.problems[0].message == "pandoc says: in numbering: unresolved cross-reference @fig-gone"
    assert convert("Text.", [Output("json")], where="test")


def test_a_pandoc_that_ended_is_started_anew_and_asked_once_more() -> None:
    before = convert("Text.", [Output("json")], where="test")
    (running,) = [child for child in psutil.Process().children() if child.name() == "pandoc"]
    running.kill()
    running.wait()
    assert convert("Text.", [Output("json")], where="test") == before


def end_ours() -> None:
    """End this process's pandoc, so that the next request starts another."""
    pandoc._pandoc().end()
    pandoc._pandoc.cache_clear()


@pytest.mark.parametrize(
    ("program", "said"), [("/bin/false", "pandoc ended in the middle of its work"), ("/bin/none", "pandoc could not be run")]
)
def test_a_pandoc_that_ends_each_time_is_told(program: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    end_ours()
    monkeypatch.setattr(pandoc, "pandoc_path", lambda: program)
    with pytest.raises(TypesettingError, match=said):
        convert("Text.", [Output("json")], where="test")


def test_a_pandoc_that_takes_too_long_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before = convert("Text.", [Output("json")], where="test")
    (running,) = [child for child in psutil.Process().children() if child.name() == "pandoc"]
    monkeypatch.setattr(pandoc, "TIME_LIMIT", 0.5)
    running.suspend()
    with pytest.raises(TypesettingError, match="pandoc took longer than"):
        convert("Text.", [Output("json")], where="test")
    assert convert("Text.", [Output("json")], where="test") == before


def test_a_pandoc_that_is_done_leaves_nothing_in_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    end_ours()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(pandoc, "_MOST_ASKED", 1)
    assert convert("Text.", [Output("json")], where="test")
    assert list(tmp_path.iterdir()) == []


def test_a_pandoc_that_was_asked_often_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_MOST_ASKED", 1)
    before = convert("Text.", [Output("json")], where="test")
    assert [child for child in psutil.Process().children() if child.name() == "pandoc"] == []
    assert convert("Text.", [Output("json")], where="test") == before


def test_one_briefing_leaves_nothing_to_the_next() -> None:
    told = "A note.[^1]\n\n## Heading {#sec-one}\n\nSee @sec-one.\n\n[^1]: Said once.\n"
    first = convert(told, [Output("json")], filters=["notices", "exhibits", "numbering"], where="test")
    assert convert(told, [Output("json")], filters=["notices", "exhibits", "numbering"], where="test") == first


def test_a_house_style_of_an_earlier_version_is_told(tmp_path: Path) -> None:
    house = shutil.copytree(HOUSE, tmp_path / "house")
    shared = house / "typst" / "typst-template.typ"
    shared.write_text(shared.read_text().replace("#let exhibit(whole: true, body, ..notes)", "#let exhibit(noted: false, body)"))
    folder = folder_with(tmp_path, "## Tables\n\n| a | b |\n|---|---|\n| c | d |\n\n: Letters {#tbl-letters}\n")
    with pytest.raises(TypesettingError) as caught:
        choose("embedded", house).typeset(folder, ("pdf",))
    assert "earlier version" in caught.value.problems[0].hint


@pytest.mark.parametrize(("name", "needless"), [("html", ("fonts", "typst", "reference.docx")), ("docx", ("fonts", "typst"))])
def test_a_format_needs_its_own_part_of_the_house_style_only(name: str, needless: tuple[str, ...], tmp_path: Path) -> None:
    house = shutil.copytree(HOUSE, tmp_path / "house")
    for part in needless:
        (shutil.rmtree if (house / part).is_dir() else os.remove)(house / part)
    folder = folder_with(tmp_path, "## One\n\nText.\n")
    assert choose("embedded", house).typeset(folder, (name,))[name].stat().st_size > 0


def test_a_list_in_a_notice_stays_in_its_box_in_word(tmp_path: Path) -> None:
    body = "::: {.callout-important}\n## Read this first\n\n- One thing.\n- Another.\n- A third.\n:::\n"
    document = docx.Document(str(typeset(folder_with(tmp_path, body), "docx")["docx"]))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert styles["Important: Read this first"] == "Serious Notice Title"
    items = [paragraph for paragraph in document.paragraphs if paragraph.text in ("One thing.", "Another.", "A third.")]
    assert [styles[item.text] for item in items] == ["Serious Notice"] * 3
    notice = document.styles["Serious Notice"].paragraph_format
    for item in items:
        assert item._p.pPr is not None
        assert item._p.pPr.numPr is not None
        layout = item.paragraph_format
        assert layout.left_indent is not None
        assert layout.first_line_indent is not None
        assert layout.left_indent + layout.first_line_indent == notice.left_indent
