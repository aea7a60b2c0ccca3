"""Tables of the grants that local funds have made; shown only where there are any."""

from __future__ import annotations

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.fund.fund import Fund
from spf_analysis.fund.grant_report import LARGEST, GrantsReport
from spf_analysis.periods import FinancialYear

SOURCES = ("ncvo-small-charities-2019",)
NOTE = "Register of grants of this workbench, in the 360Giving Data Standard"
BANDS = "Sizes: bands of yearly income of the National Council for Voluntary Organisations; small providers are those below £100,000"


def measures(report: GrantsReport) -> tuple[tuple[str, str], ...]:
    """What a report says, each with its value: awarded, paid, recipients, small providers, length, concentration, not awarded yet."""
    unpaid = f"; {report.paid_not_reported} not reported" if report.paid is not None and report.paid_not_reported else ""
    withheld = "withheld: a confidential line stands behind it" if report.fund.withheld else None
    squared = wording.decimal(report.concentration, 3)
    return (
        ("Awards that draw on the year", wording.whole(len(report.traced))),
        ("Awarded", wording.pounds_and_pence(report.awarded)),
        ("Paid so far", f"{wording.pounds_and_pence(report.paid)}{unpaid}"),
        ("Recipients", wording.whole(report.recipients)),
        ("To small providers", report.small_said),
        ("Length of awards", report.months_said),
        (f"Share of the {LARGEST} largest recipients", wording.per_cent(report.largest_five)),
        ("Sum of squared shares (1: all to one)", squared),
        ("In the fund of the year", withheld or wording.pounds_and_pence(report.fund.held)),
        ("Not awarded yet", withheld or wording.pounds_and_pence(report.unawarded)),
    )


def report_table(report: GrantsReport, name: str, *, illustrative: bool = False) -> Exhibit:
    """What an area's fund has granted in a year: totals, recipients, length, concentration, and what is not awarded yet."""
    rows = measures(report)
    return Exhibit(
        id="tbl-grants",
        kind="table",
        caption=f"What the local fund of {name} has granted out of {report.year}",
        source_note=f"{NOTE}. {BANDS}",
        alt=f"A table of {len(rows)} measures of the grants made, from the number of awards to what is not awarded yet.",
        columns=("Measure", "Value"),
        rows=rows,
        align="lr",
        widths=(50, 50),
        illustrative=illustrative,
    )


def areas_table(fund: Fund, year: FinancialYear) -> Exhibit:
    """The grants of every area that has made any, and of all together."""
    reports = [(area.short_name, fund.grants_report(area.code, year)) for area in fund.areas_in(year)]
    made = sorted((name, report) for name, report in reports if not report.is_empty)
    rows = [_row(name, report) for name, report in made]
    rows.append(_row("All of these", fund.grants_report(None, year)))
    return Exhibit(
        id="tbl-grants",
        kind="table",
        caption=f"What local funds have granted out of {year}",
        source_note=f"{NOTE}. {BANDS}",
        alt=f"A table of {len(made)} areas with grants and of all together, with awards, pounds awarded and paid, and recipients.",
        columns=("Area", "Awards", "Awarded", "Paid", "Small providers", "Five largest", "Not awarded"),
        rows=tuple(rows),
        align="lrrrrrr",
        widths=(25, 8, 15, 14, 13, 11, 14),
        illustrative=fund.illustrative,
    )


def _row(name: str, report: GrantsReport) -> tuple[str, ...]:
    return (
        name,
        wording.whole(len(report.traced)),
        wording.pounds(report.awarded),
        wording.pounds(report.paid),
        wording.per_cent(report.small_per_cent),
        wording.per_cent(report.largest_five),
        "withheld" if report.fund.withheld else wording.pounds(report.unawarded),
    )
