"""The embedded typesetter where something goes wrong, and small briefings of every kind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset import choose, escape
from spf_analysis.publishing.typeset.pandoc import run_pandoc

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
        run_pandoc(["--from=markdown", "--to=html"], "Text\n\n::: {.lead}\nUnclosed\n", where="area/briefing.qmd")
    assert caught.value.problems[0].where == "area/briefing.qmd, line 3"


def test_pandoc_cannot_read_files(tmp_path: Path) -> None:
    secret = tmp_path / "note.txt"
    secret.write_text("tell-nobody")
    try:
        said = run_pandoc(["--from=rst", "--to=plain"], f".. include:: {secret}\n", where="test").decode()
    except TypesettingError as error:
        said = str(error)
    assert "tell-nobody" not in said


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError, match="'epub' is not known"):
        typeset(folder_with(tmp_path, "Text.\n"), "epub")
