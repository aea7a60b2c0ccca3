"""Write an invented ledger for every area of 2026/27, the same each time: python tests/samples/illustrative/make_sample.py

The areas are spread over the states that a ledger can be in, from nothing recorded to more committed than the share. Amounts are parts
of each area's share, drawn with a fixed seed; names say that they are invented.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

from spf_analysis.fund import read_fund
from spf_analysis.fund.illustrative import LEDGER, MARK
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, FILE, NATIONAL, PARTICIPATION

HERE = Path(__file__).resolve().parent
EVIDENCE = HERE.parents[2] / "evidence"
SEED, YEAR, FIRST, LAST = 20260401, "2026/27", "2026/27", "2035/36"
TYPES = {"nhs": "Invented NHS budget", "local_government": "Invented council", "employers_philanthropists": "Invented foundation"}
# state: how many areas are in it, and the part of the share that each type of source brings, as (part, status) each
STATES: dict[str, tuple[int, dict[str, tuple[str, str]]]] = {
    "all met": (5, {"nhs": ("0.5", "committed"), "local_government": ("0.3", "committed"),
                    "employers_philanthropists": ("0.2", "committed")}),
    "transferred": (3, {"nhs": ("0.5", "transferred"), "local_government": ("0.3", "transferred"),
                        "employers_philanthropists": ("0.2", "transferred")}),
    "more than the share": (2, {"nhs": ("0.6", "committed"), "local_government": ("0.4", "committed"),
                                "employers_philanthropists": ("0.3", "pledged_on_match")}),
    "no third source": (3, {"nhs": ("0.7", "committed"), "local_government": ("0.35", "committed")}),
    "in part": (7, {"nhs": ("0.3", "committed"), "local_government": ("0.15", "committed"),
                    "employers_philanthropists": ("0.05", "pledged")}),
    "pledges only": (3, {"nhs": ("0.4", "pledged"), "local_government": ("0.3", "pledged")}),
    "decided only": (3, {}),
    "confidential": (2, {"nhs": ("0.5", "committed"), "local_government": ("0.3", "committed"),
                         "employers_philanthropists": ("0.2", "committed")}),
    "not taking part": (3, {}),
}  # fmt: skip
NATIONALLY_COVERED = 6


def main() -> None:
    """Write the three tables, and the confidential lines in a folder of their own."""
    fund, random = read_fund(EVIDENCE / "fund"), Random(SEED)
    shares = {code: share.pounds for code, share in fund.shares(YEAR).items()}
    states = drawn(sorted(shares), random)
    lines = [line for code, state in states.items() for line in contributions(code, state, shares[code], random)]
    hidden = [line for line in lines if line["confidential"] == "yes"]
    write(HERE / LEDGER / "participation.csv", PARTICIPATION, [participation(code, state) for code, state in states.items()])
    write(HERE / LEDGER / FILE, CONTRIBUTIONS, [line for line in lines if line not in hidden])
    write(HERE / LEDGER / "confidential" / FILE, CONTRIBUTIONS, hidden)
    write(HERE / LEDGER / "national_commitments.csv", NATIONAL, national(states))


def drawn(codes: Sequence[str], random: Random) -> dict[str, str]:
    """A state for each area, by code; those that are left over have nothing recorded and do not appear."""
    shuffled = list(codes)
    random.shuffle(shuffled)
    names = [state for state, (count, _) in STATES.items() for _ in range(count)]
    return dict(sorted(zip(shuffled, names, strict=False)))


def marked(code: str, **cells: str) -> dict[str, str]:
    """A row that carries the mark of the sample."""
    return {"source": MARK, "locator": f"invented for {code}", **cells}


def participation(code: str, state: str) -> dict[str, str]:
    """An area's invented decision."""
    if state == "not taking part":
        return marked(code, area=code, takes_part="no", date="2026-04-20", recorded_by="Invented partnership board")
    row = marked(code, area=code, takes_part="yes", date="2026-04-20", recorded_by="Invented partnership board")
    row |= {"first_year": FIRST, "last_year": LAST, "holder": f"Invented Community Fund {code}", "holder_legal_form": "charity"}
    if state in ("transferred", "all met"):
        row |= {"agreement_signed": "2026-05-15", "voluntary_sector_confidence": "yes", "confidence_evidence": "invented minutes"}
    return row


def contributions(code: str, state: str, share: int, random: Random) -> Iterable[dict[str, str]]:
    """An area's invented lines: parts of its share in pounds and pence, moved a little either way where the state allows it."""
    for kind, (part, status) in STATES[state][1].items():
        room = Decimal(random.randrange(-300, 300)) / 10000 if state == "in part" else Decimal(0)
        amount = (share * (Decimal(part) + room)).quantize(Decimal("0.01")) + (1 if state in ("all met", "transferred") else 0)
        day = "2026-06-01" if status == "transferred" else "2026-05-10"
        secret = state == "confidential" and kind == "employers_philanthropists"
        new = {"new_money": "yes", "new_money_evidence": "invented statement"} if state not in ("in part", "pledges only") else {}
        yield marked(
            code, id=f"sample-{code.lower()}-{kind.split('_')[0]}", area=code, contributor=f"{TYPES[kind]} {code}", source_type=kind,
            year=YEAR, amount=str(amount), status=status, date=day, may_be_named="no" if secret else "yes",
            confidential="yes" if secret else "no", brokered="no", **new,
        )  # fmt: skip


def national(states: dict[str, str]) -> Iterable[dict[str, str]]:
    """Commitments of an invented national investor, for some of the areas whose conditions are met."""
    met = [code for code, state in states.items() if state in ("all met", "transferred")]
    for code in met[:NATIONALLY_COVERED]:
        yield marked(
            code, id=f"sample-national-{code.lower()}", investor="Invented national investor", statutory="yes", year=YEAR, area=code,
            status="committed", date="2026-05-20",
        )  # fmt: skip


def write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    """A CSV table with these columns; cells that a row does not have are empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
