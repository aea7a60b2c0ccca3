"""What a code is split into, and which part each record that carries it gets: a file that a person fills, record by record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.coding.round import SCHEMA, single
from spf_analysis.evidence.coding.yaml_lines import scalar
from spf_analysis.evidence.model import Code
from spf_analysis.evidence.record import Id, Record

FEWEST = 2


class Part(Record):
    """Which parts one record gets: a finding, a case study, or a type that is mapped onto the facets of funding."""

    record: Id
    codes: tuple[Id, ...]


class Split(Record):
    """A code, what it is split into, and the decision for each record that carries it."""

    split: Id
    into: Annotated[tuple[Code, ...], Field(min_length=FEWEST)]
    decisions: tuple[Part, ...] = ()

    def decided(self, base: EvidenceBase, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
        """The parts of each record. Raises EvidenceError with every decision that is missing, doubled, empty or for nobody."""
        given = {part.record: part.codes for part in self.decisions}
        parts, wanted = [code.id for code in self.into], list(records)
        told = [*self._wrong_codes(base, parts)]
        for noun, key in wanted:
            if not given.get(key):
                hint = f"Give one or more of {', '.join(parts)}."
                told.append(
                    Problem(EvidenceError.kind, base.where(noun, key, "codes"), f"no part of '{self.split}' is decided for it", hint)
                )
        known = {key for _, key in wanted}
        for part in self.decisions:
            where = f"decision on '{part.record}'"
            if part.record not in known:
                told.append(Problem(EvidenceError.kind, where, f"the record does not carry '{self.split}'", "Remove the decision."))
            for code in part.codes:
                if code not in parts:
                    told.append(Problem(EvidenceError.kind, where, f"'{code}' is not a part", f"The parts are {', '.join(parts)}."))
        if told:
            raise EvidenceError(told)
        return {record: given[record[1]] for record in wanted}

    def _wrong_codes(self, base: EvidenceBase, parts: Sequence[str]) -> Iterable[Problem]:
        group = self.split.partition(".")[0]
        for code in dict.fromkeys(parts):
            where = f"part '{code}'"
            if not code.startswith(f"{group}."):
                yield Problem(EvidenceError.kind, where, f"the part is not of the group '{group}'", f"Name it '{group}.…'.")
            if code in base.codes and code != self.split:
                yield Problem(EvidenceError.kind, where, f"there is a code '{code}' already", "Name it otherwise, or merge afterwards.")
            if parts.count(code) > 1:
                yield Problem(EvidenceError.kind, where, "the part stands twice", "Keep it once.")


def read_split(path: Path) -> Split:
    """The filled file. Raises EvidenceError with every problem of reading."""
    found = single(path, "split", Split)
    assert isinstance(found, Split)
    return found


def template(base: EvidenceBase, code: str) -> str:
    """A file to fill in: two parts to define, and every record that carries the code. Raises EvidenceError for an unknown code."""
    old = base.code(code)
    lines = [f"schema: {SCHEMA}", f"split: {code}", "into:"]
    for ending in ("one", "other"):
        lines += [f"  - id: {code}-{ending}", f"    label: {scalar(old.label)}", f"    definition: {scalar(old.definition)}"]
    lines += ["    # each part: label, definition, include, exclude, example", "decisions:"]
    for finding in base.findings_with(code):
        lines += [f"  # {finding.locator}: {' '.join(finding.statement.split())}", f"  - {{record: {finding.id}, codes: []}}"]
    for case in base.case_studies.values():
        if code in case.codes:
            lines += [f"  # the case study {case.name}", f"  - {{record: {case.id}, codes: []}}"]
    for group in base.groups.values():
        for mapping in group.mapping:
            if code in mapping.facets:
                lines += [f"  # the type {mapping.code} is mapped onto it", f"  - {{record: {mapping.code}, codes: []}}"]
    return "\n".join([*lines, ""])
