"""BibTeX, read whatever its faults and written so that LaTeX and other readers take it.

The reader is our own: one broken entry must cost no other, and thousands must take seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spf_analysis.evidence.bibliography import csl
from spf_analysis.evidence.bibliography.entries import Entry, dated
from spf_analysis.evidence.bibliography.extras import line_of, value_of
from spf_analysis.evidence.bibliography.latex import decoded, encoded

_START = re.compile(r"^[ \t]*@\s*([A-Za-z]+)\s*([{(])", re.MULTILINE)
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w:.+/-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}\"]+")
_OTHERS = re.compile(r"\s+and\s+", re.IGNORECASE)
_OWN = "csl-"

TYPES = {
    "article": "article-journal", "book": "book", "collection": "book", "proceedings": "book", "inbook": "chapter", "incollection":
    "chapter", "inproceedings": "paper-conference", "conference": "paper-conference", "techreport": "report", "report": "report",
    "manual": "report", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis", "online": "webpage", "electronic":
    "webpage", "www": "webpage", "dataset": "dataset", "software": "software", "patent": "patent", "unpublished": "manuscript",
    "booklet": "pamphlet", "periodical": "periodical", "legislation": "legislation", "standard": "standard", "misc": "document",
}  # fmt: skip
_WRITTEN = {name: entry for entry, name in reversed(TYPES.items())} | {"book": "book", "report": "techreport", "chapter": "incollection"}
_TEXTS = {
    "title": "title", "journal": "container-title", "volume": "volume", "pages": "page", "doi": "DOI", "url": "URL", "isbn": "ISBN",
    "issn": "ISSN", "abstract": "abstract", "keywords": "keyword", "publisher": "publisher", "address": "publisher-place",
    "edition": "edition", "note": "note", "annote": "annote", "language": "language", "type": "genre", "series": "collection-title",
    "shorttitle": "title-short", "version": "version", "issue": "issue", "pmid": "PMID",
}  # fmt: skip
_ALSO = {
    "booktitle": "journal", "journaltitle": "journal", "institution": "publisher", "school": "publisher", "organization": "publisher",
    "location": "address", "annotation": "annote", "langid": "language", "keyword": "keywords", "publisher-place": "address",
}  # fmt: skip
_READ = {*_TEXTS, *_ALSO, "author", "editor", "translator", "year", "month", "date", "urldate", "number", "howpublished"}


def read(text: str, said: list[str]) -> Iterator[tuple[int, Entry]]:
    """The entries of a BibTeX text, each with its line, as raw CSL. What is broken or not used is added to `said`."""
    strings: dict[str, str] = {name: name for name in csl.MONTHS}
    skipped: dict[str, int] = {}
    starts = [*_START.finditer(text)]
    line, counted = 1, 0
    for start, following in zip(starts, [*(match.start() for match in starts[1:]), len(text)], strict=False):
        kind, line, counted = start[1].lower(), line + text.count("\n", counted, start.start(1)), start.start(1)
        if kind in ("comment", "preamble"):
            continue
        body = text[start.end() : following]
        key, fields, whole = _fields(body, kind == "string", strings, said, line)
        if kind == "string":
            strings |= {name.lower(): value for name, value in fields.items()}
            continue
        if not whole:
            said.append(f"line {line}: the entry '{key}' is not closed: what could be read of it was taken")
        for name in fields.keys() - _READ:
            skipped[name] = skipped.get(name, 0) + (not name.startswith(_OWN))
        yield line, _entry(kind, key, fields)
    counts = sorted((name, count) for name, count in skipped.items() if count)
    said += [f"the field '{name[:40]}' is not used here: left out of {count:,} entr{'ies' if count > 1 else 'y'}" for name, count in counts]


def _fields(body: str, is_string: bool, strings: dict[str, str], said: list[str], line: int) -> tuple[str, dict[str, str], bool]:
    """The key of an entry, its fields, and whether it was closed."""
    found = re.match(r"\s*([^\s,={}\"]*)\s*,", body) if not is_string else None
    key, at = (found[1], found.end()) if found else ("", 0)
    fields: dict[str, str] = {}
    while match := _FIELD.match(body, at):
        value, at, whole = _value(body, match.end(), strings, said, line)
        fields.setdefault(match[1].lower(), value)
        if not whole:
            return key, fields, False
    return key, fields, body[at:].lstrip(" \t\r\n,")[:1] in ("}", ")")


def _value(body: str, at: int, strings: dict[str, str], said: list[str], line: int) -> tuple[str, int, bool]:
    """A value made of parts joined by `#`, where it ends, and whether its last part was closed."""
    parts: list[str] = []
    while True:
        if body[at : at + 1] in ("{", '"'):
            end = _closing(body, at)
            parts.append(body[at + 1 : end])
            if end >= len(body):
                return "".join(parts), end, False
            at = end + 1
        else:
            found = _BARE.match(body, at)
            word = found[0] if found else ""
            if word and not word.isdigit() and word.lower() not in strings:
                said.append(f"line {line}: the abbreviation '{word[:40]}' is not defined: taken as it stands")
            parts.append(strings.get(word.lower(), word))
            at = found.end() if found else at
        joined = re.match(r"\s*#\s*", body[at:])
        if not joined:
            return "".join(parts), at, True
        at += joined.end()


def _closing(body: str, at: int) -> int:
    """Where the value that opens here is closed: at its brace or quotation mark, or at the end of what there is."""
    quoted, depth = body[at] == '"', 0
    for match in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(body, at + 1):
        sign = match[0]
        if sign == '"' and quoted and depth == 0:
            return match.start()
        if sign == "}" and depth == 0 and not quoted:
            return match.start()
        depth += {"{": 1, "}": -1}.get(sign, 0)
    return len(body)


def _entry(kind: str, key: str, given: dict[str, str]) -> Entry:
    fields: dict[str, str] = {}
    for name, value in given.items():
        fields.setdefault(_ALSO.get(name, name), value)
    entry: Entry = {"id": key, "type": TYPES.get(kind, kind)}
    entry |= {name: decoded(fields[field]) for field, name in _TEXTS.items() if fields.get(field)}
    entry |= {role: _names(fields[role]) for role in ("author", "editor", "translator") if fields.get(role)}
    if fields.get("number"):
        entry.setdefault("issue" if kind == "article" else "number", decoded(fields["number"]))
    if "page" in entry:
        entry["page"] = entry["page"].replace("–", "-")
    if "http" in fields.get("howpublished", ""):
        entry.setdefault("URL", decoded(fields["howpublished"]))
    entry |= _dates(fields)
    return entry | {_variable(name): value_of(decoded(value)) for name, value in fields.items() if _variable(name)}


def _variable(field: str) -> str:
    """The CSL variable that a field of our own stands for; BibTeX does not tell capitals from small letters."""
    wanted = field.removeprefix(_OWN) if field.startswith(_OWN) else None
    return next((name for name in csl.VARIABLES if name.lower() == wanted and name != "id"), "")


def _dates(fields: dict[str, str]) -> Entry:
    found: Entry = {}
    if fields.get("date") or fields.get("year"):
        words = decoded(fields.get("date") or f"{fields['year']} {fields.get('month', '')}").strip()
        found["issued"] = dated(words) or {"raw": words}
    if fields.get("urldate"):
        found["accessed"] = {"raw": decoded(fields["urldate"])}
    return found


def _names(value: str) -> list[Entry]:
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match[0])
        return f"\0{len(hidden) - 1}\0"

    def shown(text: str) -> str:
        return re.sub(r"\0(\d+)\0", lambda match: hidden[int(match[1])], text)

    flat = re.sub(r"\{(?:[^{}]|\{[^{}]*\})*\}", hide, value)
    parts = [part.strip() for part in _OTHERS.split(f" {flat} ") if part.strip()]
    return [_name(part, shown) for part in parts if part.lower() != "others"]


def _name(part: str, shown: Any) -> Entry:
    if re.fullmatch(r"\0\d+\0", part):
        return {"literal": decoded(shown(part))}
    pieces = [decoded(shown(piece)) for piece in part.split(",")]
    if len(pieces) == 1:
        words = [decoded(shown(word)) for word in part.split()]
        first = next((number for number, word in enumerate(words[:-1]) if number and word[:1].islower()), len(words) - 1)
        pieces = [" ".join(words[first:]), " ".join(words[:first])]
    elif len(pieces) > 2:
        pieces = [pieces[0], pieces[2], pieces[1]]
    return {key: piece for key, piece in zip(("family", "given", "suffix"), pieces, strict=False) if piece}


def write(entry: Entry) -> str:
    """An entry as BibTeX; what BibTeX has no field for stands in fields `csl-…`, which styles pass over."""
    kind = _WRITTEN.get(entry["type"], "misc")
    fields = _written(entry, kind)
    back = _entry(kind, "", fields)
    fields |= {
        f"{_OWN}{name.lower()}": encoded(_as_line(value)) for name, value in entry.items() if name != "id" and back.get(name) != value
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{entry['id']},\n{lines}}}\n"


def _as_line(value: Any) -> str:
    return line_of("x", value).removeprefix("x: ")


def _written(entry: Entry, kind: str) -> dict[str, str]:
    fields = {
        role: " and ".join(_written_name(name) for name in entry[role]) for role in ("author", "editor", "translator") if entry.get(role)
    }
    for field, name in _TEXTS.items():
        if isinstance(entry.get(name), str):
            fields["booktitle" if field == "journal" and kind != "article" else field] = encoded(entry[name])
    fields |= {"title": f"{{{encoded(entry['title'])}}}"} if entry.get("title") else {}
    fields |= {"number": fields.pop("issue")} if kind == "article" and "issue" in fields else {}
    fields |= {"number": encoded(entry["number"])} if entry.get("number") and kind != "article" else {}
    parts = (entry.get("issued") or {}).get("date-parts") or [[]]
    fields |= {"year": str(parts[0][0]), "date": "-".join(f"{part:02}" for part in parts[0])} if parts[0] else {}
    return fields


def _written_name(name: Entry) -> str:
    if name.get("literal"):
        return f"{{{encoded(name['literal'])}}}"
    parts = [encoded(str(name[part])) for part in ("family", "suffix", "given") if name.get(part)]
    return ", ".join(parts)
