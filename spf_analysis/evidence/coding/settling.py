"""What two people agreed on, written into the findings and claims: only the records concerned are touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.agreed import Agreed, people
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography.record_editing import edited
from spf_analysis.evidence.coding.adjudication import Outcome
from spf_analysis.evidence.coding.marking import codes_digest, judgement_digest
from spf_analysis.evidence.coding.round import FOLDER, RoundFolder, Settled, as_yaml
from spf_analysis.evidence.coding.units import SHARED_WORDS, likeness
from spf_analysis.evidence.model import Finding
from spf_analysis.records import read_text

KIND = EvidenceError.kind


@dataclass(frozen=True)
class Settlement:
    """What settling a round writes: the findings whose codes change or that two people now stand behind, and what has no finding."""

    files: Mapping[str, bytes]
    agreed: tuple[str, ...]
    single: tuple[str, ...]
    recoded: tuple[str, ...]
    without_finding: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Any]:
        """The settlement as JSON."""
        rest = [{"unit": one.pair.id, "passage": one.pair.unit.said, "codes": sorted(one.codes)} for one in self.without_finding]
        return {"agreed": list(self.agreed), "single": list(self.single), "recoded": list(self.recoded), "without_finding": rest}


def settle(found: RoundFolder, settled: Sequence[Outcome], base: EvidenceBase, day: str) -> Settlement:
    """The outcome of a round as changes to the findings; nothing is written here.

    Raises EvidenceError where the outcome would leave a finding without any code, since a finding stands for at least one.
    """
    matched = _findings(settled, base)
    problems = [
        Problem(
            KIND,
            base.where("finding", key),
            "the outcome leaves the finding without a code",
            "Decide on it with `spf coding adjudicate`, or remove the finding.",
        )
        for key, outcome in matched.items()
        if not outcome.codes
    ]
    if problems:
        raise EvidenceError(problems)
    new = {key: _coded(base.findings[key], outcome, base, found, day) for key, outcome in matched.items()}
    files = _files(base, found.folder.parents[1], new)
    agreed = tuple(key for key, finding in new.items() if finding.agreed)
    single = tuple(key for key, finding in new.items() if not finding.agreed)
    recoded = tuple(key for key, finding in new.items() if set(finding.codes) != set(base.findings[key].codes))
    record = Settled(round=found.round.round, date=day, agreed=len(agreed), single=len(single))
    files[f"{FOLDER}/{found.round.round}/settled.yaml"] = as_yaml(record).encode()
    taken = {outcome.pair.id for outcome in matched.values()}
    return Settlement(files, agreed, single, recoded, tuple(one for one in settled if one.pair.id not in taken and one.codes))


def _findings(settled: Iterable[Outcome], base: EvidenceBase) -> dict[str, Outcome]:
    """The finding of each passage: the one that was given, otherwise the most alike at the same place; each once."""
    matched: dict[str, Outcome] = {}
    for outcome in settled:
        unit = outcome.pair.unit
        if unit.unit in base.findings:
            matched[str(unit.unit)] = outcome
            continue
        here = (unit.source, unit.locator, unit.anchor)
        near = [
            (likeness(here, (one.source, one.locator, one.anchor)), one.id)
            for one in base.findings_of(unit.source)
            if one.id not in matched
        ]
        best = max(near, default=(0.0, ""), key=lambda pair: pair[0])
        if best[0] >= SHARED_WORDS:
            matched[best[1]] = outcome
    return matched


def _coded(finding: Finding, outcome: Outcome, base: EvidenceBase, found: RoundFolder, day: str) -> Finding:
    kept = [code for code in finding.codes if code in outcome.codes]
    codes = (*kept, *(code for code in base.codes if code in outcome.codes and code not in kept))
    recoded = finding.model_copy(update={"codes": codes, "agreed": None})
    if not outcome.agreed:
        return recoded
    return recoded.model_copy(update={"agreed": Agreed(by=outcome.by, date=day, round=found.round.round, of=codes_digest(recoded))})


def _files(base: EvidenceBase, evidence: Path, new: Mapping[str, Finding]) -> dict[str, bytes]:
    by_source: dict[str, dict[str, Callable[[Any], None]]] = {}
    for key, finding in new.items():
        if finding != base.findings[key]:
            by_source.setdefault(finding.source, {})[key] = _change(finding)
    found = {}
    for source, changes in by_source.items():
        name = f"findings/{source}.yaml"
        found[name] = edited(read_text(evidence / name, KIND), "findings", changes).encode()
    return found


def _change(finding: Finding) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        if list(record["codes"]) != list(finding.codes):
            codes = record["codes"]
            codes[:] = list(finding.codes)
        _mark(record, finding.agreed)

    return change


def _mark(record: Any, agreed: Agreed | None) -> None:
    record.pop("agreed", None)
    if agreed is None:
        return
    by = CommentedSeq(agreed.by)
    by.fa.set_flow_style()
    mark = CommentedMap({"by": by, "date": date.fromisoformat(agreed.date), **({"round": agreed.round} if agreed.round else {})})
    mark["of"] = DoubleQuotedScalarString(agreed.of)
    mark.fa.set_flow_style()
    record["agreed"] = mark


def confirm(base: EvidenceBase, evidence: Path, claims: Iterable[str], by: Sequence[str], day: str) -> dict[str, bytes]:
    """The claims' files with the mark that these people agreed on how each claim was judged; nothing is written here.

    Raises EvidenceError for an unknown claim, or fewer than two different people.
    """
    if len(people(by)) < 2:
        message = "a judgement stays provisional until two named people agree"
        raise EvidenceError(message, where="--by", hint="Name two different people; a machine is nobody.")
    changes: dict[str, dict[str, Callable[[Any], None]]] = {}
    for key in claims:
        claim = base.claim(key)
        mark = Agreed(by=people(by), date=day, of=judgement_digest(claim))
        changes.setdefault(_file(base, "claim", key), {})[key] = _marks(mark)
    return {name: edited(read_text(evidence / name, KIND), "claims", found).encode() for name, found in changes.items()}


def _marks(mark: Agreed) -> Callable[[Any], None]:
    return lambda record: _mark(record, mark)


def _file(base: EvidenceBase, noun: str, key: str) -> str:
    return f"{noun}s/{Path(base.places[(noun, key)].file).name}"
