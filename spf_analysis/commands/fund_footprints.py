"""Footprints below the area in `spf fund share` and `spf fund explain`: their shares, and how each is worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from spf_analysis import wording
from spf_analysis.commands.output import VOLUNTARY, print_json, print_table
from spf_analysis.errors import FundError

if TYPE_CHECKING:
    from spf_analysis.areas import Area
    from spf_analysis.fund.footprints import Footprint, FootprintShare
    from spf_analysis.workbench import Workbench

HOW = "the area's share × weighted population of the parts ÷ that of all parts of the area, in whole pounds by largest remainder"


def named(bench: Workbench, text: str) -> Area | Footprint:
    """The footprint of an id, or the area of a code. Raises FundError for neither, with the footprints that there are."""
    found = bench.fund.footprints.named(text)
    if found is not None:
        return found
    try:
        return bench.area(text)
    except FundError as error:
        if text == text.upper():
            raise
        ids = wording.listed(bench.fund.footprints.ids)
        hint = (
            f"Footprints are: {ids}." if ids else "No footprint below an area is defined; evidence/fund/README.md says how to define one."
        )
        raise FundError([replace(item, hint=f"{item.hint} {hint}") for item in error.problems]) from error


def as_dicts(shares: Sequence[FootprintShare], area_share: int) -> list[dict[str, Any]]:
    """The footprints of an area as the two commands print them with `--json`; the last may be the rest of the area."""
    whole = sum(item.weighted for item in shares)
    return [_as_dict(item, area_share, whole) for item in shares]


def print_shares(shares: Sequence[FootprintShare], area_share: int) -> None:
    """The table of an area's footprints, with what to key in; nothing where none is defined."""
    if not shares:
        return
    whole = sum(item.weighted for item in shares)
    click.echo(f"\nFootprints below the area: {HOW}.\n")
    rows = [
        (item.footprint.id if item.footprint else "", item.name, wording.whole(item.weighted), _keyed(item, area_share, whole))
        for item in shares
    ]
    pounds = [wording.pounds(item.pounds) for item in shares]
    columns = ("Footprint", "Name", "Weighted", "Key in", "Would raise")
    print_table(columns, [(*row, said) for row, said in zip(rows, pounds, strict=True)], right=(2, 4))


def print_one(bench: Workbench, item: Footprint, *, as_json: bool) -> None:
    """The share of one footprint: its area, its parts and how it is worked out. Raises FundError before the day it is defined from."""
    shares = bench.fund.footprint_shares(item.area, bench.year)
    share = next((found for found in shares if found.footprint == item), None)
    if share is None:
        message = f"the footprint '{item.id}' is defined from {wording.day(item.first_day)}, after {bench.year} began"
        raise FundError(message, where=f"footprint '{item.id}'", hint=f"Name a later year, or its area {item.area}.")
    area_share = bench.fund.share(item.area, bench.year).pounds
    whole = sum(found.weighted for found in shares)
    if as_json:
        print_json({"area": item.area, "year": str(bench.year), **_as_dict(share, area_share, whole)})
        return
    click.echo(f"{item.name}, a footprint of {bench.area(item.area)}, {bench.year}\n{VOLUNTARY}\n")
    rows = [
        ("Parts", f"{item.kind}: {', '.join(item.parts)}"),
        ("Defined by", f"{bench.cite(item.reference.source)}, {item.reference.locator}"),
        (f"Share of {item.area}", wording.pounds(area_share)),
        ("Weighted population", f"{wording.whole(share.weighted)} of {wording.whole(whole)}"),
        ("Key in", _keyed(share, area_share, whole)),
        ("Would raise", wording.pounds(share.pounds)),
    ]
    print_table(("Step", "Value"), rows)
    click.echo(f"\n{HOW[:1].upper()}{HOW[1:]}; 'spf fund explain {item.area}' shows how the area's share is worked out.")


def _as_dict(item: FootprintShare, area_share: int, whole: int) -> dict[str, Any]:
    own = item.footprint
    return {
        "footprint": own.id if own else None,
        "name": item.name,
        "kind": own.kind if own else None,
        "parts": list(own.parts) if own else None,
        "reference": own.reference.as_dict() if own else None,
        "registered": item.registered,
        "weighted": item.weighted,
        "arithmetic": _keyed(item, area_share, whole),
        "local_investment_share": item.pounds,
    }


def _keyed(item: FootprintShare, area_share: int, whole: int) -> str:
    return f"{area_share} × {item.weighted} ÷ {whole}"
