"""How well things are known, as tables: the appraisals of the sources, and the summary of qualitative findings."""

from __future__ import annotations

from collections.abc import Sequence

from spf_analysis.context import Exhibit
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.library import short_citation
from spf_analysis.evidence.model import Concern
from spf_analysis.evidence.quality.appraisal import Appraisal
from spf_analysis.evidence.summary_of_findings import REFERENCE, QualitativeFinding, summary_of_findings
from spf_analysis.wording import counted, listed, whole

NOT_SUMMED = "Answers are never added up"
COMPONENT_LABELS = ("Methodological limitations", "Coherence", "Adequacy", "Relevance")


def appraisals(base: EvidenceBase, chosen: Sequence[Appraisal] | None = None) -> Exhibit:
    """Every appraisal, or those chosen, answer by answer, grouped as the instruments group their criteria; no score and no total."""
    found = list(base.appraisals.values() if chosen is None else chosen)
    rows = tuple(row for appraisal in found for row in _headings(base, appraisal))
    said = sorted({appraisal.said for appraisal in found})
    names = listed(dict.fromkeys(_named(base, appraisal) for appraisal in found))
    return Exhibit(
        id="tbl-appraisals",
        kind="table",
        caption="How the sources were appraised, criterion by criterion",
        source_note=f"{listed(said).capitalize()}. {NOT_SUMMED}. Criteria in our own words; instruments: {names or 'none'}",
        alt=f"A table of {counted(len(found), 'appraisal')}: each row gives a heading of the instrument, the answers under it and why.",
        columns=("Source", "Instrument", "Heading", "Answers and reasons"),
        rows=rows or (("none appraised", "", "", ""),),
        widths=(16, 12, 14, 58),
    )


def _named(base: EvidenceBase, appraisal: Appraisal) -> str:
    instrument = base.instrument(appraisal.instrument)
    return f"{instrument.name} ({short_citation(base, instrument.source)})"


def _headings(base: EvidenceBase, appraisal: Appraisal) -> list[tuple[str, ...]]:
    instrument = base.instrument(appraisal.instrument)
    criteria = {criterion.id: criterion for criterion in instrument.criteria}
    under: dict[str, list[str]] = {}
    for answer in appraisal.answers:
        criterion = criteria[answer.criterion]
        under.setdefault(criterion.heading, []).append(f"{criterion.asks} {answer.answer.capitalize()}: {answer.reason}")
    source = short_citation(base, appraisal.source)
    return [(source, instrument.name, heading, " ".join(said)) for heading, said in under.items()]


def qualitative_findings(base: EvidenceBase) -> Exhibit:
    """The Summary of Qualitative Findings table of GRADE-CERQual, with the four concerns and their reasons beside it."""
    found = summary_of_findings(base)
    return Exhibit(
        id="tbl-soqf",
        kind="table",
        caption="Summary of qualitative findings, with confidence by GRADE-CERQual",
        source_note=f"Format: {_format(base)}. Judged for each finding, never for a study. {_judged(found)}",
        alt=f"A table of {counted(len(found), 'qualitative finding')}: its studies, four concerns with reasons, confidence and why.",
        columns=("No.", "Finding", "Contributing studies", *COMPONENT_LABELS, "Confidence", "Explanation"),
        rows=tuple(_finding_row(row) for row in found) or (("", "no qualitative claim", "", "", "", "", "", "", ""),),
        widths=(4, 18, 12, 13, 10, 11, 11, 8, 13),
    )


def _format(base: EvidenceBase) -> str:
    return short_citation(base, REFERENCE) if REFERENCE in base.library else "Lewin et al., 2018"


def _judged(found: Sequence[QualitativeFinding]) -> str:
    """Whether two people agreed on the judgements, told from what is recorded."""
    agreed = sum(bool(row.agreed_by) for row in found)
    if not agreed:
        return "Single judgement, machine-assisted, not yet checked by a second person"
    return f"{whole(agreed)} of {whole(len(found))} judgements were agreed on by two people; the others are provisional"


def _finding_row(row: QualitativeFinding) -> tuple[str, ...]:
    against = f". Stated differently: {'; '.join(row.against)}" if row.against else ""
    concerns = tuple(_concern(concern) for concern in row.concerns)
    return str(row.number), row.statement, f"{'; '.join(row.studies)}{against}", *concerns, row.level, row.explanation


def _concern(concern: Concern) -> str:
    return f"{concern.concern.capitalize()}: {concern.reason}"
