"""Make reference.docx, the Word styles of a briefing, from pandoc's own: python templates/house/make_reference.py

Run it after a change of the styles below (it needs python-docx, a development dependency) and keep the result in the repository.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pypandoc
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

INK, QUIET, BLUE, PALE, RULE, RED = "212B32", "4C6272", "005EB8", "F0F4F5", "AEB7BD", "8A1538"
FONT = "Arial"
# What may stand after a paragraph's border: Word is strict about the order.
AFTER_BORDER = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE",
    "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
    "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle",
    "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
BUILT_IN_NAMES = {"TOC 1": "toc 1", "TOC 2": "toc 2"}
CELL_MARGINS = {"top": 30, "left": 90, "bottom": 30, "right": 90}
OUTPUT = Path(__file__).with_name("reference.docx")

# name: (size in points, bold, colour, space before, space after)
TEXT_STYLES = {
    "Normal": (10.5, False, INK, 0, 6),
    "Body Text": (10.5, False, INK, 0, 7),
    "First Paragraph": (10.5, False, INK, 0, 7),
    "Compact": (10.5, False, INK, 0, 3),
    "Title": (25, True, INK, 0, 6),
    "Subtitle": (14, False, QUIET, 0, 6),
    "Date": (10.5, False, QUIET, 0, 18),
    "Heading 1": (17, True, BLUE, 22, 8),
    "Heading 2": (13, True, INK, 16, 6),
    "Heading 3": (11, True, INK, 12, 4),
    "TOC Heading": (13, True, INK, 6, 6),
    "Caption": (10, True, INK, 14, 5),
    "Table Caption": (10, True, INK, 14, 5),
    "Image Caption": (10, True, INK, 14, 5),
    "Footnote Text": (9, False, INK, 0, 3),
    "Bibliography": (10, False, INK, 0, 6),
}
NEW_STYLES = {
    "Lead": (12.5, False, INK, 18, 10),
    "Source Note": (9, False, QUIET, 4, 14),
    "Glance": (10.5, False, INK, 0, 6),
    "Notice Title": (10.5, True, INK, 14, 0),
    "Notice": (10.5, False, INK, 4, 4),
    "Serious Notice Title": (10.5, True, INK, 14, 0),
    "Serious Notice": (10.5, False, INK, 4, 4),
    "Table Text": (9.5, False, INK, 2, 2),
    "TOC 1": (10.5, False, INK, 4, 0),
    "TOC 2": (10.5, False, INK, 1, 0),
    "Footer": (8.5, False, QUIET, 0, 0),
}


def main() -> None:
    """Write reference.docx, the same bytes for the same styles."""
    default = subprocess.run([pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"], capture_output=True, check=True)
    document = Document(io.BytesIO(default.stdout))
    for name, look in {**TEXT_STYLES, **NEW_STYLES}.items():
        set_style(document, name, look)
    set_details(document)
    set_table_style(document)
    set_page(document)
    for name, built_in in BUILT_IN_NAMES.items():
        named(document, name).element.name_val = built_in
    buffer = io.BytesIO()
    document.save(buffer)
    OUTPUT.write_bytes(steady(buffer.getvalue()))


def set_style(document: DocxDocument, name: str, look: tuple[float, bool, str, float, float]) -> None:
    """One paragraph style: size, weight, colour and the space around it."""
    size, bold, colour, before, after = look
    style = named(document, name) or document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("TOC"))
    if name in NEW_STYLES:
        style.base_style, style.quick_style = document.styles["Normal"], True
    style.font.name, style.font.size, style.font.bold, style.font.italic = (
        FONT,
        Pt(size),
        bold or (False if name in ("Subtitle", "Date") else None),
        None,
    )
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.alignment = Pt(before), Pt(after), 0
    layout.line_spacing = 1.15 if size < 14 else 1.05
    layout.widow_control = True


def named(document: DocxDocument, name: str) -> Any:
    """The style of that name, or None."""
    return next((style for style in document.styles if style.name == name), None)


def set_details(document: DocxDocument) -> None:
    """What single styles have beyond their text: what they stay with, borders, indents, the figure at a glance."""
    styles = document.styles
    for name in (
        "Table Caption",
        "Image Caption",
        "Captioned Figure",
        "Figure",
        "Notice Title",
        "Serious Notice Title",
        "Heading 1",
        "Heading 2",
        "Heading 3",
    ):
        styles[name].paragraph_format.keep_with_next = True
    for name, colour in (("Notice", BLUE), ("Notice Title", BLUE), ("Serious Notice", RED), ("Serious Notice Title", RED)):
        box(styles[name], colour)
    box(styles["Glance"], BLUE)
    border = f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="36" w:space="14" w:color="{BLUE}"/></w:pBdr>'
    styles["Title"].element.get_or_add_pPr().insert_element_before(parse_xml(border), *AFTER_BORDER)
    styles["TOC 2"].paragraph_format.left_indent = Cm(0.8)
    styles["Bibliography"].paragraph_format.left_indent, styles["Bibliography"].paragraph_format.first_line_indent = Cm(0.8), Cm(-0.8)
    figure = styles.add_style("Glance Figure", WD_STYLE_TYPE.CHARACTER)
    figure.font.name, figure.font.size, figure.font.bold = FONT, Pt(16), True
    figure.font.color.rgb = RGBColor.from_string(BLUE)
    styles["Hyperlink"].font.color.rgb = RGBColor.from_string(BLUE)
    styles["Hyperlink"].font.underline = True


def box(style: object, colour: str) -> None:
    """A pale ground with a coloured bar at its left."""
    properties = style.element.get_or_add_pPr()  # type: ignore[attr-defined]
    border = (
        f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="4" w:space="5" w:color="{PALE}"/>'
        f'<w:left w:val="single" w:sz="28" w:space="8" w:color="{colour}"/>'
        f'<w:bottom w:val="single" w:sz="4" w:space="5" w:color="{PALE}"/></w:pBdr>'
    )
    properties.insert_element_before(parse_xml(border), *AFTER_BORDER)
    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{PALE}"/>'
    properties.insert_element_before(parse_xml(shade), *AFTER_BORDER[1:])
    style.paragraph_format.left_indent = Cm(0.4)  # type: ignore[attr-defined]


def set_table_style(document: DocxDocument) -> None:
    """The table style: hairlines, a header row on a pale ground with a blue rule, room in the cells."""
    element = document.styles["Table"].element
    for child in list(element):
        if child.tag in (qn("w:tblPr"), qn("w:tblStylePr"), qn("w:pPr"), qn("w:rPr")):
            element.remove(child)
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{RULE}"'
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in CELL_MARGINS.items())
    parts = [
        f"<w:tblPr {nsdecls('w')}><w:tblInd w:w='0' w:type='dxa'/><w:tblBorders><w:top {edge}/><w:bottom {edge}/><w:insideH {edge}/>"
        f"</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>",
        f"<w:tblStylePr {nsdecls('w')} w:type='firstRow'><w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/><w:bCs/></w:rPr><w:tblPr/>"
        f"<w:trPr><w:tblHeader/></w:trPr><w:tcPr><w:tcBorders><w:bottom w:val='single' w:sz='10' w:space='0' w:color='{BLUE}'/>"
        f"</w:tcBorders><w:shd w:val='clear' w:color='auto' w:fill='{PALE}'/><w:vAlign w:val='bottom'/></w:tcPr></w:tblStylePr>",
    ]
    for part in parts:
        element.append(parse_xml(part))


def set_page(document: DocxDocument) -> None:
    """A4, and a footer: the edition (filled in by the typesetter) and Page X of Y."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.3)
    section.footer_distance = Cm(1.1)
    section.footer.is_linked_to_previous = False
    line = section.footer.paragraphs[0]
    line.style = document.styles["Footer"]
    line.paragraph_format.tab_stops.add_tab_stop(Cm(16.2), WD_TAB_ALIGNMENT.RIGHT)
    border = f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="4" w:space="6" w:color="{RULE}"/></w:pBdr>'
    line._p.get_or_add_pPr().insert_element_before(parse_xml(border), *AFTER_BORDER)
    line.add_run("{{edition}}\tPage ")
    add_field(line, "PAGE", "1")
    line.add_run(" of ")
    add_field(line, "NUMPAGES", "1")


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field with the value that is shown until Word lays the page out."""
    for kind, text in (("begin", ""), ("", f" {instruction} "), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)


def steady(raw: bytes) -> bytes:
    """The same zip file without a clock, so that nothing changes when nothing changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), given.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


if __name__ == "__main__":
    main()
