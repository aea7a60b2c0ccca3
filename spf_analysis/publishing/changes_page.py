"""The page from which an editor reads what changed between two moments: one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2

from spf_analysis.publishing.impact import Difference
from spf_analysis.publishing.moment import WhatChanged
from spf_analysis.wording import counted, listed

FEW = 3
_ORDER = ("changed", "removed", "added")
_WHAT = {"added": "New", "changed": "Changed", "removed": "Gone"}
HEADINGS = {
    "figure": "Figures",
    "claim": "Claims",
    "gap": "Open questions",
    "contradiction": "Where sources disagree",
    "case study": "Case studies",
    "reading": "Readings of the draft",
    "exhibit": "Charts and tables",
    "part": "Other parts",
    "source": "References",
}


def changes_page(found: WhatChanged, title: str) -> str:
    """The account as a page: the evidence first, then the briefings by what changed in them."""
    loader = jinja2.FileSystemLoader(str(Path(__file__).parent))
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"what_said": _WHAT, "summary": summary(found), "groups": groups(found)}
    claims = sorted(found.evidence.claims, key=lambda claim: (not claim.judge_again, _ORDER.index(claim.what)))
    page = environment.get_template("changes_page.html.j2")
    return page.render(title=title, account=found, counts=found.evidence.counts(), claims=claims)


def summary(found: WhatChanged) -> list[str]:
    """The account in a few sentences."""
    evidence, briefings = found.evidence, found.briefings
    records = counted(len(evidence.records), "record was", "records were")
    lines = [f"{records[0].upper()}{records[1:]} added, changed or removed in the evidence base."]
    if evidence.claims:
        lines.append(_claims_said(found))
    again = sum(claim.judge_again for claim in evidence.claims)
    if again:
        lines.append(f"The confidence of {counted(again, 'claim')} was judged on other support and needs to be judged again.")
    lines.append(f"Briefings that would read differently: {len(briefings.differences)} of {briefings.compared}.")
    for word, targets in (("new", briefings.added), ("no longer made", briefings.removed), ("not compared", tuple(briefings.unmade))):
        if targets:
            lines.append(f"{counted(len(targets), 'briefing').capitalize()} {word}: {listed(targets)}.")
    return lines


def _claims_said(found: WhatChanged) -> str:
    """How many claims are new, gone, gained or lost support or confidence."""
    claims = found.evidence.claims
    counts = {
        "new": sum(claim.what == "added" for claim in claims),
        "gone": sum(claim.what == "removed" for claim in claims),
        "with more support or confidence": sum("gained" in (claim.support, claim.confidence) for claim in claims),
        "with less": sum("lost" in (claim.support, claim.confidence) for claim in claims),
        "with both more and less": sum("both" in (claim.support, claim.confidence) for claim in claims),
    }
    moved = [f"{number} {what}" for what, number in counts.items() if number]
    return f"Claims that changed: {len(claims)}{f' ({listed(moved)})' if moved else ''}."


def groups(found: WhatChanged) -> list[tuple[str, list[dict[str, Any]]]]:
    """The differences under headings by kind, each with where it stands in words and the targets."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for difference, targets in found.briefings.grouped():
        row = {"item": difference, "how": how(difference), "where": where(targets, found), "targets": targets if len(targets) > FEW else ()}
        rows.setdefault(HEADINGS[difference.kind], []).append(row)
    return list(rows.items())


def how(difference: Difference) -> str:
    """What became of an item, in a word or two."""
    if difference.what != "changed":
        return _WHAT[difference.what]
    if difference.kind == "claim" and not difference.reads_differently:
        return "Same sentence; its sources, confidence or caution changed"
    return "Reworded" if difference.kind == "claim" else "Changed"


def where(targets: Sequence[str], found: WhatChanged) -> str:
    """The briefings that a difference stands in, in words: the national ones by name, areas counted where they are many."""
    national = [target for target in targets if target.startswith("national-")]
    areas = [target for target in targets if target not in national]
    said = areas if len(areas) <= FEW else [counted(len(areas), "area briefing")]
    return listed([*said, *national])
