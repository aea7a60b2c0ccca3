"""The tags of a PDF as a tree: what each element is, and on which pages its content stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf


@dataclass
class Tagged:
    """An element of a tagged PDF: its kind (`/Table`, `/H1`, ...), the pages of its own content, and the elements within."""

    kind: str
    own_pages: set[int]
    within: list[Tagged]

    def walk(self) -> Iterator[Tagged]:
        """This element and all within, in reading order."""
        yield self
        for child in self.within:
            yield from child.walk()

    def all(self, *kinds: str) -> list[Tagged]:
        """Every element of these kinds within, in reading order."""
        return [found for found in self.walk() if found.kind in kinds]

    @property
    def pages(self) -> list[int]:
        """The pages on which it or anything within stands, from 1."""
        return sorted(set().union(*(found.own_pages for found in self.walk())))


def tags_of(path: Path) -> Tagged:
    """The structure of a PDF. A KeyError means that it is not tagged."""
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        return Tagged("/Root", set(), [_tagged(item, numbers) for item in _listed(pdf.Root.StructTreeRoot.K)])


def _listed(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _tagged(element: Any, numbers: dict[tuple[int, int], int]) -> Tagged:
    made = Tagged(str(element.S), set(), [])
    for kid in _listed(element.get("/K", pikepdf.Array())):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            made.within.append(_tagged(kid, numbers))
            continue
        page = kid.get("/Pg") if isinstance(kid, pikepdf.Dictionary) else None
        page = page if page is not None else element.get("/Pg")
        if page is not None:
            made.own_pages.add(numbers[page.objgen])
    return made
