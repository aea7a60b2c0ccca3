"""Whether a sentence is worded no stronger than its evidence.

"Reduced" and its like say that one thing brought about another. They need a body of appraised evidence with comparison groups: an
effect claim of at least moderate certainty by GRADE (Guyatt et al. 2008, doi:10.1136/bmj.39489.470347.AD) with results of at least
two distinct primary studies that compared groups. "Associated with" needs one comparison or survey, "was followed by" one result.
Sentences that report, hope or leave open are free. The word lists stand in `effect_verbs.yaml`. A number in a claim must stand in a
finding behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.expressions import Expression, Strength, expressions
from spf_analysis.evidence.model import CONTROLLED, Claim, ClaimKind, Design, Finding, Grade, StatementKind
from spf_analysis.evidence.numerals import unheld
from spf_analysis.wording import counted, listed

STUDIES_FOR_AN_EFFECT = 2
LEVELS_FOR_AN_EFFECT = frozenset({"high", "moderate"})
_COMPARING = CONTROLLED | {Design.SURVEY}
Verdict = Literal["effect", "association", "sequence"]


@dataclass(frozen=True)
class Body:
    """The results behind a claim: distinct primary studies, those that surveyed or compared, and those that compared groups."""

    results: frozenset[str]
    comparing: frozenset[str]
    controlled: frozenset[str]
    level: str | None
    about_effect: bool

    def carries(self, strength: Strength) -> bool:
        """Whether wording of this strength is carried by the body."""
        if strength == "effect":
            enough = len(self.controlled) >= STUDIES_FOR_AN_EFFECT
            return enough and self.about_effect and self.level in LEVELS_FOR_AN_EFFECT
        return bool(self.comparing if strength == "association" else self.results)

    @property
    def said(self) -> str:
        """The body in words: "two primary studies report results, none of them with a comparison group; certainty not graded"."""
        if not self.results:
            return "no statement behind it reports a result"
        controlled = (
            f"{counted(len(self.controlled), 'of them', 'of them')} with a comparison group"
            if self.controlled
            else "none with a comparison group"
        )
        verb = "reports" if len(self.results) == 1 else "report"
        studies = counted(len(self.results), "primary study", "primary studies")
        return f"{studies} {verb} results, {controlled}; certainty {self.level or 'not graded'}"


def body_of(findings: Iterable[Finding], claim: Claim) -> Body:
    """The body of evidence in the findings for a claim: only results count, and each primary study once."""
    results = [finding for finding in findings if finding.statement_kind is StatementKind.RESULT]
    level = claim.confidence.level if isinstance(claim.confidence, Grade) else None
    return Body(
        results=frozenset(finding.study for finding in results),
        comparing=frozenset(finding.study for finding in results if finding.design in _COMPARING),
        controlled=frozenset(finding.study for finding in results if finding.design in CONTROLLED),
        level=level,
        about_effect=claim.kind is ClaimKind.EFFECT,
    )


def too_strong(base: EvidenceBase, claim: Claim) -> list[Problem]:
    """The expressions of a claim that are stronger than its evidence, and its numbers that no finding behind it holds, each explained.

    A `wording_exception` excuses strong words, and those numbers only that its reason names. An exception that nothing needs is told
    too: it would let the next strong word pass unseen.
    """
    findings = [base.findings[key] for key in claim.findings_for if key in base.findings]
    body = body_of(findings, claim)
    heavy = [expression for expression in _heaviest(claim.text) if not body.carries(expression.strength)]
    found = [_refused(expression, body, findings, base.where("claim", claim.id, "text")) for expression in heavy]
    numbers = _without_finding(base, claim)
    reason = (claim.wording_exception or "").casefold()
    told = [problem for words, problem in numbers if not _names(reason, words)]
    if not claim.wording_exception:
        return found + told
    message = "the claim has a wording exception that it does not need"
    needless = Problem(EvidenceError.kind, base.where("claim", claim.id, "wording_exception"), message, "Remove 'wording_exception'.")
    return told if found or len(told) < len(numbers) else [*told, needless]


def _without_finding(base: EvidenceBase, claim: Claim) -> list[tuple[str, Problem]]:
    """The numbers of a claim that no finding behind it holds, with the problem of each; none while a finding is missing or unread."""
    keys = (*claim.findings_for, *claim.findings_against)
    if any(key not in base.findings for key in keys):
        return []
    found = unheld(claim.text, (base.findings[key] for key in keys))
    if not found:
        return []
    where, hint = base.where("claim", claim.id, "text"), "Correct it, or rest the claim on the finding that reports it"
    return [
        (words, Problem(EvidenceError.kind, where, f"the claim says {words}, and no finding behind it does", f"{hint}; {_EXCUSE}"))
        for words in found
    ]


_EXCUSE = "or say in 'wording_exception' how the number comes about, and name it there."


def _names(reason: str, words: str) -> bool:
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(words)}(?!\w)(?![.,]\d)", reason) is not None


def unsupported(text: str, where: str) -> list[Problem]:
    """Statements of effect in a text that carries no claim of its own, such as a case study's summary or the reading of a contradiction."""
    return [
        Problem(
            EvidenceError.kind,
            where,
            f"'{expression.words}' states an effect, and only a claim may do that",
            "Say who reports it ('interviewees felt that …', 'the evaluation reported …'), or say what came first and what followed.",
        )
        for expression in _heaviest(text)
        if expression.strength != "sequence"
    ]


def _heaviest(text: str) -> list[Expression]:
    found: dict[str, Expression] = {}
    for expression in expressions(text):
        found.setdefault(expression.words, expression)
    return list(found.values())


_WANTED = {
    "effect": "states an effect. That needs an effect claim with GRADE certainty of at least moderate and results of two or more "
    "primary studies with comparison groups",
    "association": "states an association. That needs a result from at least one survey or comparison of groups",
    "sequence": "says what followed. That needs at least one result",
}


def _refused(expression: Expression, body: Body, findings: list[Finding], where: str) -> Problem:
    message = f"'{expression.words}' {_WANTED[expression.strength]}; here {body.said}"
    return Problem(EvidenceError.kind, where, message, _alternative(findings, body))


def _alternative(findings: list[Finding], body: Body) -> str:
    designs = {finding.design for finding in findings if finding.statement_kind is StatementKind.RESULT}
    if not body.results:
        offers = ["'… argues that …'", "'… says that …'", "'would' or 'may'"]
    elif designs <= {Design.INTERVIEWS}:
        offers = ["'people felt that …'", "'interviewees reported that …'"]
    else:
        offers = ["'was followed by …'", "'… reported that …'"]
    return f"Write {listed(offers, 'or')}; or give 'wording_exception' with a reason."
