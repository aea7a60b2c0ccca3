"""A Word briefing that came back: tracked changes and comments are listed with their origin; figures are refused."""

from __future__ import annotations

import copy
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from built_edition import Edition, Spf
from lxml import etree

from spf_analysis.records import read_yaml

AREA = "templates/area_briefing.qmd"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BY = {f"{{{W}}}id": "900", f"{{{W}}}author": "Maria Hill", f"{{{W}}}date": "2026-12-01T10:00:00Z"}


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def run_with(body: etree._Element, words: str) -> etree._Element:
    """The one run whose text holds these words."""
    (found,) = [run for run in body.iter(w("r")) if words in "".join(run.itertext(w("t")))]
    return found


def pieces(run: etree._Element, words: str) -> list[etree._Element]:
    """A run split in three around some of its words, as Word splits it before it tracks a change."""
    text = "".join(run.itertext(w("t")))
    parts = [text[: text.index(words)], words, text[text.index(words) + len(words) :]]
    made = []
    for part in parts:
        piece = copy.deepcopy(run)
        for node in list(piece.iter(w("t"), w("br"), w("tab"))):
            piece.remove(node)
        node = etree.SubElement(piece, w("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        node.text = part
        made.append(piece)
    parent = run.getparent()
    assert parent is not None
    at = parent.index(run)
    parent[at : at + 1] = made
    return made


def track(body: etree._Element, words: str, instead: str) -> None:
    """Replace words in a document with change tracking on."""
    _, old, _ = pieces(run_with(body, words), words)
    parent = old.getparent()
    assert parent is not None
    new = copy.deepcopy(old)
    next(new.iter(w("t"))).text = instead
    for node in old.iter(w("t")):
        node.tag = w("delText")
    out, added = etree.Element(w("del"), BY), etree.Element(w("ins"), BY)
    parent[parent.index(old) : parent.index(old) + 1] = [out, added]
    out.append(old)
    added.append(new)


def comment(body: etree._Element, words: str) -> None:
    _, about, _ = pieces(run_with(body, words), words)
    parent = about.getparent()
    assert parent is not None
    at = parent.index(about)
    parent.insert(at + 1, etree.Element(w("commentRangeEnd"), {w("id"): "7"}))
    parent.insert(at, etree.Element(w("commentRangeStart"), {w("id"): "7"}))


def untracked(body: etree._Element, words: str, instead: str) -> None:
    run = run_with(body, words)
    for node in run.iter(w("t")):
        node.text = (node.text or "").replace(words, instead)


def edited(original: Path, path: Path, *changes: Callable[[etree._Element], None]) -> Path:
    with zipfile.ZipFile(original) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = etree.fromstring(parts["word/document.xml"])
    for change in changes:
        change(body)
    parts["word/document.xml"] = etree.tostring(body)
    said = f'<w:comments xmlns:w="{W}"><w:comment w:id="7" w:author="Dev Patel" w:date="2026-12-02T09:00:00Z"><w:p><w:r><w:t>Who says so?'
    parts["word/comments.xml"] = f"{said}</w:t></w:r></w:p></w:comment></w:comments>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def workbench(edition: Edition, tmp_path: Path) -> Path:
    return Path(shutil.copytree(edition.workbench, tmp_path / "workbench"))


@pytest.fixture
def came_back(edition: Edition, tmp_path: Path) -> Path:
    """The briefing of an area with a change of a claim, one of a template's sentence, one of a figure, a comment and a silent edit."""
    return edited(
        edition.folder / "QOC" / "briefing.docx",
        tmp_path / "from the board.docx",
        lambda body: track(body, "seldom recover their full cost", "rarely recover their full cost"),
        lambda body: track(body, "it is no league table", "nobody is ranked"),
        lambda body: track(body, "beside a rate of £0.95", "beside a rate of £1.95"),
        lambda body: comment(body, "not as a test"),
        lambda body: untracked(body, "nobody has said on its behalf", "no one has said on its behalf"),
    )


def remarks(done: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(done)["remarks"]
    return found


def test_every_change_and_comment_is_listed_with_its_origin(came_back: Path, workbench: Path, spf: Spf) -> None:
    done = spf("returned", came_back, "--json", cwd=workbench)
    assert done.returncode == 0, done.stderr
    found = remarks(done.stdout)
    assert [(item["kind"], item["comes_from"].get("file"), bool(item["refused"])) for item in found] == [
        ("change", AREA, True),
        ("change", AREA, False),
        ("comment", AREA, False),
        ("change", "evidence/claims/vcfse.yaml", False),
        ("untracked change", AREA, False),
    ]
    figure, template, comment, claim, silent = found
    assert "£0.95, £1.95" in figure["refused"]
    assert template["after"] == "The order is alphabetical: nobody is ranked."
    assert (comment["by"], comment["before"], comment["comment"]) == ("Dev Patel", "not as a test", "Who says so?")
    assert claim["comes_from"]["record"] == "vcfse.below-full-cost"
    assert (claim["by"], claim["date"]) == ("Maria Hill", "2026-12-01")
    assert "no one has said" in silent["after"]
    assert "This section" not in silent["before"]


def test_an_editor_decides_line_by_line_and_only_what_is_accepted_is_made(came_back: Path, workbench: Path, spf: Spf) -> None:
    assert spf("returned", came_back, cwd=workbench).returncode == 0
    review = came_back.with_suffix(".review.yaml")
    assert spf("returned", came_back, cwd=workbench).returncode == 2, "a review that may hold decisions is not written over"
    undecided = spf("returned", "--apply", review, cwd=workbench)
    assert undecided.returncode == 2
    assert undecided.stderr.count("the change is not decided") == 3
    text = review.read_text(encoding="utf-8")
    entries = read_yaml(review, "usage").content["remarks"]
    decisions = iter("no" if "no one" in str(entry.get("after")) else "yes" for entry in entries if "accept" in entry)
    review.write_text(re.sub(r"(?m)^( +accept):.*", lambda found: f"{found[1]}: {next(decisions)}", text), encoding="utf-8")
    claims, template = workbench / "evidence" / "claims" / "vcfse.yaml", workbench / AREA
    before = {path: path.read_text(encoding="utf-8") for path in (claims, template)}
    done = spf("returned", "--apply", review, "--json", cwd=workbench)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (len(said["made"]), said["by_hand"], said["declined"]) == (2, [], 1)
    after = {path: path.read_text(encoding="utf-8") for path in before}
    assert "rarely recover their full cost" in after[claims]
    assert after[template] == before[template].replace("it is no league table", "nobody is ranked")
    kept = [line for line in before[claims].splitlines() if "seldom recover" not in line]
    assert len(set(kept) - set(after[claims].splitlines())) < 4, "only the sentence was set anew"
    assert spf("check", cwd=workbench).returncode == 0


def test_a_refused_change_cannot_be_accepted(came_back: Path, workbench: Path, spf: Spf) -> None:
    spf("returned", came_back, "--out", "review.yaml", cwd=workbench)
    review = workbench / "review.yaml"
    text = re.sub(r"(?m)^( +accept):.*", r"\1: no", review.read_text(encoding="utf-8"))
    review.write_text(re.sub(r"( +)refused:", r"\1accept: yes\n\1refused:", text), encoding="utf-8")
    done = spf("returned", "--apply", review, cwd=workbench)
    assert done.returncode == 2
    assert "a refused change is accepted: it changes a figure" in done.stderr


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"<html>"])
def test_what_is_no_word_file_is_told(content: bytes, workbench: Path, spf: Spf) -> None:
    (workbench / "letter.docx").write_bytes(content)
    done = spf("returned", "letter.docx", cwd=workbench)
    assert done.returncode == 15
    assert "letter.docx: the file is no Word document that can be read" in done.stderr


def test_a_word_file_of_somebody_else_is_told(edition: Edition, workbench: Path, spf: Spf) -> None:
    with zipfile.ZipFile(edition.folder / "QOC" / "briefing.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["docProps/core.xml"] = re.sub(rb"<cp:keywords>.*?</cp:keywords>", b"", parts["docProps/core.xml"])
    with zipfile.ZipFile(workbench / "letter.docx", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    done = spf("returned", "letter.docx", cwd=workbench)
    assert "the file does not say which briefing it is" in done.stderr
