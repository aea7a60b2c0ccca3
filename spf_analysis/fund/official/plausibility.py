"""What looks unusual in new figures beside those at hand: year on year, against England, and one table against another.

Nothing here is an error. What is unusual is shown, and written only when the user says that it was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.fund.official.extract import Fact
from spf_analysis.fund.official.table import StoredTable

STEPS: Mapping[str, tuple[Decimal, Decimal]] = {
    "residents": (Decimal("0.05"), Decimal("0.03")),
    "registered": (Decimal("0.10"), Decimal("0.04")),
    "weighted": (Decimal("0.10"), Decimal("0.04")),
    "fte": (Decimal("0.60"), Decimal("0.30")),
    "average_score": (Decimal("0.25"), Decimal("0.10")),
}
NEED_FROM, NEED_TO = Decimal("0.6"), Decimal("1.6")
LEFT, RIGHT = Decimal("0.9"), Decimal("1.5")
Values = dict[str, Decimal]


def unusual(facts: Iterable[Fact], tables: Mapping[str, StoredTable]) -> tuple[str, ...]:
    """Sentences about what looks unusual in facts, by table, vintage and period; none where all is as expected."""
    known = tuple(facts)
    found: list[str] = []
    for name, vintage, when in sorted({(fact.table, fact.key.get("vintage", ""), _period(fact, tables)) for fact in known}):
        group = [fact for fact in known if (fact.table, fact.key.get("vintage", ""), _period(fact, tables)) == (name, vintage, when)]
        if name in tables and "area" in group[0].key and "part" not in group[0].key:
            found += _steps(group, tables[name], vintage, when)
            found += _needs(group, when)
            found += _beside_residents(group, tables, vintage, when)
    return tuple(dict.fromkeys(found))


def _period(fact: Fact, tables: Mapping[str, StoredTable]) -> str:
    column = tables[fact.table].period if fact.table in tables else None
    return fact.key[column] if column else ""


def _values(rows: Iterable[Mapping[str, str]], column: str) -> Values:
    return {row["area"]: Decimal(row[column]) for row in rows if row.get(column)}


def _steps(group: list[Fact], table: StoredTable, vintage: str, when: str) -> Iterator[str]:
    """Each area, and England, beside the last figure before: or beside the figure of the same period, where one is replaced."""
    own = [row for row in table.rows if row["vintage"] == vintage]
    periods = sorted({row[table.period] for row in own}) if table.period else []
    before = next((item for item in reversed(periods) if item <= when), None)
    earlier = [row for row in own if not table.period or row[table.period] == before]
    for column in STEPS:
        new, old = _values(({**fact.key, **fact.values} for fact in group), column), _values(earlier, column)
        yield from _apart(column, new, old, before or "the last", f"{when} " if when else "")


def _apart(column: str, new: Values, old: Values, before: str, when: str) -> Iterator[str]:
    area_step, england_step = STEPS[column]
    both = sorted(new.keys() & old.keys())
    for code in both:
        if old[code] and abs(new[code] / old[code] - 1) > area_step:
            yield f"{when}{code}: {column} {_said(new[code])}, {_moved(new[code], old[code])} beside {before} ({_said(old[code])})"
    one, two = sum((new[code] for code in both), Decimal(0)), sum((old[code] for code in both), Decimal(0))
    if two and abs(one / two - 1) > england_step:
        yield f"{when}England: {column} {_said(one)}, {_moved(one, two)} beside {before} ({_said(two)})"


def _said(value: Decimal) -> str:
    return wording.whole(value) if value == value.to_integral_value() else wording.decimal(value)


def _moved(new: Decimal, old: Decimal) -> str:
    change = (new / old - 1) * 100
    return f"{wording.per_cent(abs(change))} {'more' if change > 0 else 'less'}"


def _needs(group: list[Fact], when: str) -> Iterator[str]:
    """Need as weighted ÷ registered population, area by area, beside England's 1."""
    for fact in group:
        if "weighted" in fact.values:
            need = Decimal(fact.values["weighted"]) / Decimal(fact.values["registered"])
            if not NEED_FROM <= need <= NEED_TO:
                yield f"{when} {fact.key['area']}: need {wording.decimal(need)} is far from England's 1"


def _beside_residents(group: list[Fact], tables: Mapping[str, StoredTable], vintage: str, when: str) -> Iterator[str]:
    """People registered, and residents, count nearly the same people: one beside the other."""
    table = tables.get("residents.csv")
    registered = _values(({**fact.key, **fact.values} for fact in group), "registered")
    if table is None or not registered:
        return
    latest = table.latest(vintage)
    residents = _values((row for row in table.rows if (row["vintage"], row["mid_year"]) == (vintage, latest)), "residents")
    for code in sorted(registered.keys() & residents.keys()):
        if not LEFT <= registered[code] / residents[code] <= RIGHT:
            yield f"{when} {code}: {_said(registered[code])} people registered beside {_said(residents[code])} residents"
