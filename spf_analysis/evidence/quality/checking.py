"""What must hold between appraisals, instruments and sources; what the instruments' own authors call a misuse is refused."""

from __future__ import annotations

from collections.abc import Iterator

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.intake import UNREAD
from spf_analysis.evidence.model import Design
from spf_analysis.evidence.quality.appraisal import Answer, Appraisal
from spf_analysis.evidence.quality.instrument import FITTING, Instrument, StudyKind
from spf_analysis.wording import listed

PUBLISHED = frozenset({"article-journal", "article-magazine", "article-newspaper", "book", "chapter"})
_FOR_CLAIMS = {"cerqual": "GRADE-CERQual", "grade-cerqual": "GRADE-CERQual", "grade": "GRADE"}
_UNTOLD = frozenset({Design.NOT_REPORTED, Design.NO_STUDY, Design.POLICY_DOCUMENT})


def problems_of_quality(base: EvidenceBase) -> Iterator[Problem]:
    """Every problem of the instruments and appraisals of a base."""
    for instrument in base.instruments.values():
        if instrument.source not in base.sources and not _unread(base, "source", instrument.source):
            hint = did_you_mean(instrument.source, base.sources)
            yield _problem(base, ("instrument", instrument.id), "source", f"there is no source '{instrument.source}'", hint)
    for appraisal in base.appraisals.values():
        yield from _source(base, appraisal)
        by = base.instruments.get(appraisal.instrument)
        if by is None:
            yield from _no_instrument(base, appraisal)
        else:
            yield from _made_for(base, appraisal, by)
            yield from _answers(base, appraisal, by)


def _problem(base: EvidenceBase, owner: tuple[str, str], field: str, message: str, hint: str) -> Problem:
    return Problem(EvidenceError.kind, base.where(*owner, field), message, hint)


def _unread(base: EvidenceBase, noun: str, key: str) -> bool:
    return (noun, key) in base.refused or (noun, UNREAD) in base.refused


def _source(base: EvidenceBase, appraisal: Appraisal) -> Iterator[Problem]:
    owner = ("appraisal", appraisal.id)
    if not appraisal.id.startswith(f"{appraisal.source}."):
        hint = f"Name it {appraisal.source}.{appraisal.instrument}."
        yield _problem(base, owner, "id", f"the id does not begin with its source, '{appraisal.source}.'", hint)
    source = base.sources.get(appraisal.source)
    if source is None:
        if not _unread(base, "source", appraisal.source):
            hint = did_you_mean(appraisal.source, base.sources)
            yield _problem(base, owner, "source", f"there is no source '{appraisal.source}'", hint)
    elif source.kind == "data set":
        message = f"'{source.id}' is a data set, and no instrument here is made for one"
        yield _problem(base, owner, "source", message, "Appraise the work that was made with it.")


def _no_instrument(base: EvidenceBase, appraisal: Appraisal) -> Iterator[Problem]:
    """An instrument that is not here; where it is one for claims, that is a documented misuse."""
    owner, name = ("appraisal", appraisal.id), appraisal.instrument
    if name in _FOR_CLAIMS:
        hint = f"Give it in the claim's 'confidence'; a study is appraised by {_offered(base)}."
        yield _problem(base, owner, "instrument", f"{_FOR_CLAIMS[name]} judges the confidence in a claim, never a study", hint)
    elif not _unread(base, "instrument", name):
        yield _problem(base, owner, "instrument", f"there is no instrument '{name}'", did_you_mean(name, base.instruments))


def _offered(base: EvidenceBase, kind: StudyKind | None = None) -> str:
    names = [instrument.name for instrument in base.instruments.values() if kind is None or kind in instrument.made_for]
    return listed(names, "or") if names else "an instrument that is made for it"


def _made_for(base: EvidenceBase, appraisal: Appraisal, instrument: Instrument) -> Iterator[Problem]:
    owner, kind = ("appraisal", appraisal.id), appraisal.judged_as
    if kind not in instrument.made_for:
        message = f"{instrument.name} was not made for this kind of study, '{kind}': {instrument.not_made_for}"
        yield _problem(base, owner, "instrument", message, f"Appraise it by {_offered(base, kind)}.")
    elif kind is StudyKind.GREY_LITERATURE:
        work = base.library.get(appraisal.source)
        if work is not None and work.type in PUBLISHED:
            message = f"'{appraisal.source}' is no grey literature: the library has it as '{work.type}'"
            yield _problem(base, owner, "judged_as", message, "Say what kind of study it is, and take the instrument for that.")
    else:
        yield from _design(base, appraisal)


def _design(base: EvidenceBase, appraisal: Appraisal) -> Iterator[Problem]:
    """The kind that it is judged as does not contradict the design under which the study is coded."""
    coded = {finding.design for finding in base.findings.values() if finding.study == appraisal.source} - _UNTOLD
    if coded and not coded & FITTING[appraisal.judged_as]:
        message = f"it is judged as '{appraisal.judged_as}', and coded as {listed(sorted(coded))}"
        yield _problem(base, ("appraisal", appraisal.id), "judged_as", message, "Correct the one that is wrong.")


def _answers(base: EvidenceBase, appraisal: Appraisal, instrument: Instrument) -> Iterator[Problem]:
    asked = {criterion.id: criterion for criterion in instrument.criteria_for(appraisal.judged_as)}
    owner, given = ("appraisal", appraisal.id), [answer.criterion for answer in appraisal.answers]
    for key in asked:
        if key not in given:
            hint = "Every criterion that applies is answered, with a reason; 'unclear' is an answer where the instrument has it."
            yield _problem(base, owner, "answers", f"the criterion '{key}' is not answered", hint)
    for key in sorted({key for key in given if given.count(key) > 1}):
        yield _problem(base, owner, "answers", f"the criterion '{key}' is answered twice", "Keep one answer.")
    for answer in appraisal.answers:
        if answer.criterion not in asked:
            message = f"{instrument.name} does not ask '{answer.criterion}' of a study judged as '{appraisal.judged_as}'"
            yield _problem(base, owner, "answers", message, did_you_mean(answer.criterion, asked))
        elif answer.answer not in instrument.answers_to(asked[answer.criterion]):
            allowed = listed((f"'{word}'" for word in instrument.answers_to(asked[answer.criterion])), "or")
            message = f"'{answer.criterion}' is answered '{answer.answer}'"
            yield _problem(base, owner, "answers", message, f"Its answers are {allowed}; there are no scores.")
        yield from _place(base, appraisal, answer)


def _place(base: EvidenceBase, appraisal: Appraisal, answer: Answer) -> Iterator[Problem]:
    source = base.sources.get(appraisal.source)
    sections = [section.section for section in source.outline] if source else []
    if answer.locator and sections and answer.locator.section not in sections:
        message = f"the source has no section '{answer.locator.section}'"
        yield _problem(base, ("appraisal", appraisal.id), "answers", message, did_you_mean(answer.locator.section, sections))
