"""Finishing a Word document: contents filled in, edition in the footer, rows kept whole, author and language set.

pandoc writes the text; what it cannot write is put right here, in the same way for both typesetters.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml import etree

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset.front import LANGUAGE, FrontMatter
from spf_analysis.publishing.typeset.word_header import add_header

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_DCTERMS = "http://purl.org/dc/terms/"
_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_CUSTOM, _TYPES = (f"http://schemas.openxmlformats.org/officeDocument/2006/{name}" for name in ("custom-properties", "docPropsVTypes"))
_CUSTOM_PART, _FINGERPRINT = "docProps/custom.xml", "fingerprint"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TITLE_STYLES = ("Title", "Subtitle")
_HEADING = re.compile(r"Heading([12])")
EDITION_MARK = "{{edition}}"
SHORT = 700  # characters of a table that takes a third of a page at the most, as in the PDF
_TOGETHER = ("Glance", "Notice", "SeriousNotice")
_EDGE, _HANGING = 227, 284  # twentieths of a point: the left edge of a notice's text, and what stands before an item of a list
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def dateline(front: FrontMatter) -> str:
    """The line under the title: edition and date of issue."""
    return f"{front.edition} · {front.shown_date}"


def finish(raw: bytes, front: FrontMatter, *, where: str) -> bytes:
    """The finished Word document. Raises TypesettingError where `raw` is not one that pandoc wrote with the reference document."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        parts["word/document.xml"] = _edited(parts["word/document.xml"], lambda root: _finish_body(root, front))
        parts["docProps/core.xml"] = _edited(parts["docProps/core.xml"], lambda root: _finish_properties(root, front))
        fingerprint = _fingerprint(parts["word/document.xml"])
        parts[_CUSTOM_PART] = _edited(parts[_CUSTOM_PART], lambda root: _keep_fingerprint(root, fingerprint))
        if front.stamp:
            add_header(parts, front.stamp)
        footers = [name for name in parts if re.fullmatch(r"word/footer\d*\.xml", name)]
        for name in footers:
            parts[name] = _edited(parts[name], lambda root: _fill_edition(root, front.edition))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise TypesettingError("the Word document is broken", where=where, hint="Run spf doctor.") from error
    if not footers:
        raise TypesettingError("the reference document has no footer", where="reference.docx", hint="Make it again with make_reference.py.")
    return _packed(parts)


def _edited(part: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    change(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _packed(parts: dict[str, bytes]) -> bytes:
    """A zip file in a fixed order and without a clock: the content types first, as Word expects."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, parts[name])
    return packed.getvalue()


def _finish_body(root: etree._Element, front: FrontMatter) -> None:
    body = root.find(_w("body"))
    if body is None:
        raise KeyError("body")
    _fill_contents(body, front)
    for table in root.iter(_w("tbl")):
        _keep_rows(table)
    _keep_together(list(body.iterchildren()))
    for picture in root.iter(f"{{{_PICTURE}}}cNvPr"):
        picture.set("descr", "")


def _fill_contents(body: etree._Element, front: FrontMatter) -> None:
    """The dateline, and a table of contents whose entries are there already: links, to which Word adds the pages once it is updated."""
    opening = [_paragraph("Date", _run(_text(dateline(front)))), *_contents(list(_headings(body)))]
    place = 0
    while place < len(body) and _style(body[place]) in _TITLE_STYLES:
        place += 1
    for offset, paragraph in enumerate(opening):
        body.insert(place + offset, paragraph)


def _contents(headings: list[tuple[int, str, str]]) -> list[etree._Element]:
    if not headings:
        return []
    entries = [_entry(*heading) for heading in headings]
    _open_field(entries[0])
    entries[-1].append(_run(_field_mark("end")))
    return [_paragraph("TOCHeading", _run(_text("Contents"))), *entries]


def _headings(body: etree._Element) -> Iterator[tuple[int, str, str]]:
    bookmark = ""
    for element in body.iterchildren():
        if element.tag == _w("bookmarkStart"):
            bookmark = element.get(_w("name"), "")
        found = _HEADING.fullmatch(_style(element))
        if found:
            inner = element.find(_w("bookmarkStart"))
            yield int(found[1]), inner.get(_w("name"), "") if inner is not None else bookmark, _shown(element)


def _shown(paragraph: etree._Element) -> str:
    """A heading's text; the tab between its number and its words becomes two spaces."""
    marks = [mark for run in paragraph.iter(_w("r")) for mark in run.iterchildren(_w("t"), _w("tab"))]
    return "".join(mark.text or "" if mark.tag == _w("t") else "  " for mark in marks).strip()


def _entry(level: int, bookmark: str, text: str) -> etree._Element:
    link = etree.Element(_w("hyperlink"), {_w("anchor"): bookmark, _w("history"): "1"})
    link.append(_run(_text(text)))
    return _paragraph(f"TOC{level}", link)


def _open_field(paragraph: etree._Element) -> None:
    instruction = etree.Element(_w("instrText"), {_XML_SPACE: "preserve"})
    instruction.text = ' TOC \\o "1-2" \\h \\z \\u '
    for offset, content in enumerate([_field_mark("begin"), instruction, _field_mark("separate")]):
        paragraph.insert(1 + offset, _run(content))


def _field_mark(kind: str) -> etree._Element:
    return etree.Element(_w("fldChar"), {_w("fldCharType"): kind})


def _paragraph(style: str, *content: etree._Element) -> etree._Element:
    paragraph = etree.Element(_w("p"))
    properties = etree.SubElement(paragraph, _w("pPr"))
    etree.SubElement(properties, _w("pStyle"), {_w("val"): style})
    paragraph.extend(content)
    return paragraph


def _run(content: etree._Element) -> etree._Element:
    run = etree.Element(_w("r"))
    run.append(content)
    return run


def _text(words: str) -> etree._Element:
    text = etree.Element(_w("t"), {_XML_SPACE: "preserve"})
    text.text = words
    return text


def _style(element: etree._Element) -> str:
    style = element.find(f"{_w('pPr')}/{_w('pStyle')}")
    return style.get(_w("val"), "") if style is not None else ""


def _keep_rows(table: etree._Element) -> None:
    """No row breaks across pages; a short table stays on one, and of a long one neither the first nor the last row stands alone."""
    rows = table.findall(_w("tr"))
    for row in rows:
        _keep_whole(row)
    for style in table.iter(_w("pStyle")):
        style.set(_w("val"), "TableText")
    following = table.getnext()
    noted = following is not None and _style(following) == "SourceNote"
    kept = rows if sum(len(text.text or "") for text in table.iter(_w("t"))) <= SHORT else [*rows[:2], *rows[-2:]]
    for row in kept if noted else [row for row in kept if row is not rows[-1]]:
        for paragraph in row.iter(_w("p")):
            _keep_with_next(paragraph)


def _keep_together(elements: Sequence[etree._Element]) -> None:
    """Of figures at a glance and of a notice neither the first nor the last paragraph stands alone on a page.

    More is not asked for: LibreOffice leaves the heading of a longer chain behind. Items of a list keep to the notice's edge.
    """
    shown = ["", *map(_style, elements), "", ""]
    for place, element in enumerate(elements, 1):
        style = shown[place]
        inside = shown[place - 1] == shown[place + 2] == style
        if style in _TOGETHER and style == shown[place + 1] and not inside:
            _keep_with_next(element)
        listed = element.find(f"{_w('pPr')}/{_w('numPr')}")
        if listed is not None and style in _TOGETHER:
            listed.addnext(etree.Element(_w("ind"), {_w("left"): str(_EDGE + _HANGING), _w("hanging"): str(_HANGING)}))


def _keep_whole(row: etree._Element) -> None:
    properties = row.find(_w("trPr"))
    if properties is None:
        properties = etree.Element(_w("trPr"))
        row.insert(0, properties)
    if properties.find(_w("cantSplit")) is None:
        properties.insert(0, etree.Element(_w("cantSplit")))


def _keep_with_next(paragraph: etree._Element) -> None:
    properties = paragraph.find(_w("pPr"))
    if properties is None:
        properties = etree.Element(_w("pPr"))
        paragraph.insert(0, properties)
    if properties.find(_w("keepNext")) is None:
        properties.insert(1 if properties.find(_w("pStyle")) is not None else 0, etree.Element(_w("keepNext")))


def _fill_edition(root: etree._Element, edition: str) -> None:
    for text in root.iter(_w("t")):
        text.text = (text.text or "").replace(EDITION_MARK, edition)


def _finish_properties(root: etree._Element, front: FrontMatter) -> None:
    """Title, author, language, keywords and dates: the only date in the document is that of the edition."""
    made = front.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {f"{{{_DC}}}creator": front.author, f"{{{_DC}}}language": LANGUAGE}
    values[f"{{{_DC}}}title"] = "Illustrative: " * bool(front.stamp) + front.title
    values[f"{{{_CP}}}keywords"] = ", ".join(front.keywords)
    values |= {f"{{{_DCTERMS}}}created": made, f"{{{_DCTERMS}}}modified": made}
    for name, value in values.items():
        element = root.find(name)
        if element is None:
            element = etree.SubElement(root, name)
        element.text = value


def _fingerprint(body: bytes) -> str:
    """What tells this text from every other: a hash of all that the document says, whatever it looks like."""
    return hashlib.sha256("\n".join(text.text or "" for text in etree.fromstring(body).iter(_w("t"))).encode()).hexdigest()[:32]


def _keep_fingerprint(root: etree._Element, fingerprint: str) -> None:
    """A property that word processors keep, so that a file that comes back can be told to be this one after the briefing was made anew."""
    number = str(2 + len(root))
    described = {"fmtid": "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", "pid": number, "name": _FINGERPRINT}
    kept = etree.SubElement(root, f"{{{_CUSTOM}}}property", described)
    etree.SubElement(kept, f"{{{_TYPES}}}lpwstr").text = fingerprint


def fingerprint_in(parts: Mapping[str, bytes]) -> str:
    """The fingerprint that a Word document was given when it was made; empty where it has none, or lost it."""
    if _CUSTOM_PART not in parts:
        return ""
    root = etree.fromstring(parts[_CUSTOM_PART], etree.XMLParser(resolve_entities=False, no_network=True))
    found = root.find(f"{{{_CUSTOM}}}property[@name='{_FINGERPRINT}']/*")
    return (found.text or "") if found is not None else ""


def _w(name: str) -> str:
    return f"{{{W}}}{name}"
