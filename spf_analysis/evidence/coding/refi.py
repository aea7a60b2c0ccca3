"""The one door to REFI-QDA codebooks (.qdc): the exchange format of ATLAS.ti, MAXQDA, NVivo and others, read strictly and written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.coding.codebook import BookEntry, BookGroup, Codebook, entries
from spf_analysis.records import MAX_BYTES, shown

NAMESPACE = "urn:QDA-XML:codebook:1.0"
SCHEMA_FILE = Path(__file__).with_name("codebook.xsd")
FACETS, FACETS_SAID = "Facets of funding", "Groups that are facets of funding: who commissions, where the money comes from, how it is paid."
KIND = EvidenceError.kind
_MARKS = {"Include": "include", "Exclude": "exclude", "Example": "example", "Id": "id"}
_MARKED = re.compile(rf"\\*(?:{'|'.join(_MARKS)}): ")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = "\n\n"
_GROUPED = "imported"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def write(book: Codebook, origin: str) -> bytes:
    """The codebook as REFI-QDA XML: groups are codes that cannot be given themselves, and hold theirs. Include, exclude, example and our
    id stand in the description, one paragraph each. Raises EvidenceError for characters that XML cannot hold.
    """
    _refuse_characters(book)
    spaces: Any = {None: NAMESPACE}
    root = etree.Element(_tag("CodeBook"), nsmap=spaces, origin=origin)
    codes = etree.SubElement(root, _tag("Codes"))
    for group in book.groups:
        holder = _element(codes, group.head, codable=False)
        for code in group.codes:
            _element(holder, code, codable=True)
    facets = [group.head for group in book.groups if group.facet]
    if facets:
        holder = etree.SubElement(etree.SubElement(root, _tag("Sets")), _tag("Set"), guid=_set_guid(), name=FACETS)
        etree.SubElement(holder, _tag("Description")).text = FACETS_SAID
        for head in facets:
            etree.SubElement(holder, _tag("MemberCode"), guid=str(head.guid))
    etree.indent(root)
    _validate(root, "the codebook")
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return text + b"\n"


def _set_guid() -> str:
    from spf_analysis.evidence.coding.frame_version import guid_of

    return guid_of("set", FACETS)


def _element(parent: Any, entry: BookEntry, *, codable: bool) -> Any:
    found = etree.SubElement(parent, _tag("Code"), guid=str(entry.guid), name=entry.label, isCodable=str(codable).lower())
    if entry.colour:
        found.set("color", entry.colour)
    etree.SubElement(found, _tag("Description")).text = described(entry)
    return found


def described(entry: BookEntry) -> str:
    """A code's texts as one description; a paragraph of the definition that looks like one of our marks gets a backslash in front."""
    parts = [_guarded((entry.definition or "").strip())]
    parts += [f"{mark}: {_guarded(value.strip())}" for mark, name in _MARKS.items() if (value := getattr(entry, name))]
    return _BREAK.join(parts)


def _guarded(text: str) -> str:
    return _BREAK.join(f"\\{part}" if _MARKED.match(part) else part for part in text.split(_BREAK))


def parted(description: str) -> dict[str, str]:
    """The texts of a description that `described` wrote; any other description is a definition and nothing else."""
    found: dict[str, list[str]] = {"definition": []}
    at = "definition"
    for part in description.split(_BREAK):
        mark = next((mark for mark in _MARKS if part.startswith(f"{mark}: ")), None)
        if mark and _MARKS[mark] not in found:
            at = _MARKS[mark]
            found[at] = [part[len(mark) + 2 :]]
        else:
            found[at].append(part[1:] if part.startswith("\\") and _MARKED.match(part) else part)
    return {name: _unguarded(name, parts) for name, parts in found.items() if parts and parts != [""]}


def _unguarded(name: str, parts: list[str]) -> str:
    """The first paragraph of a marked text was guarded behind its mark."""
    first = parts[0][1:] if name != "definition" and parts[0].startswith("\\") and _MARKED.match(parts[0]) else parts[0]
    return _BREAK.join([first, *parts[1:]])


def read(path: Path) -> Codebook:
    """A REFI-QDA codebook. Raises EvidenceError for a document type, an entity, anything that is not XML, and what the standard's schema
    refuses, with lines. Nothing is fetched.
    """
    root = _parsed(path)
    for empty in [one for one in root if one.tag in (_tag("Sets"), _tag("Codes")) and len(one) == 0]:
        root.remove(empty)
    if root.tag == _tag("CodeBook") and root.find(_tag("Codes")) is None:
        return Codebook((), remarks=("the codebook holds no code",))
    _validate(root, shown(path))
    remarks: list[str] = []
    facets = {_guid(one) for found in root.iter(_tag("Set")) if found.get("name") == FACETS for one in found.iter(_tag("MemberCode"))}
    sets = {_guid(one): found for found in root.iter(_tag("Set")) for one in found.iter(_tag("MemberCode"))}
    groups = list(_groups(root.find(_tag("Codes")), facets, sets, remarks))
    return Codebook(tuple(groups), remarks=tuple(remarks))


def _parsed(path: Path) -> Any:
    raw = path.read_bytes() if path.is_file() else b""
    if not raw or len(raw) > MAX_BYTES:
        reason = "larger than a codebook can be" if raw else "empty, or not there"
        raise EvidenceError(f"the file is {reason}", where=path.name, hint="Name a .qdc file.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root: Any = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise EvidenceError(
            f"the file is not XML ({error.msg})", where=f"{path.name}, line {error.lineno}", hint="Export it again."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise EvidenceError("the file declares a document type", where=path.name, hint="A codebook has none; remove it, with its entities.")
    return root


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA_FILE)))


def _validate(root: Any, where: str) -> None:
    schema = _schema()
    if not schema.validate(root):
        hint = "A codebook keeps to the REFI-QDA standard, codebook 1.0 (qdasoftware.org)."
        said = {(error.line, error.message.replace(f"{{{NAMESPACE}}}", "")) for error in schema.error_log}
        raise EvidenceError(
            Problem(KIND, f"{where}, line {line}", f"not a REFI-QDA codebook: {message}", hint) for line, message in sorted(said)
        )


def _guid(element: Any) -> str:
    return str(element.get("guid", "")).strip("{}").upper()


def _groups(codes: Any, facets: set[str], sets: dict[str, Any], remarks: list[str]) -> Iterator[BookGroup]:
    """Codes that hold others are groups; those that stand alone go into the set that they belong to, or into a group of their own."""
    loose: dict[str, list[BookEntry]] = {}
    heads: dict[str, BookEntry] = {}
    for code in codes:
        below = code.findall(_tag("Code"))
        if below or code.get("isCodable") in ("false", "0"):
            if below and code.get("isCodable") in ("true", "1"):
                remarks.append(f"“{code.get('name')}” is a group here and can no longer be given itself")
            yield BookGroup(_entry(code), tuple(_flat(below, "")), _guid(code) in facets)
        else:
            holder = sets.get(_guid(code))
            key = holder.get("name") if holder is not None else _GROUPED
            heads.setdefault(key, _entry(holder) if holder is not None else BookEntry("Imported codes", id=_GROUPED))
            loose.setdefault(key, []).append(_entry(code))
    yield from (BookGroup(heads[key], tuple(found)) for key, found in loose.items())


def _flat(codes: Any, above: str) -> Iterator[BookEntry]:
    """Codes below a group; deeper ones carry the names above them, since a coding frame here has two levels."""
    for code in codes:
        entry = _entry(code, above)
        below = code.findall(_tag("Code"))
        if not below or code.get("isCodable") in ("true", "1"):
            yield entry
        yield from _flat(below, f"{entry.label} › ")


def _entry(element: Any, above: str = "") -> BookEntry:
    description = element.findtext(_tag("Description")) or ""
    colour = str(element.get("color") or "").upper()
    colour = f"#{''.join(2 * digit for digit in colour[1:])}" if len(colour) == 4 else colour
    return BookEntry(f"{above}{element.get('name')}", **parted(description), guid=_guid(element) or None, colour=colour or None)


def _refuse_characters(book: Codebook) -> None:
    for group, code in [*((group, group.head) for group in book.groups), *entries(book.groups)]:
        for text in (code.label, code.definition, code.include, code.exclude, code.example):
            if text and _NOT_XML.search(text):
                where = f"code '{code.id}'" if code is not group.head else f"group '{group.head.id}'"
                raise EvidenceError("a text holds a character that XML cannot hold", where=where, hint="Remove control characters.")
