"""The evidence base as it would stand without one source: to see what rests on it, before it is added or after it is retracted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.case_study import CASE_ATTRIBUTES, Attribute, CaseStudy
from spf_analysis.evidence.model import Claim, Contradiction, Gap

T = TypeVar("T", Claim, Gap, Contradiction, CaseStudy)


def without(base: EvidenceBase, source: str) -> EvidenceBase:
    """The base without what was coded from a source and what other sources report of it as a primary study.

    The source stays registered, as it is before anybody has coded it. Claims, gaps and contradictions that are left without grounds
    are taken out, and `withdrawn` names them, so that a briefing leaves them out too. Raises EvidenceError for an unknown source.
    """
    base.source(source)
    lost = frozenset(finding.id for finding in base.findings.values() if source in (finding.source, finding.study))
    gone = lost | {source}
    claims = _kept(base.claims, lambda claim: _claim(claim, lost))
    fallen = base.claims.keys() - claims.keys()
    gaps = _kept(base.gaps, lambda gap: _gap(gap, gone, fallen))
    contradictions = _kept(base.contradictions, lambda contradiction: _contradiction(contradiction, lost))
    withdrawn = fallen | (base.gaps.keys() - gaps.keys()) | (base.contradictions.keys() - contradictions.keys())
    return replace(
        base,
        findings={key: finding for key, finding in base.findings.items() if key not in lost},
        case_studies=_kept(base.case_studies, lambda case: None if case.source == source else _case(case, lost)),
        claims=claims,
        gaps=gaps,
        contradictions=contradictions,
        appraisals={key: appraisal for key, appraisal in base.appraisals.items() if appraisal.source != source},
        verified={key: value for key, value in base.verified.items() if key not in lost},
        withdrawn=base.withdrawn | withdrawn,
    )


def _kept(records: Mapping[str, T], reduced: Callable[[T], T | None]) -> dict[str, T]:
    found = {key: reduced(record) for key, record in records.items()}
    return {key: record for key, record in found.items() if record is not None}


def _less(keys: Iterable[str], gone: Iterable[str]) -> tuple[str, ...]:
    left_out = frozenset(gone)
    return tuple(key for key in keys if key not in left_out)


def _claim(claim: Claim, lost: frozenset[str]) -> Claim | None:
    findings = _less(claim.findings_for, lost)
    against = _less(claim.findings_against, lost)
    return claim.model_copy(update={"findings_for": findings, "findings_against": against}) if findings else None


def _gap(gap: Gap, gone: frozenset[str], fallen: Iterable[str]) -> Gap | None:
    raised, closed = _less(gap.raised_in, gone), _less(gap.closed_by, gone)
    status = "closed" if closed else "open"
    changed: dict[str, object] = {"raised_in": raised, "closed_by": closed, "limits": _less(gap.limits, fallen), "status": status}
    if not closed:
        changed["closed_because"] = None
    return gap.model_copy(update=changed) if raised else None


def _contradiction(contradiction: Contradiction, lost: frozenset[str]) -> Contradiction | None:
    sides = tuple(side.model_copy(update={"findings": _less(side.findings, lost)}) for side in contradiction.sides)
    left = tuple(side for side in sides if side.findings)
    return contradiction.model_copy(update={"sides": left}) if len(left) > 1 else None


def _case(case: CaseStudy, lost: frozenset[str]) -> CaseStudy:
    changed = {}
    for name in CASE_ATTRIBUTES:
        attribute: Attribute = getattr(case, name)
        findings = _less(attribute.findings, lost)
        changed[name] = attribute.model_copy(update={"findings": findings, "value": attribute.value if findings else None})
    return case.model_copy(update=changed)
