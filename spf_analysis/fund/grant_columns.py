"""Grants as a table: the standard's headings beside its field names, so that a row becomes a grant and a grant a row.

A heading is the titles of the fields on the way, "Recipient Org:0:Identifier"; the number of a list's first item may be left out. The
path in field names, "recipientOrganization/0/id", is read too. Columns that the standard does not know keep their own heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from spf_analysis.fund.grant_standard import Grant

Path = tuple[str | int, ...]
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class GrantField:
    """One field of the standard: its name, its heading, and what it holds."""

    name: str
    heading: str
    holds: Any
    many: bool

    @property
    def fields(self) -> tuple[GrantField, ...]:
        """The fields within it; none for a plain value."""
        return fields_of(self.holds) if isinstance(self.holds, type) and issubclass(self.holds, BaseModel) else ()


@cache
def fields_of(part: type[BaseModel]) -> tuple[GrantField, ...]:
    """The fields of a part of a grant, in the standard's order."""
    found = []
    for name, info in part.model_fields.items():
        holds, many = _held(info.annotation)
        alias = info.alias or name
        found.append(GrantField(alias, info.title or alias, holds, many))
    return tuple(found)


def path_of(heading: str) -> Path:
    """The way to a value that a heading names; a heading that the standard does not know is its own name, or a path with slashes."""
    for separator, titled in ((":", True), ("/", False)):
        found = _known([part.strip() for part in heading.split(separator)], fields_of(Grant), titled=titled)
        if found is not None:
            return found
    return tuple(int(part) if part.isdigit() else _plain(part) for part in heading.strip().split("/"))


def heading_of(path: Path) -> str:
    """The heading of a value: the standard's titles as far as it knows the way, otherwise the path itself."""
    titles: list[str] = []
    fields = fields_of(Grant)
    for part in path:
        if isinstance(part, int):
            titles.append(str(part))
            continue
        field = next((item for item in fields if item.name == part), None)
        if field is None:
            return "/".join(str(item).replace("~", "~0").replace("/", "~1") for item in path)
        titles.append(field.heading)
        fields = field.fields
    return ":".join(titles)


def grant_of(cells: Mapping[str, str]) -> tuple[dict[str, Any], dict[Path, str]]:
    """A row as a grant, and the heading of each path; empty cells are left out, numbers are numbers where the standard asks for them."""
    content: dict[str, Any] = {}
    headings: dict[Path, str] = {}
    for heading, text in cells.items():
        if not text:
            continue
        path = path_of(heading)
        field = _field(path)
        if field is not None and field.many and field.holds is str and path[-1] == 0 and not heading.rstrip().endswith("0"):
            values: list[Any] = [item.strip() for item in text.split(";")]
        else:
            values = [_typed(text, field)]
        for number, value in enumerate(values):
            place = (*path[:-1], number) if len(values) > 1 else path
            _put(content, place, value)
            headings[place] = heading
    return _as_lists(content), headings


def row_of(grant: Mapping[str, Any]) -> dict[str, str]:
    """A grant as a row, by heading; lists and objects that hold nothing, and empty values, have no cell."""
    return {heading_of(path): _said(value) for path, value in _leaves(grant, ())}


def table_of(grants: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of all grants: the standard's fields in its order, then whatever else there is."""
    rows = [row_of(grant) for grant in grants]
    paths = {path for grant in grants for path, _ in _leaves(grant, ())}
    headings = list(dict.fromkeys(heading_of(path) for path in sorted(paths, key=_order)))
    return headings, [[row.get(heading, "") for heading in headings] for row in rows]


def _held(annotation: Any) -> tuple[Any, bool]:
    """What an annotation holds once Optional, Annotated and list are taken off, and whether it was a list."""
    many = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType):
            annotation = next(item for item in get_args(annotation) if item is not type(None))
        elif origin is list:
            annotation, many = get_args(annotation)[0], True
        else:
            return annotation, many


def _known(parts: Sequence[str], fields: Sequence[GrantField], *, titled: bool) -> Path | None:
    wanted = parts[0].casefold()
    field = next((item for item in fields if (item.heading if titled else item.name).casefold() == wanted), None)
    if field is None:
        return None
    rest, path = list(parts[1:]), [field.name]
    if field.many:
        return _numbered(field, path, rest, titled=titled)
    if not rest:
        return None if field.fields else tuple(path)
    below = _known(rest, field.fields, titled=titled)
    return None if below is None else (*path, *below)


def _numbered(field: GrantField, path: list[str], rest: list[str], *, titled: bool) -> Path | None:
    number = int(rest.pop(0)) if rest and rest[0].isdigit() else 0
    if not field.fields:
        return (*path, number) if not rest else None
    below = _known(rest, field.fields, titled=titled) if rest else None
    return None if below is None else (*path, number, *below)


def _field(path: Path) -> GrantField | None:
    fields, found = fields_of(Grant), None
    for part in path:
        if isinstance(part, int):
            continue
        found = next((item for item in fields if item.name == part), None)
        if found is None:
            return None
        fields = found.fields
    return found


def _typed(text: str, field: GrantField | None) -> Any:
    if field is None:
        return text
    if field.holds is float and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if field.holds is bool:
        return _FLAGS.get(text.lower(), text)
    return text


def _put(content: dict[str | int, Any] | dict[str, Any], path: Path, value: Any) -> None:
    place: Any = content
    for part in path[:-1]:
        inner = place.get(part)
        place[part] = inner if isinstance(inner, dict) else {}
        place = place[part]
    place[path[-1]] = value


def _as_lists(value: Any) -> Any:
    """Objects whose keys are numbers become lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_as_lists(value[key]) for key in sorted(value)]
    return {str(key): _as_lists(item) for key, item in value.items()}


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    inner: Iterable[tuple[str | int, Any]]
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        if value is not None and value != "":
            yield path, value
        return
    for key, item in inner:
        yield from _leaves(item, (*path, key))


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    """Known fields in the standard's order, unknown ones after them by name."""
    ranks: list[tuple[int, str]] = []
    fields = fields_of(Grant)
    for part in path:
        names = [item.name for item in fields]
        if isinstance(part, int):
            ranks.append((part, ""))
        elif part in names:
            ranks.append((names.index(part), ""))
            fields = fields[names.index(part)].fields
        else:
            ranks.append((len(names) + 1, part))
            fields = ()
    return tuple(ranks)


def _plain(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
