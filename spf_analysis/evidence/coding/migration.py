"""Renaming, merging and splitting codes: every record that names the code follows, recorded in the frame's history, and reversible."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography.record_editing import edited
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.coding import patch
from spf_analysis.evidence.coding.frame_version import FRAME, Decided, guid_of, named, raised, refuse_open_rounds, said_elsewhere
from spf_analysis.evidence.coding.marking import codes_digest
from spf_analysis.evidence.coding.mentions import Mention, blocks, mentions, replaced
from spf_analysis.evidence.coding.split import Split
from spf_analysis.evidence.coding.yaml_lines import item
from spf_analysis.evidence.model import Finding
from spf_analysis.evidence.reading import read_evidence

FOLDERS = ("coding_frame", "findings", "case_studies")
RECORDS = "coding/migrations"
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Migration:
    """One change of the coding frame, worked out and checked, not yet written: its new version, the files, and what they change."""

    change: str
    version: str
    files: Mapping[str, bytes]
    diff: str
    moved: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The migration as JSON."""
        told = {"change": self.change, "version": self.version, "moved": list(self.moved), "named_elsewhere": list(self.elsewhere)}
        return {**told, "files": sorted(self.files), "diff": self.diff}


@dataclass
class _Draft:
    """The coded files while a migration is worked out."""

    evidence: Path
    base: EvidenceBase
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        for folder in FOLDERS:
            for path in sorted((self.evidence / folder).glob("*.yaml")):
                name = f"{folder}/{path.name}"
                if name != FRAME:
                    self.before[name] = path.read_bytes().decode()
        self.after = dict(self.before)

    def replace(self, old: str, into: Mapping[tuple[str, str], Sequence[str]] | Sequence[str], *, own: bool = False) -> None:
        """Put other codes in the place of one wherever it is named; `own` says whether the record of the code itself follows too."""
        for name, text in self.after.items():
            found = [one for one in mentions(name.partition("/")[0], text) if old in one.codes and (own or not _is_own(one, old))]
            changes = [(one, old, into if isinstance(into, Sequence) else into[one.record]) for one in found]
            self.after[name] = replaced(text, changes)

    def name_in_prose(self, old: str, new: str) -> None:
        """Other codes name a code in what they exclude."""
        for name in [name for name in self.after if name.startswith("coding_frame/")]:
            self.after[name] = named(old).sub(new, self.after[name])

    def moved(self) -> tuple[str, ...]:
        """The findings and case studies whose codes change."""
        changed = {name: text for name, text in self.after.items() if text != self.before.get(name)}
        return tuple(f"{noun} {key}" for name in changed for noun, key in _carriers(name, self.before.get(name, ""), changed[name]))

    def group_file(self, code: str) -> str:
        """The file in which a code is defined."""
        return next(name for name, text in self.before.items() if name.startswith("coding_frame/") and code in blocks(text, "codes"))

    def swap_block(self, name: str, key: str, code: str, new: str) -> None:
        """Put lines in the place of a record's own, or take them out."""
        span = blocks(self.after[name], key).get(code)
        if span:
            lines = self.after[name].splitlines(keepends=True)
            self.after[name] = "".join([*lines[: span[0]], new, *lines[span[1] :]])

    def block(self, name: str, key: str, code: str) -> str:
        """A record's own lines."""
        start, end = blocks(self.after[name], key)[code]
        return "".join(self.after[name].splitlines(keepends=True)[start:end])

    def keep_agreement(self, old: str, new: Sequence[str]) -> None:
        """Two people agreed on the codes of a finding; where only a name changed, they still do."""
        for finding in self.base.findings_with(old):
            if finding.agreed and finding.agreed.of == codes_digest(finding):
                codes = dict.fromkeys(code for one in finding.codes for code in (new if one == old else [one]))
                mark = codes_digest(finding.model_copy(update={"codes": tuple(codes)}))
                name = f"findings/{finding.source}.yaml"
                lines = self.block(name, "findings", finding.id).replace(finding.agreed.of, mark)
                self.swap_block(name, "findings", finding.id, lines)

    def drop_agreement(self, findings: Sequence[Finding]) -> None:
        """The codes of these findings were given anew by one person, so that the mark of agreement goes."""
        for finding in findings:
            if finding.agreed:
                name = f"findings/{finding.source}.yaml"
                self.after[name] = edited(self.after[name], "findings", {finding.id: lambda record: record.pop("agreed")})


def _carriers(name: str, before: str, after: str) -> list[tuple[str, str]]:
    """The findings and case studies of a file whose codes differ between two states of it."""
    kind = name.partition("/")[0]
    if kind == "coding_frame":
        return []
    old = {one.record: one.codes for one in mentions(kind, before)}
    return [one.record for one in mentions(kind, after) if old.get(one.record) != one.codes]


def _is_own(mention: Mention, code: str) -> bool:
    return mention.alone and mention.record in (("code", code), ("mapping", code))


def rename(evidence: Path, workbench: Path, old: str, new: str, decided: Decided) -> Migration:
    """Give a code another id in its group. Raises EvidenceError for an unknown code, a taken or malformed id, another group."""
    draft = _begin(evidence)
    draft.base.code(old)
    group = old.partition(".")[0]
    if not _ID.fullmatch(new) or new.partition(".")[0] != group or new == group:
        hint = (
            f"Name it '{group}.…', in lower-case letters, digits and hyphens; to move a code into another group, merge it into one there."
        )
        raise EvidenceError(f"'{new}' is not an id of the group '{group}'", where="the new id", hint=hint)
    if new in draft.base.codes:
        raise EvidenceError(f"there is a code '{new}' already", where="the new id", hint=f"spf coding migrate merge {old} {new}")
    draft.replace(old, [new], own=True)
    draft.name_in_prose(old, new)
    _keep_guid(draft, old, new)
    draft.keep_agreement(old, [new])
    return _finished(draft, workbench, f"Renamed {old} to {new}.", old, decided, new)


def _keep_guid(draft: _Draft, old: str, new: str) -> None:
    """A code is known elsewhere by its GUID, which stays: it is written down where the new id would give another."""
    name, held = draft.group_file(old), draft.base.code(old).guid
    lines = draft.block(name, "codes", new)
    if held is None:
        mark = f"guid: {guid_of('code', old)}"
        end = "\r\n" if lines.endswith("\r\n") else "\n"
        lines = f"{lines.rstrip()[:-1]}, {mark}}}{end}" if lines.rstrip().endswith("}") else f"{lines}{_lead(lines)}  {mark}{end}"
    elif held == guid_of("code", new):
        lines = re.sub(rf", guid: {held}(?=}}\r?\n?$)|^ *guid: {held}\r?\n", "", lines, flags=re.MULTILINE)
    draft.swap_block(name, "codes", new, lines)


def _lead(lines: str) -> str:
    return " " * (len(lines) - len(lines.lstrip(" ")))


def merge(evidence: Path, workbench: Path, old: str, into: str, decided: Decided) -> Migration:
    """Let everything that carries one code carry another, and take the first out of the frame. Raises EvidenceError as `rename` does, and
    where the last code of a group would go.
    """
    draft = _begin(evidence)
    draft.base.code(old), draft.base.code(into)
    if old == into:
        raise EvidenceError("a code cannot be merged into itself", where=f"code '{old}'", hint="Name two codes.")
    _take_out(draft, old, "")
    draft.replace(old, [into])
    draft.keep_agreement(old, [into])
    return _finished(draft, workbench, f"Merged {old} into {into}.", old, decided)


def _take_out(draft: _Draft, old: str, new: str) -> None:
    name = draft.group_file(old)
    if not new and len(blocks(draft.after[name], "codes")) == 1:
        hint = "Remove the group by hand once nothing names it, or rename its code."
        raise EvidenceError(f"'{old}' is the last code of its group", where=f"evidence/{name}", hint=hint)
    draft.swap_block(name, "codes", old, new)
    if not new:
        draft.swap_block(name, "mapping", old, "")


def split(evidence: Path, workbench: Path, plan: Split, decided: Decided) -> Migration:
    """Put several codes in the place of one, each record's by its own decision. Raises EvidenceError while a decision is missing."""
    draft = _begin(evidence)
    old, base = plan.split, draft.base
    base.code(old)
    where = {one.record: None for name, text in draft.before.items() for one in mentions(name.partition("/")[0], text) if old in one.codes}
    into = plan.decided(base, [record for record in where if record != ("code", old) and record != ("mapping", old)])
    name = draft.group_file(old)
    lead = _lead(draft.block(name, "codes", old))
    new = "".join(f"{lead}{line}\n" for code in plan.into for line in item(code.model_dump(mode="json", exclude_none=True)))
    _take_out(draft, old, new)
    _split_mapping(draft, name, old, plan)
    draft.replace(old, into)
    draft.drop_agreement([one for one in base.findings_with(old) if into[("finding", one.id)] != (old,)])
    names = ", ".join(code.id for code in plan.into)
    return _finished(draft, workbench, f"Split {old} into {names}.", old, decided)


def _split_mapping(draft: _Draft, name: str, old: str, plan: Split) -> None:
    """A type that a source's typology names is mapped onto the facets of funding: its parts begin with the same mapping."""
    if old in blocks(draft.after[name], "mapping"):
        lines = draft.block(name, "mapping", old)
        draft.swap_block(name, "mapping", old, "".join(lines.replace(old, code.id, 1) for code in plan.into))


def undo(evidence: Path, workbench: Path, version: str, decided: Decided) -> Migration:
    """Take a recorded migration back. Raises EvidenceError for an unknown one, and where what it changed was changed again since."""
    draft = _begin(evidence)
    path = evidence / RECORDS / f"{version}.diff"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in (evidence / RECORDS).glob("*.diff")))
        hint = f"Recorded are: {known}." if known else "Nothing was migrated with `spf coding migrate` yet."
        raise EvidenceError(f"no migration to version {version} is recorded", where=f"evidence/{RECORDS}", hint=hint)
    for name, found in patch.hunks(path.read_bytes().decode()).items():
        draft.after[name] = patch.taken_back(draft.after.get(name, ""), found, name)
    entry = next((one.change for one in draft.base.frame.history if one.version == version), "") if draft.base.frame else ""
    return _finished(draft, workbench, f"Took back version {version}: {entry}", "", decided)


def _begin(evidence: Path) -> _Draft:
    refuse_open_rounds(evidence)
    draft = _Draft(evidence, read_evidence(evidence))
    draft.read()
    return draft


def _finished(draft: _Draft, workbench: Path, change: str, old: str, decided: Decided, new: str = "") -> Migration:
    changed = {name: text for name, text in draft.after.items() if text != draft.before.get(name)}
    diff = patch.difference({name: draft.before.get(name, "") for name in changed}, changed)
    version, frame = raised(draft.evidence, draft.base, change, decided)
    files = {**changed, FRAME: frame, f"{RECORDS}/{version}.diff": diff}
    content = {name: text.encode() for name, text in files.items()}
    refuse_new_problems(draft.evidence, content, renamed=(new, old))
    elsewhere = said_elsewhere(draft.evidence, workbench, old, draft.after) if old else ()
    return Migration(change, version, content, diff, draft.moved(), elsewhere)


def refuse_new_problems(
    evidence: Path, files: Mapping[str, bytes], *, renamed: tuple[str, str] = ("", ""), expected: Sequence[str] = ()
) -> None:
    """Raise EvidenceError with what would no longer hold together after a change, and did before.

    A problem that a code had under its old name is not new under its new one; what holds one of the `expected` words may come.
    """
    new, old = renamed
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "evidence"
        shutil.copytree(evidence, copy, ignore=shutil.ignore_patterns("fund", "editions", ".*"))
        before = {(problem.where.partition(",")[0], problem.message) for problem in problems_of(copy)}
        for name, content in files.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(content)
        found = [(problem, problem.message.replace(f"'{new}'", f"'{old}'") if new else problem.message) for problem in problems_of(copy)]
        after = [problem for problem, message in found if (problem.where.partition(",")[0], message) not in before]
    if wrong := [problem for problem in after if not any(words in problem.message for words in expected)]:
        raise EvidenceError(wrong)
