"""Reading published briefings back as a reader's programs would: pages, PDFs, Word documents, notebooks."""

from __future__ import annotations

import base64
import re
import subprocess
import zipfile
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass
class Element:
    """One element of a page: its name, its attributes, its text and what stands in it."""

    name: str
    attributes: dict[str, str]
    text: str
    within: list[Element]

    def all(self, *names: str) -> list[Element]:
        """Every element of these names in it, in order; every element at all where no name is given."""
        return [found for child in self.within for found in ([child] if not names or child.name in names else []) + child.all(*names)]

    @property
    def said(self) -> str:
        """Its text with single spaces."""
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, "", [])
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, "", [])
        self.open[-1].within.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in {element.name for element in self.open}:
            while self.open.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open[-1].name not in ("style", "script"):
            for element in self.open:
                element.text += data


class Page:
    """An HTML page."""

    def __init__(self, path: Path) -> None:
        self.source = path.read_text(encoding="utf-8")
        reader = _Reader()
        reader.feed(self.source)
        self.root = reader.root

    @cached_property
    def pictures(self) -> list[tuple[str, str]]:
        """Every picture with its text alternative and the words drawn in it, whether it stands in the page or as a data URI."""
        found = [
            (drawn.attributes.get("aria-label", ""), drawn.said) for drawn in self.root.all("svg") if drawn.attributes.get("role") == "img"
        ]
        return found + [(picture.attributes.get("alt", ""), _drawn(picture.attributes["src"])) for picture in self.root.all("img")]


def _drawn(address: str) -> str:
    found = PICTURE.fullmatch(address)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", base64.b64decode(found[1]).decode())).split()) if found else ""


def pdf_text(path: Path, program: str) -> str:
    """The text of a PDF as a screen reader meets it, with single spaces."""
    done = subprocess.run([program, str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.replace("\u2060", "").split())


class Document:
    """A Word document."""

    def __init__(self, path: Path) -> None:
        self.parts = docx.Document(str(path))
        with zipfile.ZipFile(path) as archive:
            self.xml = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if name.endswith(".xml")}

    def styled(self, *styles: str) -> list[str]:
        """The paragraphs in these styles."""
        return [" ".join(each.text.split()) for each in self.parts.paragraphs if each.style is not None and each.style.name in styles]

    @property
    def text(self) -> str:
        """All its words, tables among them."""
        body: Any = self.parts.element.body
        return " ".join(" ".join(node.text or "" for node in paragraph.iter(f"{W}t")) for paragraph in body.iter(f"{W}p"))


def squeezed(text: str) -> str:
    """Text without any space, for comparing what different programs lay out differently."""
    return re.sub(r"[\s\u2060\u00ad]+", "", text)
