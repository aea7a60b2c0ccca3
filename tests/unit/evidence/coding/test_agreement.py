"""Agreement of a round over many sources: numbers, intervals, and nothing where there are too few decisions."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from spf_analysis.evidence.coding import agreement, sheet
from spf_analysis.evidence.coding.agreement import FEW_SOURCES, NO_VARIATION, TOO_FEW, TOO_RARE, Agreement, compare
from spf_analysis.evidence.coding.measures import Table
from spf_analysis.evidence.coding.round import Coder, CodingRound, FrameUsed, RoundFolder, Seal
from spf_analysis.evidence.coding.sheet import CodedUnit, CoderSheet
from spf_analysis.evidence.model import Locator

CODERS = (Coder(id="ann", name="Ann Reader"), Coder(id="ben", name="Ben Coder"))
CODES = ("theme.risk", "theme.loneliness", "money.council", "theme.rare", "theme.always")


def coded(folder: Path, sources: Sequence[str], decided: Sequence[Sequence[CodedUnit]]) -> RoundFolder:
    """A round whose two files are finished and sealed."""
    frame = FrameUsed(version="1.0.0", sha256="0" * 64)
    about = CodingRound(round="spring", begun="2027-03-01", sources=tuple(sources), coding_frame=frame, coders=CODERS)
    seals = {}
    for coder, units in zip(CODERS, decided, strict=True):
        content = sheet.as_yaml(about, coder, CoderSheet(tuple(units))).encode()
        (folder / f"{coder.id}.yaml").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        seals[coder.id] = Seal(round="spring", coder=coder.id, finished="2027-03-02", units=len(units), sha256=digest)
    return RoundFolder(folder, about, seals)


def decisions(sources: int, each: int, slips: float) -> list[list[CodedUnit]]:
    """Two coders' decisions on the same passages; each departs from the truth so often."""
    draw = random.Random(7)
    found: list[list[CodedUnit]] = [[], []]
    for source in range(sources):
        for number in range(1, each + 1):
            truth = {code for code in CODES[:3] if draw.random() < 0.4} | {CODES[4]}
            rare = {CODES[3]} if (source, number) == (0, 1) else set()
            for units in found:
                own = {code for code in CODES[:3] if (code in truth) != (draw.random() < slips)} | {CODES[4]} | rare
                place = Locator(section="Main", paragraph=number)
                units.append(CodedUnit(source=f"s-{source}", locator=place, anchor=f"passage {number}", codes=tuple(sorted(own))))
    return found


def found(folder: Path, sources: int, each: int, slips: float = 0.1) -> Agreement:
    return compare(coded(folder, [f"s-{number}" for number in range(sources)], decisions(sources, each, slips)), CODES)


def test_per_code_and_overall_with_intervals(tmp_path: Path) -> None:
    result = found(tmp_path, 10, 12)
    by_code = {one.code: one for one in result.codes}
    assert list(by_code) == list(CODES)
    risk = by_code["theme.risk"]
    table = risk.table
    assert isinstance(table, Table)
    assert table.units == 120
    assert risk.kappa.value == table.kappa
    assert risk.kappa.low is not None
    assert risk.kappa.low < (risk.kappa.value or 0) < (risk.kappa.high or 0)
    assert risk.alpha.value == pytest.approx(risk.kappa.value, abs=0.01)
    for measure in (result.overall.percent, result.overall.kappa, result.overall.alpha):
        assert measure.value is not None
        assert measure.low is not None
        assert measure.high is not None
        assert measure.low < measure.value < measure.high
    assert compare(coded(tmp_path, [f"s-{n}" for n in range(10)], decisions(10, 12, 0.1)), CODES).overall == result.overall


def test_a_code_that_is_rare_or_never_varies_has_no_number(tmp_path: Path) -> None:
    by_code = {one.code: one for one in found(tmp_path, 10, 12).codes}
    assert by_code["theme.rare"].kappa.said == TOO_RARE
    assert by_code["theme.rare"].table == Table(both=1, neither=119)
    assert by_code["theme.always"].alpha.said == NO_VARIATION
    assert by_code["theme.always"].percent.value == 1


def test_few_sources_give_no_interval_and_few_passages_no_number(tmp_path: Path) -> None:
    some = found(tmp_path, agreement.MIN_SOURCES - 1, 12)
    assert some.overall.alpha.value is not None
    assert (some.overall.alpha.low, some.overall.alpha.why) == (None, FEW_SOURCES)
    few = found(tmp_path, 10, 1)
    assert {one.said for code in (few.overall, *few.codes) for one in (code.percent, code.kappa, code.alpha)} == {TOO_FEW}


def test_perfect_agreement_is_1(tmp_path: Path) -> None:
    result = found(tmp_path, 10, 12, slips=0)
    assert (result.overall.percent.value, result.overall.kappa.value, result.overall.alpha.value) == (1, 1, 1)
    assert result.overall.alpha.said == "1.00 (1.00 to 1.00)"
    assert result.disagreements == ()


def test_the_report_says_by_which_measures(tmp_path: Path) -> None:
    told = found(tmp_path, 10, 12).as_dict()
    for name in ("Cohen 1960", "De Vries et al. 2008", "Krippendorff 2011", "Passonneau 2006", "2,000 resamples of sources"):
        assert name in told["methods"]
    assert told["overall"]["alpha"]["value"]
    assert all(0 <= code["prevalence"] <= 1 for code in told["codes"])
