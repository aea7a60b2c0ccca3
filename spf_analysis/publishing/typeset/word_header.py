"""A header on every page of a Word document, for what must not be overlooked: that its figures are invented."""

from __future__ import annotations

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
PART, NAME, RELATION = "word/headerStamp.xml", "headerStamp.xml", "rIdStamp"
COLOUR, HALF_POINTS = "8A1538", "26"


def add_header(parts: dict[str, bytes], words: str) -> None:
    """Put a header with these words on every page; `parts` are the files of the document. Raises KeyError where one is missing."""
    document = _read(parts["word/document.xml"])
    sections = list(document.iter(f"{{{W}}}sectPr"))
    if not sections:
        raise KeyError("sectPr")
    for section in sections:
        section.insert(0, etree.Element(f"{{{W}}}headerReference", {f"{{{W}}}type": "default", f"{{{R}}}id": RELATION}))
    relations = _read(parts["word/_rels/document.xml.rels"])
    etree.SubElement(relations, f"{{{_RELATIONS}}}Relationship", {"Id": RELATION, "Type": f"{R}/header", "Target": NAME})
    types = _read(parts["[Content_Types].xml"])
    etree.SubElement(types, f"{{{_TYPES}}}Override", {"PartName": f"/{PART}", "ContentType": _KIND})
    changed = {"word/document.xml": document, "word/_rels/document.xml.rels": relations, "[Content_Types].xml": types, PART: _header(words)}
    parts.update({name: _written(root) for name, root in changed.items()})


def _header(words: str) -> etree._Element:
    root = etree.Element(f"{{{W}}}hdr", nsmap={"w": W, "r": R})
    paragraph = etree.SubElement(root, f"{{{W}}}p")
    layout = etree.SubElement(paragraph, f"{{{W}}}pPr")
    etree.SubElement(layout, f"{{{W}}}jc", {f"{{{W}}}val": "center"})
    run = etree.SubElement(paragraph, f"{{{W}}}r")
    look = etree.SubElement(run, f"{{{W}}}rPr")
    etree.SubElement(look, f"{{{W}}}b")
    etree.SubElement(look, f"{{{W}}}color", {f"{{{W}}}val": COLOUR})
    etree.SubElement(look, f"{{{W}}}sz", {f"{{{W}}}val": HALF_POINTS})
    etree.SubElement(run, f"{{{W}}}t").text = words
    return root


def _read(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
