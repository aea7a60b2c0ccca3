"""Writes ledger/grants.json: invented grants of four invented funds, in the 360Giving standard. Every one of them says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MARK = "https://example.org/illustrative-sample"
YEAR = "2026/27"
AREAS = ("QGH", "QOX", "QUA")
KINDS = (
    ("Invented allotment group", "micro", "Unregistered group", "more growing sessions for people referred", "activity", 6_500),
    ("Invented walking network", "small", "Registered charity", "three more walking groups", "activity", 24_000),
    ("Invented arts company", "medium", "Community interest company", "a second weekly choir", "activity", 48_000),
    ("Invented advice service", "large", "Registered charity", "extra debt advice beside its contract", "activity", 120_000),
    (
        "Invented council for volunteers",
        "medium",
        "Registered charity",
        "help for groups to take referrals",
        "infrastructure",
        75_500,
    ),
    ("Invented swimming club", None, "Sports club", "lanes kept for people referred", "activity", 12_250),
)


def grant(area: str, number: int) -> dict[str, Any]:
    """One invented grant of an area."""
    name, size, kind, adds, spending, pounds = KINDS[number]
    amount = pounds + 250 * AREAS.index(area)
    declared: dict[str, Any] = {
        "area": area,
        "years": [{"year": YEAR, "amount": amount}],
        "spending": spending,
        "additional": True,
        "additionalFor": adds,
    }
    if size:
        declared["recipientSize"] = size
    recipient = {"id": f"360G-invented-{area}-{number + 1}", "name": f"{name} {area}", "organisationType": kind}
    made: dict[str, Any] = {
        "id": f"360G-invented-{area}-2026-{number + 1:03}",
        "title": f"Illustrative grant to {name.lower()}",
        "description": f"Invented for a sample: {adds}.",
        "currency": "GBP",
        "amountAwarded": amount,
        "awardDate": f"2026-0{6 + number % 3}-1{number}",
        "plannedDates": [{"startDate": "2026-09-01", "endDate": f"{2027 + number % 3}-08-31"}],
        "recipientOrganization": [recipient],
        "fundingOrganization": [{"id": f"360G-invented-{area}", "name": f"Invented Community Fund {area}"}],
        "dataSource": MARK,
        "socialPrescribingFund": declared,
    }
    return {**made, "amountDisbursed": amount // 2} if number != 2 else made


if __name__ == "__main__":
    grants = [grant(area, number) for area in AREAS for number in range(len(KINDS) - AREAS.index(area) % 2)]
    text = json.dumps({"grants": grants}, ensure_ascii=False, indent=2)
    (HERE / "ledger" / "grants.json").write_text(f"{text}\n", encoding="utf-8")
