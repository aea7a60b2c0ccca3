"""How far two coders of a round agree: on passages, then on codes, per code and overall, with what they differ on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.coding import measures
from spf_analysis.evidence.coding.measures import Table
from spf_analysis.evidence.coding.round import RoundFolder
from spf_analysis.evidence.coding.sheet import CoderSheet, read_sheet
from spf_analysis.evidence.coding.units import UnitAgreement, UnitPair, paired, unit_agreement
from spf_analysis.wording import decimal, listed

MIN_UNITS = 20
MIN_USES = 5
MIN_SOURCES = 8
TOO_FEW = f"too few decisions: a measure needs at least {MIN_UNITS} passages that both coded"
TOO_RARE = f"too few decisions: of a code, at least {MIN_USES} passages to which one of the two gave it"
NO_VARIATION = "not defined: given to every passage, or to none"
FEW_SOURCES = f"no interval: resampling needs at least {MIN_SOURCES} sources"
UNSTABLE = "no interval: the measure is undefined in too many resamples"
METHODS = (
    "Percent: share of passages with the same decision. Kappa: Cohen 1960; overall pooled over codes, De Vries et al. 2008. "
    "Alpha: Krippendorff 2011, nominal per code; overall with the MASI distance between sets of codes, Passonneau 2006. "
    "Prevalence: share of both coders' decisions "
    f"that gave the code. Intervals: 95%, from {measures.RESAMPLES:,} resamples of sources with a fixed seed."
)


@dataclass(frozen=True)
class Estimate:
    """One measure with its 95% interval; where there is no value, or no interval, `why` says so."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def said(self) -> str:
        """ "0.74 (0.55 to 0.88)", "0.74" or the reason why there is no number."""
        if self.value is None:
            return self.why
        return f"{decimal(self.value)} ({decimal(self.low)} to {decimal(self.high)})" if self.low is not None else decimal(self.value)

    def as_dict(self) -> dict[str, Any]:
        """The measure as JSON."""
        return {"value": self.value, "low": self.low, "high": self.high, "why": self.why or None}


@dataclass(frozen=True)
class CodeAgreement:
    """How far two coders agree on one code, or on all codes together; `table` is None for the latter."""

    code: str
    percent: Estimate
    kappa: Estimate
    alpha: Estimate
    table: Table | None = None

    def as_dict(self) -> dict[str, Any]:
        """The agreement as JSON."""
        counts = {"both": self.table.both, "first": self.table.first, "second": self.table.second} if self.table else {}
        shares = {"prevalence": self.table.prevalence} if self.table else {}
        return {
            "code": self.code,
            **counts,
            **shares,
            "percent": self.percent.as_dict(),
            "kappa": self.kappa.as_dict(),
            "alpha": self.alpha.as_dict(),
        }


@dataclass(frozen=True)
class Agreement:
    """What the comparison of a round's two finished files gives."""

    round: str
    coders: tuple[str, str]
    sources: int
    units: UnitAgreement
    overall: CodeAgreement
    codes: tuple[CodeAgreement, ...]
    pairs: tuple[UnitPair, ...]

    @property
    def disagreements(self) -> tuple[UnitPair, ...]:
        """The passages that only one marked, or to which the two gave different codes."""
        return tuple(pair for pair in self.pairs if not pair.agreed)

    def as_dict(self) -> dict[str, Any]:
        """The agreement as `spf coding agree --json` prints it."""
        return {
            "round": self.round,
            "coders": list(self.coders),
            "sources": self.sources,
            "units": self.units.as_dict(),
            "overall": self.overall.as_dict(),
            "codes": [code.as_dict() for code in self.codes],
            "disagreements": [pair_as_dict(pair) for pair in self.disagreements],
            "methods": METHODS,
        }


def pair_as_dict(pair: UnitPair) -> dict[str, Any]:
    """A passage with what each coder made of it, as JSON; null where a coder did not mark it."""
    first, second = pair.codes
    place = {"source": pair.unit.source, "locator": str(pair.unit.locator), "anchor": pair.unit.anchor}
    found = {"first": sorted(first) if pair.first else None, "second": sorted(second) if pair.second else None}
    notes = [unit.note for unit in (pair.first, pair.second) if unit and unit.note]
    return {"unit": pair.id, **place, **found, "notes": notes}


def opened(found: RoundFolder) -> tuple[CoderSheet, CoderSheet]:
    """Both finished files. Raises EvidenceError while one coder has not finished, and where a file is not what was sealed."""
    unfinished = [coder for coder in found.round.coders if coder.id not in found.seals]
    if unfinished:
        names = listed(coder.name for coder in unfinished)
        hint = "What one coder decided is shown to nobody until both have finished: `spf coding finish`."
        raise EvidenceError(f"{names} {'have' if len(unfinished) > 1 else 'has'} not finished", where=found.where, hint=hint)
    problems = [*seal_problems(found, missing=True)]
    if problems:
        raise EvidenceError(problems)
    one, other = (read_sheet(found.path(coder), found.round, coder) for coder in found.round.coders)
    return one, other


def seal_problems(found: RoundFolder, *, missing: bool) -> Iterable[Problem]:
    """Finished files that were changed afterwards, and, where that matters, those that are not at hand."""
    for coder in found.round.coders:
        seal, path = found.seals.get(coder.id), found.path(coder)
        where = f"{found.where}, {coder.id}.yaml"
        if seal is None:
            continue
        if not path.is_file():
            hint = f"Ask {coder.name} to commit it; its SHA-256 is {seal.sha256}."
            yield from [Problem(EvidenceError.kind, where, f"the finished file of {coder.name} is not here", hint)] * missing
        elif hashlib.sha256(path.read_bytes()).hexdigest() != seal.sha256:
            message = f"the file of {coder.name} has been changed since it was finished on {seal.finished}"
            yield Problem(EvidenceError.kind, where, message, f"Restore the file whose SHA-256 is {seal.sha256}.")


def compare(found: RoundFolder, order: Sequence[str] = ()) -> Agreement:
    """How far the coders of a round agree; `order` is that of the coding frame. Raises EvidenceError where files cannot be opened."""
    first, second = opened(found)
    pairs = paired(first.units, second.units)
    sources = tuple(source for source in found.round.sources if any(pair.matched and pair.unit.source == source for pair in pairs))
    used = {code for pair in pairs if pair.matched for codes in pair.codes for code in codes}
    ranks = {code: rank for rank, code in enumerate(order)}
    codes = sorted(used, key=lambda code: (ranks.get(code, len(ranks)), code))
    tables = {code: [_table(pairs, source, code) for source in sources] for code in codes}
    weights = measures.resamples(len(sources)) if len(sources) >= MIN_SOURCES else []
    units = unit_agreement(pairs, given=found.round.given is not None)
    by_source = [[pair.codes for pair in pairs if pair.matched and pair.unit.source == source] for source in sources]
    names = (found.round.coders[0].name, found.round.coders[1].name)
    per_code = tuple(_per_code(code, tables[code], weights) for code in codes)
    return Agreement(found.round.round, names, len(sources), units, _overall(by_source, tables, weights), per_code, pairs)


def _table(pairs: Iterable[UnitPair], source: str, code: str) -> Table:
    table = Table()
    for pair in pairs:
        if pair.matched and pair.unit.source == source:
            table = table.with_decision(code in pair.codes[0], code in pair.codes[1])
    return table


def _per_code(code: str, tables: Sequence[Table], weights: Sequence[measures.Weights]) -> CodeAgreement:
    whole = measures.weighted(tables, [1] * len(tables))
    drawn = [measures.weighted(tables, times) for times in weights]
    few = TOO_FEW if whole.units < MIN_UNITS else TOO_RARE if whole.both + whole.first + whole.second < MIN_USES else ""
    percent, kappa, alpha = (
        _estimate(whole, drawn, few, measure)
        for measure in (lambda table: table.agreement, lambda table: table.kappa, lambda table: table.alpha)
    )
    return CodeAgreement(code, percent, kappa, alpha, whole)


def _estimate(whole: Any, drawn: Sequence[Any], few: str, measure: Callable[[Any], float | None]) -> Estimate:
    if few:
        return Estimate(why=few)
    value = measure(whole)
    if value is None:
        return Estimate(why=NO_VARIATION)
    if not drawn:
        return Estimate(value, why=FEW_SOURCES)
    found = measures.interval([measure(one) for one in drawn])
    return Estimate(value, *found) if found else Estimate(value, why=UNSTABLE)


def _overall(
    by_source: Sequence[Sequence[tuple[frozenset[str], frozenset[str]]]],
    tables: Mapping[str, Sequence[Table]],
    weights: Sequence[measures.Weights],
) -> CodeAgreement:
    """All codes together: identical sets, kappa pooled over codes, alpha with the MASI distance."""
    counts = [(sum(one == other for one, other in units), len(units)) for units in by_source]
    few = TOO_FEW if sum(total for _, total in counts) < MIN_UNITS else ""
    apart = measures.disagreement(by_source, measures.masi)

    def percent(times: measures.Weights) -> float | None:
        total = sum(count * time for (_, count), time in zip(counts, times, strict=True))
        return sum(same * time for (same, _), time in zip(counts, times, strict=True)) / total if total else None

    def kappa(times: measures.Weights) -> float | None:
        return measures.pooled_kappa(measures.weighted(one, times) for one in tables.values())

    once = [1] * len(by_source)
    same, pooled, distance = (_estimate(once, weights, few, measure) for measure in (percent, kappa, apart.alpha))
    return CodeAgreement("all codes", same, pooled, distance)
