"""The coding frame's version and history as text: a change adds one line of history and raises the version; what stood there stays."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography.record_editing import appended
from spf_analysis.evidence.coding.round import open_round, round_names
from spf_analysis.evidence.coding.yaml_lines import lines_of

FRAME = "coding_frame/frame.yaml"
KIND = EvidenceError.kind
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:spf-analysis:coding-frame")


@dataclass(frozen=True)
class Decided:
    """Who changed the coding frame, when and why."""

    by: str
    date: str
    why: str


def guid_of(noun: str, key: str) -> str:
    """The GUID of a code or group that has none of its own: always the same for the same id."""
    return str(uuid.uuid5(_SPACE, f"{noun} {key}")).upper()


def next_version(version: str) -> str:
    """The version after one that adds, renames or joins codes: 1.0.0 becomes 1.1.0."""
    match = re.fullmatch(r"(\d+)\.(\d+)(?:\.\d+)?", version)
    return f"{match[1]}.{int(match[2]) + 1}.0" if match else f"{version}.1"


def raised(evidence: Path, base: EvidenceBase, change: str, decided: Decided) -> tuple[str, str]:
    """The next version, and `frame.yaml` with it. Raises EvidenceError where the file is not laid out as lines."""
    if base.frame is None:
        raise EvidenceError("the coding frame has no version", where=f"evidence/{FRAME}", hint="Restore the file.")
    version = next_version(base.frame.version)
    text = (evidence / FRAME).read_bytes().decode()
    for name, value in (("version", f'"{version}"'), ("date", decided.date)):
        text, found = re.subn(rf"^{name}:[^\r\n]*", f"{name}: {value}", text, count=1, flags=re.MULTILINE)
        if not found:
            raise EvidenceError(f"'{name}' is not on a line of its own", where=f"evidence/{FRAME}", hint=f"Write it as '{name}: …'.")
    if not re.search(r"^history:", text, re.MULTILINE):
        text = f"{text.rstrip()}\nhistory: []\n"
    fields = {"date": decided.date, "change": change, "by": decided.by, "why": decided.why}
    entry = [f'version: "{version}"', *(line for name, value in fields.items() for line in lines_of(name, value))]
    return version, appended(text, "history", [entry])


def refuse_open_rounds(evidence: Path) -> None:
    """Raise EvidenceError while a coding round is going on: both its coders work with the frame as it was when they began."""
    rounds = [open_round(evidence, name) for name in round_names(evidence)]
    hint = "Settle it with `spf coding adjudicate --write`, or write why it was given up as 'abandoned: …' into its round.yaml."
    problems = [Problem(KIND, one.where, "the round is going on with the coding frame as it is", hint) for one in rounds if not one.closed]
    if problems:
        raise EvidenceError(problems)


def named(code: str) -> re.Pattern[str]:
    """What finds a code by its whole id in any text."""
    return re.compile(rf"(?<![\w.-]){re.escape(code)}(?![\w-]|\.\w)")


def said_elsewhere(evidence: Path, workbench: Path, code: str, handled: Mapping[str, str]) -> tuple[str, ...]:
    """Files that still name a code after a migration: notebooks, templates, notes, and prose in coded files, given as they will be."""
    word = named(code)
    places = [
        *evidence.rglob("*.yaml"),
        *evidence.rglob("*.csv"),
        *workbench.glob("notebooks/*.ipynb"),
        *workbench.glob("templates/**/*.qmd"),
    ]
    found = []
    for path in sorted(set(places)):
        name = path.relative_to(workbench).as_posix() if path.is_relative_to(workbench) else path.name
        inside = path.relative_to(evidence).as_posix() if path.is_relative_to(evidence) else ""
        past = inside.startswith(("coding/", "editions/")) or inside == FRAME
        if not past and word.search(handled.get(inside) or path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    return tuple(found)
