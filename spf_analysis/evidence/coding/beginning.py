"""Beginning a coding round, and finishing one's own part of it: the file is sealed by its SHA-256 while the other's stays closed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.coding.checking import frame_problems
from spf_analysis.evidence.coding.round import (
    CODERS,
    FOLDER,
    IGNORED,
    Coder,
    CodingRound,
    FrameUsed,
    RoundFolder,
    Seal,
    as_yaml,
    frame_hash,
    round_files,
    round_names,
    slug,
)
from spf_analysis.evidence.coding.sheet import CoderSheet, problems_of
from spf_analysis.evidence.coding.sheet import as_yaml as sheet_as_yaml

KIND = EvidenceError.kind
_EXCHANGED = "# Both coders have finished: their files are sealed and may be exchanged.\n"


def begun(
    evidence: Path, base: EvidenceBase, name: str, sources: Sequence[str], coders: Sequence[str], day: str, *, given: bool
) -> tuple[CodingRound, dict[str, bytes]]:
    """A new round and the files with which it begins. With `given`, both code the passages of the findings that are there.

    Raises EvidenceError with everything that stands against it.
    """
    problems = list(_hindrances(evidence, base, name, sources, coders))
    if problems:
        raise EvidenceError(problems)
    kept = tuple(dict.fromkeys(sources))
    found = CodingRound(
        round=name,
        begun=day,
        sources=kept,
        coding_frame=FrameUsed(version=base.frame.version if base.frame else "not reported", sha256=frame_hash(evidence)),
        coders=tuple(Coder(id=slug(coder), name=coder) for coder in coders),
        given=tuple(finding.id for source in kept for finding in base.findings_of(source)) if given else None,
    )
    return found, round_files(found)


def _hindrances(evidence: Path, base: EvidenceBase, name: str, sources: Sequence[str], coders: Sequence[str]) -> list[Problem]:
    told: list[Problem] = []
    where = f"coding round '{name}'"
    if name != slug(name):
        told.append(Problem(KIND, where, f"'{name}' is not a name for a round", f"Name it '{slug(name)}'."))
    if name in round_names(evidence):
        told.append(Problem(KIND, where, "there is a round of this name", "A round is begun once; choose another name."))
    for source in sources:
        record = base.sources.get(source)
        if record is None:
            told.append(Problem(KIND, where, f"there is no source '{source}'", did_you_mean(source, base.sources)))
        elif not record.outline:
            told.append(Problem(KIND, where, f"'{source}' has no outline, so that no passage in it can be named", "Add its outline first."))
    if len({slug(coder) for coder in coders}) != CODERS or len(coders) != CODERS:
        told.append(Problem(KIND, where, "a round has two different coders", "Name each with --coder; for a third begin another round."))
    return told


def finished(found: RoundFolder, evidence: Path, base: EvidenceBase, coder: Coder, sheet: CoderSheet, day: str) -> dict[str, bytes]:
    """The files that finish a coder's part: the decisions, and the seal. When both have finished, nothing is kept out of git any more.

    Raises EvidenceError where the coder had finished before, the frame has changed, or the sheet does not hold together.
    """
    if coder.id in found.seals:
        message = f"{coder.name} finished on {found.seals[coder.id].finished}"
        raise EvidenceError(message, where=found.where, hint="A finished file is not changed; what differs is adjudicated.")
    problems = [*frame_problems(found, evidence), *problems_of(sheet, found.round, base)]
    if found.state == "abandoned":
        problems.append(Problem(KIND, found.where, f"the round was abandoned: {found.round.abandoned}", "Begin another."))
    if problems:
        raise EvidenceError(problems)
    content = sheet_as_yaml(found.round, coder, sheet).encode()
    digest = hashlib.sha256(content).hexdigest()
    seal = Seal(round=found.round.round, coder=coder.id, finished=day, units=len(sheet.units), sha256=digest)
    base_name = f"{FOLDER}/{found.round.round}"
    files = {f"{base_name}/{coder.id}.yaml": content, f"{base_name}/{coder.id}.seal.yaml": as_yaml(seal).encode()}
    if {*found.seals, coder.id} == {one.id for one in found.round.coders}:
        files[f"{base_name}/{IGNORED}"] = _EXCHANGED.encode()
    return files
