"""Charts and tables as files of their own: a page, a picture, or a table for a spreadsheet in which no text is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from spf_analysis.context import Exhibit
from spf_analysis.errors import UsageError
from spf_analysis.publishing.manifest import write_atomically

FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
NUMBER = re.compile(r"^[+-]?£?\d[\d,]*(\.\d+)?%?$")


def write_exhibits(exhibits: Sequence[Exhibit], path: Path, fonts: Path) -> None:
    """Write exhibits as the file's name asks: .html (all of them), .svg (the chart), .csv or .xlsx (the tables).

    Raises UsageError for another kind of file, or where there is nothing to put into it; TypesettingError where it cannot be written.
    """
    kinds: Mapping[str, Callable[[], bytes]] = {
        ".html": lambda: page(exhibits, fonts).encode(),
        ".svg": lambda: _picture(exhibits, path, fonts).encode(),
        ".csv": lambda: b"\xef\xbb\xbf" + sheet_text(_tables(exhibits, path)[0]).encode(),
        ".xlsx": lambda: workbook(_tables(exhibits, path)),
    }
    made = kinds.get(path.suffix.lower())
    if made is None:
        raise UsageError(f"'{path.suffix}' is no kind of file to write here", where=path.name, hint=f"Name it {', '.join(kinds)} or .json.")
    write_atomically(path, made())


def plain(cell: str) -> str:
    """Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it; a number stays a number."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.match(cell) else cell


def sheet_text(table: Exhibit) -> str:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([plain(cell) for cell in row] for row in (table.columns, *table.rows))
    return out.getvalue()


def workbook(tables: Sequence[Exhibit]) -> bytes:
    """Tables as an Excel workbook, a sheet each, every cell as text; the source note stands below its table."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for table in tables:
        _fill(book.create_sheet(table.id.removeprefix("tbl-")[:31]), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Exhibit) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate((table.columns, *table.rows, (), (table.caption,), (table.source_note,)), start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type, cell.quotePrefix = _printable(text), "s", True
            cell.alignment, cell.font = Alignment(wrap_text=number <= len(table.rows) + 1, vertical="top"), Font(bold=number == 1)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(table.widths or (20,) * len(table.columns), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(10, width * 1.4)


def _printable(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)


def page(exhibits: Sequence[Exhibit], fonts: Path) -> str:
    """Exhibits as one self-contained page; text from the evidence base is shown as text."""
    from spf_analysis.publishing.charts import svg

    loader = jinja2.FileSystemLoader(str(Path(__file__).parent))
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pictures = {item.id: _inline(svg(item.spec, fonts)) for item in exhibits if item.spec is not None}
    return environment.get_template("exhibit_page.html.j2").render(title=exhibits[0].caption, exhibits=exhibits, pictures=pictures)


def _inline(picture: str) -> str:
    """A picture as an address that an <img> takes: nothing in it can act."""
    import base64

    return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"


def _picture(exhibits: Sequence[Exhibit], path: Path, fonts: Path) -> str:
    from spf_analysis.publishing.charts import svg

    specs = [item.spec for item in exhibits if item.spec is not None]
    if not specs:
        raise UsageError("there is no chart to draw here", where=path.name, hint="Write the table instead: .csv, .xlsx or .html.")
    return svg(specs[0], fonts)


def _tables(exhibits: Sequence[Exhibit], path: Path) -> list[Exhibit]:
    tables = [item for item in exhibits if item.kind == "table"]
    if not tables:
        raise UsageError("there is no table to write here", where=path.name, hint="Draw the chart instead: .svg or .html.")
    return tables
