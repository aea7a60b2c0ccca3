"""RIS: lines of two-letter tags, as reference databases export them, read whatever their faults, and written.

A record that lacks its end (`ER`) ends where the next begins, so that none is lost or runs into another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from spf_analysis.evidence.bibliography.entries import Entry, dated
from spf_analysis.evidence.bibliography.extras import field_of, line_of

_LINE = re.compile(r"\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$")
Tags = dict[str, list[str]]

TYPES = {
    "JOUR": "article-journal", "JFULL": "periodical", "EJOUR": "article-journal", "INPR": "article-journal", "MGZN": "article-magazine",
    "NEWS": "article-newspaper", "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter",
    "CONF": "book", "CPAPER": "paper-conference", "RPRT": "report", "GOVDOC": "report", "THES": "thesis", "ELEC": "webpage",
    "WEB": "webpage", "BLOG": "post-weblog", "DATA": "dataset", "STAT": "legislation", "LEGAL": "legislation", "BILL": "bill",
    "CASE": "legal_case", "PAMP": "pamphlet", "PAT": "patent", "STAND": "standard", "COMP": "software", "MAP": "map",
    "VIDEO": "motion_picture",
    "SLIDE": "speech", "PCOMM": "personal_communication", "MANSCPT": "manuscript", "UNPB": "manuscript", "ENCYC": "entry-encyclopedia",
    "DICT": "entry-dictionary", "GEN": "document",
}  # fmt: skip
_WRITTEN = {csl: tag for tag, csl in reversed(TYPES.items())} | {"book": "BOOK", "report": "RPRT", "article": "JOUR", "webpage": "ELEC"}
_TEXTS = {
    "TI": "title", "T3": "collection-title", "VL": "volume", "IS": "issue", "DO": "DOI", "UR": "URL", "AB": "abstract", "PB": "publisher",
    "CY": "publisher-place", "LA": "language", "ET": "edition", "M1": "number", "M3": "genre", "ST": "title-short", "SE": "section",
    "NV": "number-of-volumes", "CN": "call-number", "DB": "source",
}  # fmt: skip
_ALSO = {"T1": "TI", "CT": "TI", "BT": "TI", "N2": "AB", "PP": "CY", "PY": "DA", "Y1": "DA", "A1": "AU", "ED": "A2", "DP": "DB"}
_NAMES = {"AU": "author", "A2": "editor", "A3": "collection-editor", "A4": "translator"}
_CONTAINERS = ("JF", "T2", "JO", "JA", "J2")
_BOOKS = frozenset({"book", "chapter", "report", "thesis", "document"})
_READ = {*_TEXTS, *_ALSO, *_NAMES, *_CONTAINERS, "TY", "ID", "DA", "Y2", "SP", "EP", "SN", "KW", "N1"}


def read(text: str, said: list[str]) -> Iterator[tuple[int, Entry]]:
    """The records of a RIS text, each with its line, as raw CSL. What the tags cannot say is added to `said`."""
    skipped: dict[str, int] = {}
    for line, tags, ended in _records(text):
        if not ended:
            said.append(f"line {line}: the record has no end (ER): it was taken to end before the next")
        for tag in tags.keys() - _READ:
            skipped[tag] = skipped.get(tag, 0) + 1
        yield line, _entry(tags)
    said += [f"the tag '{tag}' is not used here: left out of {count:,} record{'s' * (count > 1)}" for tag, count in sorted(skipped.items())]


def _records(text: str) -> Iterator[tuple[int, Tags, bool]]:
    tags: Tags = {}
    start, last = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.match(line.rstrip())
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        if tag in ("TY", "ER"):
            if tags:
                yield start, tags, tag == "ER"
            tags, start, last = ({"TY": [value]}, number, tag) if tag == "TY" else ({}, 0, "")
        elif tag and start:
            tags.setdefault(tag, []).append(value)
            last = tag
        elif value and last:
            tags[last][-1] = f"{tags[last][-1]} {value}".strip()
    if tags:
        yield start, tags, False


def _entry(given: Tags) -> Entry:
    tags: Tags = {}
    for tag, values in given.items():
        tags.setdefault(_ALSO.get(tag, tag), []).extend(value for value in values if value)
    code = given["TY"][0].upper()
    entry: Entry = {"id": next(iter(tags.get("ID", [])), ""), "type": TYPES.get(code, code)}
    entry |= {name: tags[tag][0] for tag, name in _TEXTS.items() if tags.get(tag)}
    entry |= {name: [_name(value) for value in tags[tag]] for tag, name in _NAMES.items() if tags.get(tag)}
    containers = [tags[tag][0] for tag in _CONTAINERS if tags.get(tag)]
    entry |= {"container-title": containers[0]} if containers else {}
    entry |= {name: _day(tags[tag]) for tag, name in (("DA", "issued"), ("Y2", "accessed")) if tags.get(tag)}
    entry |= _pages(tags) | _serial(tags, entry["type"])
    entry |= {"keyword": "; ".join(tags["KW"])} if tags.get("KW") else {}
    fields = [(value, field_of(value)) for value in tags.get("N1", [])]
    notes = [value for value, field in fields if field is None]
    entry |= {"note": "; ".join(notes)} if notes else {}
    return entry | {field[0]: field[1] for _, field in fields if field}


def _name(value: str) -> Entry | str:
    """ "Family, Given, Suffix" is a person; a name without a comma stands as it is, since bodies are written so."""
    parts = [part.strip() for part in value.split(",")]
    if len(parts) == 1 or not parts[0]:
        return {"literal": value.strip(" ,")}
    person = {"family": parts[0], "given": parts[1], "suffix": ", ".join(parts[2:])}
    return {key: part for key, part in person.items() if part}


def _day(values: list[str]) -> Any:
    """The fullest of the dates given ("2019", "2019/03/01/")."""
    found = [day for day in (dated("/".join(part for part in value.split("/") if part)) for value in values) if day]
    return max(found, key=lambda day: len(day["date-parts"][0]), default=values[0])


def _pages(tags: Mapping[str, list[str]]) -> Entry:
    first, last = (next(iter(tags.get(tag, [])), "") for tag in ("SP", "EP"))
    return {"page": f"{first}-{last}" if first and last and "-" not in first else first or last} if first or last else {}


def _serial(tags: Mapping[str, list[str]], kind: str) -> Entry:
    number = next(iter(tags.get("SN", [])), "")
    return {"ISBN" if kind in _BOOKS else "ISSN": number} if number else {}


def write(entry: Entry) -> str:
    """An entry as a RIS record; what RIS has no tag for stands as notes, one line for each CSL variable."""
    known = _lines(entry)
    back = _entry(next(_records("\n".join(known)))[1])
    extra = [f"N1  - {line_of(name, value)}" for name, value in entry.items() if name != "id" and back.get(name) != value]
    return "\r\n".join([*known[:-1], *extra, known[-1]]) + "\r\n"


def _lines(entry: Entry) -> list[str]:
    kind = entry["type"]
    said = [("TY", _WRITTEN.get(kind, "GEN")), ("ID", entry["id"])]
    said += [(tag, entry[name]) for tag, name in _TEXTS.items() if entry.get(name)]
    said += [(tag, _written_name(name)) for tag, field in _NAMES.items() for name in entry.get(field, [])]
    said += [("T2", entry["container-title"])] if entry.get("container-title") else []
    said += [(tag, _written_day(entry[name])) for tag, name in (("DA", "issued"), ("Y2", "accessed")) if entry.get(name)]
    first, _, last = entry.get("page", "").partition("-")
    said += [(tag, value) for tag, value in (("SP", first), ("EP", last)) if value]
    serial = entry.get("ISBN" if TYPES[_WRITTEN.get(kind, "GEN")] in _BOOKS else "ISSN")
    said += [("SN", serial)] if serial else []
    said += [("KW", word) for word in entry.get("keyword", "").split("; ") if word]
    said += [("N1", entry["note"])] if entry.get("note") else []
    lines = [f"{tag}  - {' '.join(str(value).split())}" for tag, value in said if value]
    year = (entry.get("issued") or {}).get("date-parts", [[""]])[0][:1]
    return [*lines, *(f"PY  - {part}" for part in year if part), "ER  - "]


def _written_name(name: Entry) -> str:
    if name.get("literal"):
        return str(name["literal"])
    return ", ".join(str(name[part]) for part in ("family", "given", "suffix") if name.get(part))


def _written_day(date: Entry) -> str:
    parts = (date.get("date-parts") or [[]])[0]
    return "/".join(f"{part:02}" if isinstance(part, int) else str(part) for part in parts)
