"""The Indices of Deprivation by ICB (CSV or Excel): average score and its rank, carried over where a footprint did not change."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from spf_analysis import wording
from spf_analysis.areas import Vintage
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.extract import MHCLG, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import Heading, Wanted, first_heading
from spf_analysis.fund.official.placing import Placed, place
from spf_analysis.fund.official.sheet import OfficialFile

TABLE = "deprivation.csv"
_CODES = tuple(
    f"{name} ({year})" for name in ("Integrated Care Board Code", "Integrated Care Board code", "ICB Code") for year in range(2022, 2031)
)
WANTED = (
    Wanted("icb", ("icb24_code", "ICB24CD", "icb22_code", "icb26_code", "ICB Code", "Integrated Care Board Code", *_CODES)),
    Wanted("score", ("IMD - Average score", "imd_average_score", "IMD Average score")),
    Wanted("rank", ("IMD - Rank of average score", "imd_rank_of_average_score", "IMD Rank of average score")),
)
SCORE_TO = Decimal(80)
_EDITION = re.compile(r"(?:imd|iod|imd_)\D?(20\d\d)", re.IGNORECASE)


def _fits(file: OfficialFile) -> bool:
    return first_heading(file, WANTED) is not None


def _read(file: OfficialFile, ground: Ground) -> Extract:
    heading, problems = first_heading(file, WANTED), list[Problem]()
    assert heading is not None
    scores, first = _scores(heading, problems)
    placed = place(first, ground.areas, problems)
    if not problems:
        _ranked(scores, first, problems)
    if problems or placed is None:
        raise FundError(problems or [Problem("fund", file.name, "the table has no row", "Download the file again.")])
    own = {placed.codes[code]: value for code, value in scores.items()}
    facts = _facts(own, placed, ground)
    checked = (f"{len(own)} areas; average scores fall from rank 1 to rank {len(own)}",)
    return Extract(facts, _origin(file, heading, ground), checked, heading.coped)


def _scores(heading: Heading, problems: list[Problem]) -> tuple[dict[str, tuple[Decimal, int]], dict[str, str]]:
    scores: dict[str, tuple[Decimal, int]] = {}
    first: dict[str, str] = {}
    for line in heading.lines(problems):
        code = line.text("icb")
        if not code:
            continue
        if code in first:
            line.problem("icb", f"'{code}' stands twice")
        first.setdefault(code, line.where("icb"))
        score, rank = line.number_of("score"), line.number_of("rank")
        if score is not None and score > SCORE_TO:
            line.problem("score", f"{score} is no average score: is the column that of the average rank?")
        elif score is not None and rank is not None:
            scores[code] = score, int(rank)
    return scores, first


def _ranked(scores: dict[str, tuple[Decimal, int]], first: dict[str, str], problems: list[Problem]) -> None:
    """Rank 1 is the most deprived: ranks run from 1 without a gap, and scores fall along them."""
    ordered = sorted(scores, key=lambda code: scores[code][1])
    if [scores[code][1] for code in ordered] != list(range(1, len(ordered) + 1)):
        problems.append(
            Problem("fund", next(iter(first.values()), ""), "the ranks do not run from 1 without a gap", "Download the file again.")
        )
        return
    for one, two in pairwise(ordered):
        if scores[one][0] < scores[two][0]:
            message = f"'{two}' has a higher score than '{one}' and yet a lower rank"
            problems.append(Problem("fund", first[two], message, "Download the file again."))


def _facts(own: dict[str, tuple[Decimal, int]], placed: Placed, ground: Ground) -> tuple[Fact, ...]:
    start = placed.vintage.start
    facts = [
        Fact(
            TABLE,
            {"area": area, "vintage": start.isoformat()},
            {"average_score": wording.decimal(own[area][0], 3), "rank": str(own[area][1]), "method": "published"},
        )
        for area in sorted(own)
    ]
    for vintage in ground.areas.vintages:
        if vintage.start > start:
            facts += [_carried(area.code, own, vintage, placed, ground) for area in vintage.areas]
    return tuple(facts)


def _carried(code: str, own: dict[str, tuple[Decimal, int]], vintage: Vintage, placed: Placed, ground: Ground) -> Fact:
    """A later vintage's row: an average cannot be added up, so it is carried over only where the footprint did not change."""
    key = {"area": code, "vintage": vintage.start.isoformat()}
    if code in own and ground.areas.unchanged(code, placed.vintage.start, vintage.start):
        values = {"average_score": wording.decimal(own[code][0], 3), "rank": "", "method": "carried over: the footprint did not change"}
        return Fact(TABLE, key, values)
    return Fact(TABLE, key, {"average_score": "", "rank": "", "method": "not published for this footprint"})


def _origin(file: OfficialFile, heading: Heading, ground: Ground) -> Origin:
    labels = " ".join(heading.sheet.rows[heading.line - 1]).replace("_", " ")
    found = _EDITION.search(file.name) or re.search(r"\bimd (20\d\d)\b", labels, re.IGNORECASE)
    published = ground.told.published
    edition = found[1] if found else str(published.year) if published else None
    if edition is None:
        message = "neither the file nor its name says which edition of the indices it is"
        raise FundError(message, where=file.name, hint="Say when it was published: --published 2025-10-30.")
    return Origin(
        id=f"mhclg-iod-{edition}",
        title=f"English Indices of Deprivation {edition}: Integrated Care Board summaries",
        publisher=MHCLG,
        locator="ICB summaries, IMD - Average score",
        about=f"Indices of Deprivation {edition}",
        published=published,
        dated=(int(edition),),
    )


KIND = FileKind(
    "mhclg-deprivation",
    "Indices of Deprivation, ICB summaries (CSV or Excel)",
    "columns for the ICB's code, 'IMD - Average score' and 'IMD - Rank of average score'",
    _fits,
    _read,
)
