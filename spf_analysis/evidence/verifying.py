"""Looking anchors and figures up in the source texts, and recording what was found.

Only an exact match counts, after spaces, quotation marks and dashes were made alike; a near match is a suggestion to a person. The
texts themselves stay outside the workbench: a text is known by the SHA-256 that its source registers.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.errors import EvidenceError, Problem, SourceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.fingerprints import fingerprint
from spf_analysis.evidence.model import Finding, Source
from spf_analysis.evidence.passages import Passage, normalised, passages
from spf_analysis.evidence.reading import SCHEMA, VERIFIED

_NEAR = 85.0


@dataclass(frozen=True)
class AnchorCheck:
    """What became of one finding's anchor and figures in the source's text; `where` is the locator, and `suggestion` a near match."""

    finding: str
    found: bool
    where: str
    figures_missing: tuple[str, ...] = ()
    suggestion: str | None = None

    @property
    def figures_found(self) -> bool:
        """Whether every figure of the finding stands in the passage of its anchor."""
        return self.found and not self.figures_missing

    def as_dict(self) -> dict[str, Any]:
        return {
            "finding": self.finding,
            "found": self.found,
            "where": self.where,
            "figures_found": self.figures_found,
            "figures_missing": list(self.figures_missing),
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True)
class Verification:
    """The checks of all findings whose texts were at hand, and the problems met (missing texts among them)."""

    anchors: tuple[AnchorCheck, ...]
    problems: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document that `spf evidence verify --json` prints."""
        return {
            "schema": SCHEMA,
            "anchors": [check.as_dict() for check in self.anchors],
            "problems": [problem.as_dict() for problem in self.problems],
        }


def verify(base: EvidenceBase, texts: Path) -> Verification:
    """Look up the anchor and the figures of every finding in the texts of a folder, found there by their SHA-256.

    Raises SourceError where the folder cannot be read. A text that is not in it is a problem that names the source.
    """
    at_hand = _texts(texts)
    checks: list[AnchorCheck] = []
    problems: list[Problem] = []
    for source in base.sources.values():
        findings = base.findings_of(source.id)
        if not findings:
            continue
        text = at_hand.get(source.text_sha256 or "")
        if text is None:
            problems.append(_missing(source, texts))
            continue
        try:
            cut = {(passage.section, passage.paragraph): passage for passage in passages(text, source.outline)}
        except ValueError as error:
            problems.append(
                Problem(
                    EvidenceError.kind,
                    base.where("source", source.id, "outline"),
                    str(error),
                    "Correct the outline's headings or their order.",
                )
            )
            continue
        checks.extend(_check(finding, cut) for finding in findings)
    problems.extend(problem for check in checks for problem in _told(base, check))
    return Verification(tuple(checks), tuple(problems))


def record(verification: Verification, base: EvidenceBase, folder: Path) -> Path:
    """Write `verified.json` into the evidence folder, at once or not at all, and return its path.

    Findings found this time are recorded with their fingerprint; those whose text was not at hand keep what was recorded for
    them where it still holds. Raises SourceError where the file cannot be written.
    """
    checked = {check.finding: check.figures_found for check in verification.anchors}
    kept = {}
    for finding in base.findings.values():
        text = base.sources[finding.source].text_sha256 if finding.source in base.sources else None
        mark = fingerprint(finding, text) if text else None
        if mark and checked.get(finding.id, base.verified.get(finding.id) == mark):
            kept[finding.id] = mark
    path = folder / VERIFIED
    _write(path, json.dumps({"schema": SCHEMA, "anchors": dict(sorted(kept.items()))}, indent=1, ensure_ascii=False) + "\n")
    return path


def _texts(folder: Path) -> dict[str, str]:
    try:
        contents = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
    except OSError as error:
        raise SourceError(
            f"the folder of texts cannot be read ({error.strerror})", where=str(folder), hint="Name a folder with --texts."
        ) from error
    return {hashlib.sha256(raw).hexdigest(): raw.decode("utf-8-sig", errors="replace") for raw in contents}


def _missing(source: Source, folder: Path) -> Problem:
    hint = f"Its SHA-256 is {source.text_sha256}." if source.text_sha256 else "Register its 'text_sha256' in evidence/sources.yaml."
    return Problem(SourceError.kind, f"source '{source.id}'", f"the text of '{source.id}' is not in the folder '{folder.name}'", hint)


def _check(finding: Finding, cut: Mapping[tuple[str, int], Passage]) -> AnchorCheck:
    passage = cut.get((finding.locator.section, finding.locator.paragraph))
    text = passage.text if passage else ""
    found = bool(text) and normalised(finding.anchor) in text
    missing = tuple(figure.as_written for figure in finding.figures if not _stands(figure.as_written, text))
    suggestion = None if found else _suggested(finding, text, cut.values())
    return AnchorCheck(finding.id, found, f"{finding.source}, {finding.locator}", missing, suggestion)


def _stands(written: str, text: str) -> bool:
    """Whether a number stands in a text as a whole: "28%" does not stand in "128%" or "0.28%"."""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(normalised(written))}(?!\w)(?![.,]\d)", text) is not None


def _suggested(finding: Finding, here: str, passages_: Iterable[Passage]) -> str | None:
    """Where the anchor stands word for word, otherwise the nearest words at its locator."""
    from rapidfuzz import fuzz

    anchor = normalised(finding.anchor)
    for passage in passages_:
        if anchor in passage.text:
            return f"it stands in section {passage.section}, paragraph {passage.paragraph}"
    near = fuzz.partial_ratio_alignment(anchor, here, score_cutoff=_NEAR) if here else None
    return f"near it stands '{_whole_words(here, near.dest_start, near.dest_end)}'" if near else None


def _whole_words(text: str, start: int, end: int) -> str:
    before, after = text[:start].rpartition(" ")[2], text[end:].partition(" ")[0]
    return f"{before}{text[start:end]}{after}".strip()


def _told(base: EvidenceBase, check: AnchorCheck) -> Iterator[Problem]:
    if not check.found:
        hint = f"Perhaps {check.suggestion}." if check.suggestion else "Correct the anchor or the locator."
        yield Problem(EvidenceError.kind, base.where("finding", check.finding, "anchor"), "the anchor does not stand at its locator", hint)
    for written in check.figures_missing if check.found else ():
        where = base.where("finding", check.finding, "figures")
        yield Problem(
            EvidenceError.kind, where, f"the figure '{written}' does not stand in the passage of the anchor", "Write it as the source does."
        )


def _write(path: Path, text: str) -> None:
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError as error:
        raise SourceError(
            f"the file cannot be written ({error.strerror})", where=path.name, hint="Check the folder's permissions."
        ) from error
