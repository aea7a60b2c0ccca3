"""Facts of an old vintage carried to the areas that followed, where the file is newer than anything those have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.areas import Areas, Vintage
from spf_analysis.fund.carrying import Division, carried
from spf_analysis.fund.official.extract import Fact
from spf_analysis.fund.official.table import StoredTable, figures_of

PLACES: Mapping[str, int] = {"residents.csv": 0, "weighted_populations.csv": 0, "registered_patients.csv": 0, "link_workers.csv": 2}


def following(facts: Iterable[Fact], tables: Mapping[str, StoredTable], areas: Areas, divisions: tuple[Division, ...]) -> tuple[Fact, ...]:
    """Rows for later vintages of facts that can be added up, each with the method by which it was carried over.

    Only for a period newer than the later vintage has: a row that was derived more closely is never replaced by a carried one.
    Raises FundError where it is not known how an area was divided.
    """
    groups: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        period = tables[fact.table].period if fact.table in PLACES else None
        if period:
            groups[fact.table, fact.key["vintage"], fact.key[period]].append(fact)
    found: list[Fact] = []
    for (name, start, when), group in sorted(groups.items()):
        for vintage in areas.vintages:
            if vintage.start.isoformat() > start and when > (tables[name].latest(vintage.start.isoformat()) or ""):
                found += _carried(group, date.fromisoformat(start), vintage, areas, divisions)
    return tuple(found)


def _carried(group: list[Fact], start: date, vintage: Vintage, areas: Areas, divisions: tuple[Division, ...]) -> list[Fact]:
    first = group[0]
    columns = {
        column: carried(
            {fact.key["area"]: Decimal(fact.values[column]) for fact in group},
            start, vintage.start, areas, divisions, places=PLACES[first.table], spread=True,
        ).amounts
        for column in figures_of(first.values)
    }  # fmt: skip
    rest = {column: value for column, value in first.values.items() if column not in columns and column != "method"}
    return [
        Fact(
            first.table,
            {**first.key, "area": area.code, "vintage": vintage.start.isoformat()},
            {
                **{column: str(amounts[area.code]) for column, amounts in columns.items()},
                "method": _method(area.code, start, vintage, areas),
                **rest,
            },
        )
        for area in vintage.areas
    ]


def left_over(facts: Iterable[Fact], divisions: Iterable[Division]) -> tuple[str, ...]:
    """What could not be placed of the areas that carried rows rest on: sentences, none where nothing was divided."""
    if not any("parts of divided areas" in fact.values.get("method", "") for fact in facts):
        return ()
    known = tuple(divisions)
    return tuple(
        f"{wording.counted(item.practices, 'practice')} of {item.predecessor} with {wording.counted(item.registered, 'person', 'people')} "
        f"({_part(item, known)} of its weighted population) could not be placed; its part follows the rest of the area"
        for item in known
        if item.successor is None
    )


def _part(item: Division, divisions: tuple[Division, ...]) -> str:
    whole = sum(other.weighted for other in divisions if (other.predecessor, other.day) == (item.predecessor, item.day))
    return wording.per_cent(Decimal(item.weighted) / whole * 100)


def _method(code: str, start: date, vintage: Vintage, areas: Areas) -> str:
    if areas.unchanged(code, start, vintage.start):
        return "carried over: the footprint did not change"
    if areas.whole_predecessors(code, start, vintage.start):
        return "carried over: sum of whole predecessors"
    return "carried over: whole predecessors and parts of divided areas in proportion to the weighted population of their practices"
