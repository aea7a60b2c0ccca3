"""Editing a Word document as a word processor does: tracked changes, comments of all kinds, silent edits, and what saving alters."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
BY = {f"{{{W}}}id": "900", f"{{{W}}}author": "Maria Hill", f"{{{W}}}date": "2026-12-01T10:00:00Z"}
SAID = "Who says so?"
Change = Callable[[etree._Element], None]


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def text_of(element: etree._Element) -> str:
    return "".join(element.itertext(w("t")))


def paragraph_with(body: etree._Element, words: str) -> etree._Element:
    """The first paragraph, contents apart, that holds these words."""
    return next(one for one in body.iter(w("p")) if words in text_of(one) and "TOC" not in style_of(one))


def style_of(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return style.get(w("val"), "") if style is not None else ""


def runs(body: etree._Element, words: str) -> list[etree._Element]:
    """The words of one paragraph as whole runs: those around them are split as Word splits them before it tracks a change."""
    paragraph = paragraph_with(body, words)
    start = text_of(paragraph).index(words)
    found, at = [], 0
    for run in [one for one in paragraph.iter(w("r")) if text_of(one)]:
        text = text_of(run)
        cuts = sorted({0, len(text), *(min(max(place - at, 0), len(text)) for place in (start, start + len(words)))})
        parts = [_part(run, text[first:last]) for first, last in pairwise(cuts)]
        found += [part for part, first in zip(parts, cuts, strict=False) if start <= at + first < start + len(words)]
        parent = run.getparent()
        assert parent is not None
        parent[parent.index(run) : parent.index(run) + 1] = parts
        at += len(text)
    return found


def _part(run: etree._Element, text: str) -> etree._Element:
    part = copy.deepcopy(run)
    kept = next(part.iter(w("t")))
    for node in [node for node in part.iter(w("t")) if node is not kept]:
        part.remove(node)
    kept.text = text
    kept.attrib.update(SPACE)
    return part


def track(words: str, instead: str) -> Change:
    """Replace words with change tracking on; take them out where there is nothing instead."""

    def change(body: etree._Element) -> None:
        old = runs(body, words)
        new = copy.deepcopy(old[0])
        next(new.iter(w("t"))).text = instead
        for run in old:
            take_out(run)
        parent = old[-1].getparent()
        if instead and parent is not None:
            added = etree.Element(w("ins"), BY)
            added.append(new)
            parent.addnext(added)

    return change


def take_out(run: etree._Element) -> None:
    for node in run.iter(w("t")):
        node.tag = w("delText")
    parent, out = run.getparent(), etree.Element(w("del"), BY)
    assert parent is not None
    parent[parent.index(run)] = out
    out.append(run)


def silently(words: str, instead: str) -> Change:
    """Replace words without tracking."""

    def change(body: etree._Element) -> None:
        old = runs(body, words)
        for number, run in enumerate(old):
            next(run.iter(w("t"))).text = "" if number else instead

    return change


def insert_after(words: str, said: str) -> Change:
    """A paragraph of its own, added with change tracking on."""

    def change(body: etree._Element) -> None:
        added = etree.Element(w("p"))
        run = etree.SubElement(etree.SubElement(added, w("ins"), BY), w("r"))
        etree.SubElement(run, w("t"), SPACE).text = said
        paragraph_with(body, words).addnext(added)

    return change


def comment(first: str, last: str = "") -> Change:
    """A comment on words, or from some words to others that may stand in another paragraph."""

    def change(body: etree._Element) -> None:
        end = runs(body, last)[-1] if last else None
        about = runs(body, first)
        about[0].addprevious(etree.Element(w("commentRangeStart"), {w("id"): "7"}))
        end = about[-1] if end is None else end
        end.addnext(_reference())
        end.addnext(etree.Element(w("commentRangeEnd"), {w("id"): "7"}))

    return change


def point_comment(words: str) -> Change:
    """A comment at a point, as some editors on the web write it: a reference without a range."""

    def change(body: etree._Element) -> None:
        runs(body, words)[-1].addnext(_reference())

    return change


def _reference() -> etree._Element:
    run = etree.Element(w("r"))
    etree.SubElement(run, w("commentReference"), {w("id"): "7"})
    return run


def picture_run(body: etree._Element) -> etree._Element:
    return next(run for run in body.iter(w("r")) if run.find(w("drawing")) is not None)


def comment_on_a_picture(body: etree._Element) -> None:
    run = picture_run(body)
    run.addprevious(etree.Element(w("commentRangeStart"), {w("id"): "7"}))
    run.addnext(_reference())
    run.addnext(etree.Element(w("commentRangeEnd"), {w("id"): "7"}))


def take_out_a_picture(body: etree._Element) -> None:
    take_out(picture_run(body))


def edited(original: Path, path: Path, *changes: Change, keywords: str | None = None) -> Path:
    """The document with these changes, saved as Word saves it: it works out the fields of the footer anew."""
    with zipfile.ZipFile(original) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = etree.fromstring(parts["word/document.xml"])
    for change in changes:
        change(body)
    parts["word/document.xml"] = etree.tostring(body)
    parts["word/footer1.xml"] = parts["word/footer1.xml"].replace(b"<w:t>1</w:t>", b"<w:t>12</w:t>")
    if any(True for _ in _commented(body)):
        said = f'<w:comments xmlns:w="{W}"><w:comment w:id="7" w:author="Dev Patel" w:date="2026-12-02T09:00:00Z"><w:p><w:r><w:t>{SAID}'
        parts["word/comments.xml"] = f"{said}</w:t></w:r></w:p></w:comment></w:comments>".encode()
    if keywords is not None:
        said = f"<cp:keywords>{keywords}</cp:keywords>"
        parts["docProps/core.xml"] = re.sub(rb"<cp:keywords>.*?</cp:keywords>", said.encode(), parts["docProps/core.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _commented(body: etree._Element) -> Iterator[etree._Element]:
    return body.iter(w("commentRangeStart"), w("commentReference"))


def without_property(original: Path, path: Path, part: str) -> Path:
    """The document without one of its parts, as a word processor leaves out what it does not know."""
    with zipfile.ZipFile(original) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in archive.namelist():
            if name != part:
                kept.writestr(name, archive.read(name))
    return path
