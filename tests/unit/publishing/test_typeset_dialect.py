"""What a briefing may not hold: each bad sample is refused with the message that stands beside it.

After a change of wording, SPF_REWRITE_SNAPSHOTS=1 writes the messages anew; review them as text.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset.briefing import read_manuscript

SAMPLES = Path(__file__).parents[2] / "samples"
BAD = sorted((SAMPLES / "bad" / "typeset").glob("*.qmd"))
FORMATS = ("html", "pdf", "docx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A briefing's folder with the sample's pictures and references."""
    briefing = tmp_path / "briefing"
    shutil.copytree(SAMPLES / "typeset", briefing)
    return briefing


def refused(folder: Path, text: str) -> str:
    (folder / "briefing.qmd").write_text(text, encoding="utf-8")
    with pytest.raises(TypesettingError) as caught:
        read_manuscript(folder, FORMATS)
    assert caught.value.exit_code == 15
    return "\n".join(str(problem) for problem in caught.value.problems) + "\n"


@pytest.mark.parametrize("sample", BAD, ids=lambda path: path.stem)
def test_a_bad_briefing_is_refused_with_its_message(sample: Path, folder: Path) -> None:
    said = refused(folder, sample.read_text(encoding="utf-8"))
    expected = sample.with_suffix(".txt")
    if os.environ.get("SPF_REWRITE_SNAPSHOTS"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_the_sample_keeps_to_the_dialect(folder: Path) -> None:
    manuscript = read_manuscript(folder, FORMATS)
    assert manuscript.cited
    assert manuscript.front.shown_date == "1 April 2026"


def test_word_needs_a_png_beside_each_svg(folder: Path) -> None:
    (folder / "fig-rate.png").unlink()
    assert "fig-rate.png' is missing" in refused(folder, (folder / "briefing.qmd").read_text(encoding="utf-8"))
    read_manuscript(folder, ("html", "pdf"))


def test_a_citation_key_that_reads_like_a_cross_reference_is_refused(folder: Path) -> None:
    (folder / "references.json").write_text('[{"id": "def-2019", "type": "report", "title": "T"}]', encoding="utf-8")
    assert "'def-2019' reads like a cross-reference" in refused(folder, (folder / "briefing.qmd").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "drawing",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect onload="alert(1)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.org/x.png"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(https://example.org/x)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><style>@import "https://example.org/x.css";</style></svg>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
        "not a picture",
    ],
)
def test_a_picture_that_could_run_or_reach_out_is_refused(folder: Path, drawing: str) -> None:
    (folder / "fig-share.svg").write_text(drawing, encoding="utf-8")
    said = refused(folder, (folder / "briefing.qmd").read_text(encoding="utf-8"))
    assert said.startswith("fig-share.svg: the picture")
