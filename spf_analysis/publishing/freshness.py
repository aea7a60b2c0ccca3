"""Whether a briefing is still fresh, and if not, why: everything that it was made from is in the manifest, and is compared by hash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

from spf_analysis import reads
from spf_analysis.errors import SpfError
from spf_analysis.kept import keep, recalled
from spf_analysis.publishing.manifest import Entry, code_digest, digests, versions
from spf_analysis.publishing.placing import intact
from spf_analysis.publishing.target import Job
from spf_analysis.wording import listed
from spf_analysis.workbench import CATEGORIES, Workbench

_NAMED = re.compile(r"""<%-?\s*(?:include|import|from|extends)\s+(["'])(?P<name>[^"']+)\1""")
_ANSWERS = "the same answers"
_ASKED = {"evidence": ("evidence", "bench"), "fund": ("fund", "bench"), "editions": ("bench",)}


class Freshness:
    """What the briefings of an edition would be made from now, beside what its manifest says that they were made from.

    Questions that have to be put again although nothing changed, as beside confidential lines, are put once: that they got the same
    answers is kept in the user's cache.
    """

    def __init__(self, bench: Workbench, typesetter: Mapping[str, str]) -> None:
        self._bench = bench
        self._typesetter = typesetter
        self._answers: dict[str, str] = {}

    def inputs(self, job: Job) -> dict[str, str]:
        """What a job is made from besides what it reads of evidence and Fund, each by its hash or version."""
        settings = self._bench.settings
        files = [settings.notebooks / job.notebook, *templates_of(settings.templates, job.template)]
        return {**self._shared, "template": job.template, **self._house, **digests(settings.folder, files)}

    @cached_property
    def files(self) -> dict[str, str]:
        """One digest for each category of files that a briefing may read, as `files_of` gives it."""
        return files_of(self._bench)

    def reason(self, job: Job, entry: Entry | None, folder: Path) -> str | None:
        """Why a target has to be made, None where what was published below `folder` is still fresh."""
        if entry is None:
            return "it was never built"
        if entry.result != "built":
            return "it failed last time"
        other = _other_parameters(job, entry)
        if other:
            return f"its parameter{'s' if len(other) > 1 else ''} {listed(other)} changed"
        missing = [name for name in job.formats if name not in entry.formats]
        if missing:
            return f"the format {missing[0]} is missing"
        inputs = self.inputs(job)
        changed = sorted(name for name in inputs.keys() | entry.inputs.keys() if inputs.get(name) != entry.inputs.get(name))
        changed = changed or [reads.said(question) for question in self._answered_otherwise(entry)]
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            return f"{changed[0]} changed{more}"
        return None if intact(folder / job.target, entry.outputs) else "what was published was changed or removed"

    def _answered_otherwise(self, entry: Entry) -> list[str]:
        moved = [category for category in CATEGORIES if not self.files.get(category) or self.files[category] != entry.files.get(category)]
        roots = {root for category in moved for root in _ASKED[category]}
        asked = {question: digest for question, digest in entry.reads.items() if question[2:].partition('"')[0] in roots}
        known = json.dumps([self._all, asked], sort_keys=True).encode()
        if asked and recalled(known, _ANSWERS) is None:
            otherwise = [question for question, digest in asked.items() if self._answer(question) != digest]
            if otherwise:
                return otherwise
            keep(known, _ANSWERS, True)
        return []

    @cached_property
    def _all(self) -> str:
        return self._bench.all_digest()

    def _answer(self, question: str) -> str:
        if question not in self._answers:
            try:
                self._answers[question] = self._bench.put_again(question)
            except SpfError:  # the inputs do not hold together: whoever makes the briefing will be told how
                self._answers[question] = reads.GONE
        return self._answers[question]

    @cached_property
    def _shared(self) -> dict[str, str]:
        said = {f"version of {name}": version for name, version in {**versions(), **self._typesetter}.items()}
        return {"code of the workbench": code_digest(), **said}

    @cached_property
    def _house(self) -> dict[str, str]:
        settings = self._bench.settings
        house = settings.templates / "house"
        return digests(settings.folder, [file for file in house.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")])


def _other_parameters(job: Job, entry: Entry) -> list[str]:
    """The parameters that are not what they were; those that only the words of the briefing tell where the notebook's are the same."""
    before = {name: value for name, value in entry.parameters.items() if name != "said"}
    said = entry.parameters.get("said", {})
    return _differing(job.parameters, before) or [name.lower() for name in _differing(job.said_parameters, said)]


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def files_of(bench: Workbench) -> dict[str, str]:
    """One digest for each category of files that a briefing may read; none for a category that holds confidential lines.

    While it is what it was, every question gets the answer that it got, and none has to be put again.
    """
    found = {category: bench.files_digest(category) for category in CATEGORIES}
    return {category: digest for category, digest in found.items() if digest}


@cache
def templates_of(templates: Path, name: str) -> tuple[Path, ...]:
    """A template with everything that it includes or imports, and so on; all templates where one is named by an expression."""
    found: dict[str, None] = {}
    due = [name]
    while due:
        here = due.pop()
        if here in found:
            continue
        found[here] = None
        path = templates / here
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        named = [match["name"] for match in _NAMED.finditer(text)]
        if len(named) < len(re.findall(r"<%-?\s*(?:include|import|from|extends)\b", text)):
            return tuple(sorted(file for file in templates.rglob("*.qmd") if file.is_file()))
        due += named
    return tuple(templates / here for here in sorted(found))
