"""Finding records by words and codes, and showing one of them, as text for a terminal or as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.case_study import CaseStudy
from spf_analysis.evidence.exchange import as_dict
from spf_analysis.evidence.model import Claim, Code, Contradiction, Finding, Gap, ReportedFigure, Source
from spf_analysis.evidence.quality.appraisal import Appraisal
from spf_analysis.evidence.quality.instrument import Instrument
from spf_analysis.evidence.synthesis import strength
from spf_analysis.wording import NOT_REPORTED, counted, listed

_WIDTH = 100


def find(
    base: EvidenceBase,
    words: str = "",
    *,
    codes: Iterable[str] = (),
    kinds: Iterable[str] = (),
    sources: Iterable[str] = (),
    designs: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """The findings that hold every word (in any case, in any of their texts) and match each filter, in the order of their files.

    Within a filter any of the values will do. A code may be a group ("outcome"). Raises EvidenceError for an unknown code or source.
    """
    wanted_codes, wanted_sources = _codes(base, codes), {base.source(source).id for source in sources}
    wanted_kinds, wanted_designs, parts = set(kinds), set(designs), words.casefold().split()
    return tuple(
        finding
        for finding in base.findings.values()
        if (not wanted_codes or wanted_codes & set(finding.codes))
        and (not wanted_kinds or finding.statement_kind.value in wanted_kinds)
        and (not wanted_sources or finding.source in wanted_sources)
        and (not wanted_designs or finding.design.value in wanted_designs)
        and all(part in _text(finding) for part in parts)
    )


def listing(base: EvidenceBase, findings: Iterable[Finding]) -> str:
    """Findings as a terminal shows them: id, kind and design, the statement, where it stands."""
    return "\n\n".join(_finding_in_short(base, finding) for finding in findings)


def as_dicts(base: EvidenceBase, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON."""
    return [as_dict(base, finding.id) for finding in findings]


def show(base: EvidenceBase, key: str) -> str:
    """A record of any kind as text; a source shows all its findings in the order of its text. Raises EvidenceError for an unknown id."""
    noun, record = record_of(base, key)
    return _SHOWN[noun](base, record)


def shown_as_dict(base: EvidenceBase, key: str) -> dict[str, Any]:
    """A record of any kind as JSON: its kind, the record, and for a source its findings, for a claim its strength."""
    noun, record = record_of(base, key)
    body = as_dict(base, key) if noun == "finding" else record.model_dump(mode="json")
    extra: dict[str, Any] = {}
    if noun == "source":
        extra = {"citation": _citation(base, key), "findings": as_dicts(base, in_order_of_text(base, key))}
    elif noun == "claim":
        extra = {"strength": strength(base, record).as_dict()}
    elif noun == "code":
        extra = {"findings": [finding.id for finding in base.findings_with(key)]}
    return {"kind": noun, "record": body, **extra}


def record_of(base: EvidenceBase, key: str) -> tuple[str, Any]:
    """A record by its id, whatever its kind, with the name of that kind. Raises EvidenceError for an unknown id."""
    kinds: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("source", base.sources),
        ("finding", base.findings),
        ("claim", base.claims),
        ("case study", base.case_studies),
        ("code", base.codes),
        ("gap", base.gaps),
        ("contradiction", base.contradictions),
        ("instrument", base.instruments),
        ("appraisal", base.appraisals),
    )
    for noun, records in kinds:
        if key in records:
            return noun, records[key]
    known = [name for _, records in kinds for name in records]
    raise EvidenceError(f"nothing in the evidence base has the id '{key}'", where="evidence", hint=did_you_mean(key, known))


def in_order_of_text(base: EvidenceBase, source: str) -> tuple[Finding, ...]:
    """The findings of a source in the order in which their passages stand in it. Raises EvidenceError for an unknown source."""
    order = {section.section: number for number, section in enumerate(base.source(source).outline)}
    findings = base.findings_of(source)
    return tuple(sorted(findings, key=lambda finding: (order.get(finding.locator.section, len(order)), finding.locator.paragraph)))


def _codes(base: EvidenceBase, codes: Iterable[str]) -> set[str]:
    wanted: set[str] = set()
    for code in codes:
        wanted |= {member.id for member in base.groups[code].codes} if code in base.groups else {base.code(code).id}
    return wanted


def _text(finding: Finding) -> str:
    figures = (f"{figure.as_written} {figure.what} {figure.n or ''} {figure.compared_with or ''}" for figure in finding.figures)
    parts = (finding.id, finding.statement, finding.about, finding.anchor, finding.caution or "", finding.study, *finding.codes, *figures)
    return " ".join(parts).casefold()


def _citation(base: EvidenceBase, source: str) -> str:
    return base.library[source].short if source in base.library else source


def _block(text: str, indent: str = "  ") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _lines(*pairs: tuple[str, str | None]) -> str:
    return "\n".join(_block(f"{label}: {value}") for label, value in pairs if value)


def _finding_in_short(base: EvidenceBase, finding: Finding) -> str:
    where = f"{_citation(base, finding.source)}; {finding.locator}"
    second_hand = f"; second-hand, from {finding.study}" if finding.second_hand else ""
    head = f"{finding.id}  [{finding.statement_kind.value}; {finding.design.value}]"
    return "\n".join((head, _block(finding.statement), _block(f"({where}{second_hand})")))


def _show_finding(base: EvidenceBase, finding: Finding) -> str:
    cases = f"about the scheme of {finding.case_study}" if finding.case_study else None
    details = _lines(
        ("About", finding.about),
        ("Direction", finding.direction.value),
        ("Codes", ", ".join(finding.codes)),
        ("Figures", "; ".join(_figure(figure) for figure in finding.figures)),
        ("Case study", cases),
        ("Caution", finding.caution),
        ("Anchor", f"“{finding.anchor}” ({'verified' if finding.id in base.verified else 'not verified'})"),
        ("Coded", f"{finding.coder}, {finding.date}"),
        (
            "In claims",
            ", ".join(claim.id for claim in base.claims.values() if finding.id in (*claim.findings_for, *claim.findings_against)),
        ),
    )
    return f"{_finding_in_short(base, finding)}\n{details}"


def _figure(figure: ReportedFigure) -> str:
    compared = f", compared with {figure.compared_with}" if figure.compared_with else ""
    return f"{figure.as_written} ({figure.what}{f', n: {figure.n}' if figure.n else ''}{compared})"


def _show_source(base: EvidenceBase, source: Source) -> str:
    findings = in_order_of_text(base, source.id)
    details = _lines(
        ("Status", source.status),
        ("Sponsor", source.sponsor or NOT_REPORTED),
        ("Interest", source.interest or NOT_REPORTED),
        ("Edition", source.edition),
        ("Chosen because", source.chosen_because),
        ("Findings", counted(len(findings), "finding")),
    )
    head = f"{source.id}  [{source.kind}]  {_citation(base, source.id)}"
    return "\n\n".join(part for part in (f"{head}\n{details}", listing(base, findings)) if part)


def _show_claim(base: EvidenceBase, claim: Claim) -> str:
    confidence = claim.confidence
    level = confidence.level if confidence is not None and confidence.method != "not graded" else None
    judged = (
        f"{f'{level} ' if level else ''}({confidence.method}): {confidence.reason}"
        if confidence
        else "none, as for every claim of its kind"
    )
    details = _lines(
        ("Confidence", judged),
        ("Strength", strength(base, claim).said),
        ("Caution", claim.caution),
        ("Wording exception", claim.wording_exception),
        ("Limited by", ", ".join(gap.id for gap in base.gaps_limiting(claim.id))),
    )
    sides = [("For", claim.findings_for), ("Against", claim.findings_against)]
    told = [f"{name}:\n{textwrap.indent(listing(base, [base.finding(key) for key in keys]), '  ')}" for name, keys in sides if keys]
    return "\n\n".join((f"{claim.id}  [{claim.kind.value}; {claim.section}]\n{_block(claim.text)}\n{details}", *told))


def _show_case(base: EvidenceBase, case: CaseStudy) -> str:
    pairs = [(name.replace("_", " ").capitalize(), attribute.value or NOT_REPORTED) for name, attribute in case.attributes().items()]
    head = f"{case.id}  {case.name}, {case.as_of}  ({_citation(base, case.source)})"
    return "\n".join((head, _block(case.summary), _lines(("Codes", ", ".join(case.codes)), *pairs)))


def _show_code(base: EvidenceBase, code: Code) -> str:
    findings = base.findings_with(code.id)
    details = _lines(
        ("Include", code.include), ("Exclude", code.exclude), ("Example", code.example), ("Used by", counted(len(findings), "finding"))
    )
    return "\n\n".join(part for part in (f"{code.id}  {code.label}\n{_block(code.definition)}\n{details}", listing(base, findings)) if part)


def _show_gap(base: EvidenceBase, gap: Gap) -> str:
    details = _lines(
        ("Status", gap.status),
        ("Raised in", ", ".join(gap.raised_in)),
        ("Would be answered by", gap.would_answer),
        ("Limits", ", ".join(gap.limits)),
        ("Closed by", ", ".join(gap.closed_by)),
        ("Closed because", gap.closed_because),
    )
    return f"{gap.id}\n{_block(gap.question)}\n{details}"


def _show_contradiction(base: EvidenceBase, contradiction: Contradiction) -> str:
    sides = "\n".join(_block(f"- {side.position} ({listed(_paid_for(base, side.findings))})") for side in contradiction.sides)
    return f"{contradiction.id}\n{_block(contradiction.question)}\n{sides}\n{_lines(('Reading', contradiction.reading))}"


def _paid_for(base: EvidenceBase, findings: Iterable[str]) -> list[str]:
    sources = dict.fromkeys(base.finding(key).source for key in findings)
    return [f"{_citation(base, source)}; {_stake(base.source(source))}" for source in sources]


def _stake(source: Source) -> str:
    return f"paid for by {source.sponsor or NOT_REPORTED}; interest: {(source.interest or NOT_REPORTED).rstrip('.')}"


def _show_instrument(base: EvidenceBase, instrument: Instrument) -> str:
    details = _lines(
        ("Made for", listed(instrument.made_for)),
        ("Not made for", instrument.not_made_for),
        ("Answers", ", ".join(instrument.answers)),
        ("Appraised by it", ", ".join(item.source for item in base.appraisals.values() if item.instrument == instrument.id)),
    )
    asked = "\n".join(_block(f"{one.id} ({one.heading}): {one.asks}") for one in instrument.criteria)
    return f"{instrument.id}  {instrument.name}  ({_citation(base, instrument.source)})\n{_block(instrument.about)}\n{details}\n{asked}"


def _show_appraisal(base: EvidenceBase, appraisal: Appraisal) -> str:
    instrument = base.instrument(appraisal.instrument)
    asks = {criterion.id: criterion.asks for criterion in instrument.criteria}
    details = _lines(
        ("Judged as", f"{appraisal.judged_as}, because {appraisal.because}"), ("Appraised", f"{appraisal.date}; {appraisal.said}")
    )
    answers = [
        _block(f"{asks[one.criterion]} {one.answer.capitalize()}: {one.reason}{f' ({one.locator})' if one.locator else ''}")
        for one in appraisal.answers
    ]
    return "\n".join((f"{appraisal.id}  {_citation(base, appraisal.source)} by {instrument.name}", details, *answers))


_SHOWN: Mapping[str, Callable[[EvidenceBase, Any], str]] = {
    "source": _show_source,
    "finding": _show_finding,
    "claim": _show_claim,
    "case study": _show_case,
    "code": _show_code,
    "gap": _show_gap,
    "contradiction": _show_contradiction,
    "instrument": _show_instrument,
    "appraisal": _show_appraisal,
}
