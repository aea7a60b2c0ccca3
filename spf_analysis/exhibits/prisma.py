"""The PRISMA 2020 flow diagram of a screening, as an accessible SVG of our own: real text, a title and a description that can be heard."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

from spf_analysis import wording
from spf_analysis.evidence.screening import Screening
from spf_analysis.exhibits import house

TITLE = "PRISMA 2020 flow diagram"
_WIDTH, _BOX, _GAP, _LEFT, _LINE, _PAD = 760, 330, 28, 40, 17, 10
_LETTERS = 46
_STAGES = (("Identification", 0, 1), ("Screening", 1, 4), ("Included", 4, 5))


@dataclass(frozen=True)
class _Box:
    lines: tuple[str, ...]

    @classmethod
    def of(cls, *lines: str) -> _Box:
        wrapped = [textwrap.wrap(line, _LETTERS, subsequent_indent="  ") or [""] for line in lines]
        return cls(tuple(line for part in wrapped for line in part))

    @property
    def height(self) -> int:
        return len(self.lines) * _LINE + 2 * _PAD


def flow_diagram(screening: Screening) -> str:
    """The flow of records from searches to included studies as SVG text, with the day of the last search.

    After Page et al. (2021), figure 1, for reviews that searched databases and registers. The numbers were checked when they were read.
    """
    rows = _rows(screening)
    heights = [max(box.height for box in row if box) for row in rows]
    tops = [56 + sum(heights[:number]) + number * _GAP for number in range(len(rows))]
    body = [_text(_LEFT, 24, TITLE, 15, bold=True), _text(_LEFT, 43, _dated(screening), 12)]
    for name, first, last in _STAGES:
        body.append(_stage(name, tops[first], tops[last - 1] + heights[last - 1] - tops[first]))
    for number, (main, aside) in enumerate(rows):
        body.append(_drawn(main, _LEFT, tops[number], heights[number]))
        if aside:
            body.append(_drawn(aside, _LEFT + _BOX + 40, tops[number], heights[number]))
            body.append(_arrow(_LEFT + _BOX, tops[number] + heights[number] / 2, _LEFT + _BOX + 39, tops[number] + heights[number] / 2))
        if number + 1 < len(rows):
            middle = _LEFT + _BOX / 2
            body.append(_arrow(middle, tops[number] + heights[number], middle, tops[number + 1] - 1))
    return _svg(tops[-1] + heights[-1] + 14, described(screening), body)


def described(screening: Screening) -> str:
    """The flow in words, for those who cannot see it."""
    reasons = "; ".join(f"{reason}, {wording.whole(number)}" for reason, number in screening.excluded)
    parts = [
        f"Searches, the last on {wording.day(screening.last_search)}, identified {_records(screening.identified)}.",
        f"{_records(screening.duplicates)} were removed as duplicates and {_records(screening.screened)} screened,",
        f"of which {wording.whole(screening.excluded_at_screening)} were excluded.",
        f"{_reports(screening.sought)} were sought, {wording.whole(screening.not_retrieved)} of them not retrieved,",
        f"and {wording.whole(screening.assessed)} assessed.",
        f"Excluded after assessment, with reasons: {reasons}." if reasons else "None was excluded after assessment.",
        f"Included: {wording.whole(screening.included)}.",
    ]
    return " ".join(parts)


def _dated(screening: Screening) -> str:
    return f"Date of the last search: {wording.day(screening.last_search)}"


def _records(number: int) -> str:
    return f"{wording.whole(number)} record{'' if number == 1 else 's'}"


def _reports(number: int) -> str:
    return f"{wording.whole(number)} report{'' if number == 1 else 's'}"


def _rows(screening: Screening) -> list[tuple[_Box, _Box | None]]:
    """The boxes of the diagram, row by row: what goes on, and what leaves beside it."""
    n = {name: f"(n = {wording.whole(getattr(screening, name))})" for name in ("duplicates", "screened", "sought", "assessed", "included")}
    hits: dict[str, int] = {}
    for search in screening.searches:
        hits[search.where] = hits.get(search.where, 0) + search.hits
    found = [f"  {where} (n = {wording.whole(number)})" for where, number in hits.items()]
    reasons = [f"  {reason} (n = {wording.whole(number)})" for reason, number in screening.excluded]
    excluded = sum(number for _, number in screening.excluded)
    return [
        (
            _Box.of(f"Records identified (n = {wording.whole(screening.identified)}):", *found),
            _Box.of("Records removed before screening:", f"  Duplicates {n['duplicates']}"),
        ),
        (_Box.of(f"Records screened {n['screened']}"), _Box.of(f"Records excluded (n = {wording.whole(screening.excluded_at_screening)})")),
        (
            _Box.of(f"Reports sought for retrieval {n['sought']}"),
            _Box.of(f"Reports not retrieved (n = {wording.whole(screening.not_retrieved)})"),
        ),
        (
            _Box.of(f"Reports assessed for eligibility {n['assessed']}"),
            _Box.of(f"Reports excluded (n = {wording.whole(excluded)}):", *reasons),
        ),
        (_Box.of(f"Studies included in the review {n['included']}"), None),
    ]


def _drawn(box: _Box, x: float, y: float, height: float) -> str:
    shape = f'<rect x="{x:g}" y="{y:g}" width="{_BOX}" height="{height:g}" rx="3" fill="white" stroke="{house.HERE}" stroke-width="1.2"/>'
    top = y + (height - len(box.lines) * _LINE) / 2 + 13
    lines = [_text(x + _PAD + 12 * line.startswith("  "), top + number * _LINE, line.strip(), 13) for number, line in enumerate(box.lines)]
    return "\n".join([shape, *lines])


def _stage(name: str, y: float, height: float) -> str:
    """A stage at the left edge, its name written upwards."""
    middle = y + height / 2
    shape = f'<rect x="6" y="{y:g}" width="22" height="{height:g}" rx="3" fill="{house.SCALE[0]}"/>'
    turned = f'transform="rotate(-90 21 {middle:g})" text-anchor="middle"'
    size = 12 if height >= 90 else 9
    return f'{shape}\n<text x="21" y="{middle:g}" font-size="{size}" font-weight="600" fill="{house.INK}" {turned}>{escape(name)}</text>'


def _text(x: float, y: float, said: str, size: int, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}"{weight} fill="{house.INK}">{escape(said)}</text>'


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    head = (
        f"{x2:g},{y2:g} {x2 - 4:g},{y2 - 7:g} {x2 + 4:g},{y2 - 7:g}"
        if x1 == x2
        else f"{x2:g},{y2:g} {x2 - 7:g},{y2 - 4:g} {x2 - 7:g},{y2 + 4:g}"
    )
    line = f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{house.INK}" stroke-width="1.2"/>'
    return f'{line}\n<polygon points="{head}" fill="{house.INK}"/>'


def _svg(height: float, description: str, body: list[str]) -> str:
    names = 'role="img" aria-labelledby="prisma-title prisma-description" lang="en-GB"'
    size = f'viewBox="0 0 {_WIDTH} {height:g}" width="{_WIDTH}" height="{height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {names} {size} font-family="{escape(house.FONT)}, sans-serif">'
    told = f'<title id="prisma-title">{TITLE}</title>\n<desc id="prisma-description">{escape(description)}</desc>'
    ground = f'<rect width="{_WIDTH}" height="{height:g}" fill="white"/>'
    return "\n".join([head, told, ground, '<g aria-hidden="true">', *body, "</g>", "</svg>"]) + "\n"
