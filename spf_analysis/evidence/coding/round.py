"""A coding round: two coders, some sources, one coding frame; each coder's finished file is sealed before the other's is opened."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import did_you_mean
from spf_analysis.evidence.coding.yaml_lines import text_of
from spf_analysis.evidence.intake import Intake, nested
from spf_analysis.evidence.record import Day, Id, Record, Text, refused
from spf_analysis.records import read_yaml, shown
from spf_analysis.wording import listed

SCHEMA = 1
FOLDER = "coding"
ROUND, IGNORED = "round.yaml", ".gitignore"
_HIDDEN = "# What a coder has decided stays on her or his own computer until both have finished.\n/*.yaml\n!/round.yaml\n!/*.seal.yaml\n"
CODERS = 2


class Coder(Record):
    """One of the two who code: an id that names the file, and the name."""

    id: Id
    name: Text


class FrameUsed(Record):
    """The coding frame that a round codes with: its version and the SHA-256 of its files."""

    version: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CodingRound(Record):
    """What a round is about. `given` names the findings whose passages both coders code; without it each marks passages alone."""

    round: Id
    begun: Day
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    coding_frame: FrameUsed
    coders: Annotated[tuple[Coder, ...], Field(min_length=CODERS, max_length=CODERS)]
    given: tuple[Id, ...] | None = None
    abandoned: Text | None = None

    @model_validator(mode="after")
    def _two_coders(self) -> CodingRound:
        if len({coder.id for coder in self.coders}) < CODERS:
            raise refused("a round has two different coders", "Name two; for a third coder begin another round.")
        return self

    def coder(self, name: str) -> Coder:
        """The coder of this id or name. Raises EvidenceError for anybody else."""
        for coder in self.coders:
            if name in (coder.id, coder.name):
                return coder
        hint = did_you_mean(name, [coder.id for coder in self.coders])
        raise EvidenceError(f"'{name}' does not code in this round", where=f"coding round '{self.round}'", hint=hint)


class Seal(Record):
    """That a coder has finished: the SHA-256 of the file as it then was, so that nobody changes it after seeing the other's."""

    round: Id
    coder: Id
    finished: Day
    units: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Settled(Record):
    """That the outcome of a round was written into the findings: when, and how many findings two people now stand behind."""

    round: Id
    date: Day
    agreed: int
    single: int


State = Literal["coding", "compared", "settled", "abandoned"]


@dataclass(frozen=True)
class RoundFolder:
    """A round with its folder: who has finished, and whether it is settled."""

    folder: Path
    round: CodingRound
    seals: dict[str, Seal]
    settled: Settled | None = None

    @property
    def state(self) -> State:
        """ "coding" until both have finished, "compared" until the outcome is written, then "settled"; or "abandoned"."""
        if self.round.abandoned:
            return "abandoned"
        if self.settled:
            return "settled"
        return "compared" if len(self.seals) == CODERS else "coding"

    @property
    def closed(self) -> bool:
        """Whether nothing in the round waits any more, so that the coding frame may change."""
        return self.state in ("settled", "abandoned")

    @property
    def where(self) -> str:
        """The round as messages name it."""
        return f"coding round '{self.round.round}'"

    def path(self, coder: Coder) -> Path:
        """The file that holds a coder's decisions."""
        return self.folder / f"{coder.id}.yaml"

    def seal_path(self, coder: Coder) -> Path:
        """The file that records that a coder has finished."""
        return self.folder / f"{coder.id}.seal.yaml"


def slug(name: str) -> str:
    """An id from a name: "Ann O'Reader" is "ann-o-reader". Raises EvidenceError where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not found:
        raise EvidenceError(f"'{name}' gives no id", where="name", hint="Write it with Latin letters or digits.")
    return found


def frame_hash(evidence: Path) -> str:
    """The SHA-256 over the names and contents of the coding frame's files."""
    total = hashlib.sha256()
    for path in sorted((evidence / "coding_frame").glob("*.yaml")):
        total.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def round_names(evidence: Path) -> tuple[str, ...]:
    """The rounds of an evidence folder, in order of name."""
    return tuple(sorted(path.parent.name for path in (evidence / FOLDER).glob(f"*/{ROUND}")))


def open_round(evidence: Path, name: str) -> RoundFolder:
    """A round by its name. Raises EvidenceError, with a "did you mean", for an unknown one, and for files that cannot be read."""
    names = round_names(evidence)
    if name not in names:
        hint = did_you_mean(name, names) if names else "Begin one with `spf coding start`."
        raise EvidenceError(f"there is no coding round '{name}'", where=f"evidence/{FOLDER}", hint=hint)
    folder = evidence / FOLDER / name
    found = single(folder / ROUND, "coding round", CodingRound)
    if found.round != name:
        message = f"the round is '{found.round}', its folder's name says '{name}'"
        raise EvidenceError(message, where=shown(folder / ROUND), hint="Correct one of the two.")
    seals = {coder.id: single(path, "seal", Seal) for coder in found.coders if (path := folder / f"{coder.id}.seal.yaml").is_file()}
    settled = folder / "settled.yaml"
    return RoundFolder(folder, found, seals, single(settled, "settled round", Settled) if settled.is_file() else None)


def single(path: Path, noun: str, kind: type[Any]) -> Any:
    """The one record that a file holds. Raises EvidenceError with every problem."""
    document = read_yaml(path, EvidenceError.kind)
    content = document.content if isinstance(document.content, dict) else {}
    if content.get("schema") != SCHEMA:
        hint = f"The file begins with 'schema: {SCHEMA}'."
        raise EvidenceError("the schema version is missing or another", where=document.where("schema"), hint=hint)
    intake = Intake()
    rest = {name: value for name, value in content.items() if name != "schema"}
    records = intake.validated(nested(document, rest), (), noun, kind)
    if intake.problems:
        raise EvidenceError(intake.problems)
    return records[0][1]


def as_yaml(record: BaseModel) -> str:
    """A record as the file that `single` reads."""
    return text_of({"schema": SCHEMA, **record.model_dump(mode="json", exclude_none=True)})


def round_files(found: CodingRound) -> dict[str, bytes]:
    """The files with which a round begins, by their path below the evidence folder."""
    base = f"{FOLDER}/{found.round}"
    return {f"{base}/{ROUND}": as_yaml(found).encode(), f"{base}/{IGNORED}": _HIDDEN.encode()}


def said(names: Iterable[Coder]) -> str:
    """Coders by name, as a sentence lists them."""
    return listed(coder.name for coder in names)
