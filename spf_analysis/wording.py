"""How numbers are said, and when they are withheld: one rounding rule, one form for each unit.

Missing is `None` and is said as "not reported"; it is never 0. Halves round away from zero, on the decimal value as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NOT_REPORTED = "not reported"
ILLUSTRATIVE = "Illustrative: invented figures"
Number = int | float | Decimal


def rounded(value: Number, places: int = 0) -> Decimal:
    """`value` to that many decimal places, halves away from zero (as a person rounds on paper)."""
    found = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return found if found else abs(found)  # no zero with a minus


def whole(value: Number | None) -> str:
    """A count: 58,620,101."""
    return NOT_REPORTED if value is None else f"{rounded(value):,}".replace("-", "−")


def decimal(value: Number | None, places: int = 2) -> str:
    """A number with a fixed number of decimal places: 1.04."""
    return NOT_REPORTED if value is None else f"{rounded(value, places):,}".replace("-", "−")


def pounds(value: Number | None) -> str:
    """Whole pounds: £521,364."""
    if value is None:
        return NOT_REPORTED
    amount = rounded(value)
    return f"{'−' if amount < 0 else ''}£{abs(amount):,}"


def pounds_signed(value: Number | None) -> str:
    """A difference in whole pounds, always with its sign: +£1,200, −£300, no difference."""
    if value is None:
        return NOT_REPORTED
    amount = rounded(value)
    return "no difference" if amount == 0 else f"{'+' if amount > 0 else '−'}£{abs(amount):,}"


def pounds_rounded(value: Number | None) -> str:
    """A large sum for running text: £55.7 million, £521,000; from £100,000 never finer than three significant figures."""
    if value is None:
        return NOT_REPORTED
    size = abs(Decimal(str(value)))
    sign = "−" if Decimal(str(value)) < 0 else ""
    if size < 100_000:
        return pounds(value)
    size = rounded(size, 3 - len(str(int(size))))
    for scale, name in ((Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million")):
        if size >= scale:
            return f"{sign}£{_significant(size / scale)}{name}"
    return f"{sign}{pounds(size)}"


def _significant(value: Decimal) -> str:
    places = 2 if value < 10 else 1 if value < 100 else 0
    return f"{rounded(value, places):,}"


def pounds_and_pence(value: Number | None, places: int = 2) -> str:
    """An amount to the penny, or finer for a rate: £0.95, £0.9501."""
    if value is None:
        return NOT_REPORTED
    amount = rounded(value, places)
    return f"{'−' if amount < 0 else ''}£{abs(amount):,}"


def pounds_exactly(value: Number | None) -> str:
    """An amount as it was entered: £1,250.50, and without pence where it has none: £1,250."""
    if value is None or Decimal(str(value)) == rounded(value):
        return pounds(value)
    return pounds_and_pence(value)


def per_cent(value: Number | None, places: int = 1) -> str:
    """A percentage given in points: 3.8%."""
    return NOT_REPORTED if value is None else f"{rounded(value, places)}%".replace("-", "−")


def said(value: Number | str | None, unit: str) -> str:
    """A value in the form of its unit, as it stands in tables and worked steps.

    Units: "GBP" (whole pounds), "GBP per head" (to a hundredth of a penny), "GBP and pence", "people", "per cent", "ratio", "FTE",
    "people per km2", "km2", "count"; any other unit is written after the number.
    """
    if value is None or isinstance(value, str):
        return value or NOT_REPORTED
    forms: dict[str, Callable[[Number], str]] = {
        "GBP": pounds,
        "GBP per head": lambda number: pounds_and_pence(number, 4),
        "GBP and pence": pounds_and_pence,
        "people": whole,
        "count": whole,
        "per cent": per_cent,
        "ratio": lambda number: decimal(number, 4),
        "FTE": lambda number: f"{decimal(number, 1).removesuffix('.0')} FTE",
        "people per km2": lambda number: f"{whole(number)} people per km²",
        "km2": lambda number: f"{whole(number)} km²",
    }
    form = forms.get(unit)
    return form(value) if form else f"{value:,} {unit}".strip()


def briefly(value: Number | str | None, unit: str) -> str:
    """A value as it stands at the head of a briefing: a ratio and pounds per head to two places, all else as in a table."""
    if value is None or isinstance(value, str):
        return said(value, unit)
    forms: dict[str, Callable[[Number], str]] = {"ratio": decimal, "GBP per head": pounds_and_pence}
    return forms[unit](value) if unit in forms else said(value, unit)


def day(value: date) -> str:
    """A date in full: 1 April 2026."""
    return f"{value.day} {value:%B} {value.year}"


def keyed(value: Number) -> str:
    """A number as it is keyed into a calculator: no thousands marks, at most twelve decimal places, no trailing noughts."""
    text = f"{rounded(value, 12):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun, small numbers in words: "no studies", "one study", "12 studies"."""
    word = _SMALL[number] if 0 <= number < len(_SMALL) else whole(number)
    return f"{word} {noun if number == 1 else plural or noun + 's'}"
