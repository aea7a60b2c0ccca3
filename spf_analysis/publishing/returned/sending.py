"""The briefing as it was sent, so that edits that were not tracked can be found: the published Word file, or the same text made once more.

What came back is compared with the very text that went out and with no other, since a newer one would show what we changed as theirs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.errors import SpfError, TypesettingError, UsageError
from spf_analysis.publishing import charts, rendering
from spf_analysis.publishing.contexts import contexts_of
from spf_analysis.publishing.edition import targets_of
from spf_analysis.publishing.returned.document import Returned
from spf_analysis.publishing.returned.reading import read_returned
from spf_analysis.publishing.target import write_json
from spf_analysis.publishing.typeset import choose
from spf_analysis.workbench import Workbench


@dataclass(frozen=True)
class Sent:
    """The context that a briefing was made of, and the Word file that was sent; without one where that text is no longer at hand."""

    context: dict[str, Any]
    word: Returned | None


def sent_as(bench: Workbench, target: str, came_back: Returned, published: Path | None = None) -> Sent:
    """What was sent to whoever sent this back. Looked for in `reports/`, in the file named, and in what would be made now.

    Raises UsageError where the file named is of another text, and what the notebook told where none can be made.
    """
    for word, path in _published(bench, target, published):
        if same_text(word, came_back):
            return Sent(_context_beside(path) or present(bench, target), word)
    if published is not None:
        hint = "Name the Word file that was sent out, as it was."
        raise UsageError("what came back was not made from this file", where=published.name, hint=hint)
    context = present(bench, target)
    made = _made(bench, context)
    return Sent(context, made if same_text(made, came_back) else None)


def same_text(one: Returned, other: Returned) -> bool:
    """Whether two Word files were made of the same text: by fingerprint, or by edition where a word processor lost that."""
    if one.fingerprint and other.fingerprint:
        return one.fingerprint == other.fingerprint
    return bool(one.footer) and one.footer == other.footer


def _published(bench: Workbench, target: str, named: Path | None) -> Iterator[tuple[Returned, Path]]:
    if named is not None:
        yield read_returned(named), named
        return
    for path in sorted(bench.settings.reports.glob(f"*/{target}/*briefing.docx")):
        try:
            yield read_returned(path), path
        except TypesettingError:
            continue  # a broken file of ours is told when it is built anew


def _context_beside(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.with_name(path.name.replace("briefing.docx", "context.json")).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def present(bench: Workbench, target: str) -> dict[str, Any]:
    """The context as the notebook tells it now."""
    found = contexts_of(bench, [target])
    if target not in found.by_target:
        raise SpfError(found.problems[target])
    return found.by_target[target]


def template_of(bench: Workbench, context: Mapping[str, Any]) -> str:
    """The template that a briefing of this context is made with."""
    return bench.settings.briefings[context["kind"]].template


def _made(bench: Workbench, context: dict[str, Any]) -> Returned:
    """The Word file that the embedded typesetter makes of a context, read as a returned one is."""
    house = bench.settings.templates / "house"
    with tempfile.TemporaryDirectory(prefix="spf-") as folder:
        draft = Path(folder)
        charts.write_charts(context["exhibits"], draft, house / "fonts")
        write_json(draft / "references.json", context["references"])
        text = rendering.render(template_of(bench, context), context, bench.settings.templates)
        (draft / "briefing.qmd").write_text(text, encoding="utf-8")
        return read_returned(choose("embedded", house=house).typeset(draft, ("docx",))["docx"])


def target_of(bench: Workbench, came_back: Returned) -> str:
    """Which briefing a file was made as: the last of its keywords that names one, however a word processor joined them.

    Raises TypesettingError where none does.
    """
    known = {*targets_of(bench), *(folder.name for folder in bench.settings.reports.glob("*/*") if folder.is_dir())}
    words = came_back.keywords.replace(",", " ").replace(";", " ").split()
    target = next((word for word in reversed(words) if word in known), None)
    if target is None:
        said = f"its keywords are '{came_back.keywords}'" if came_back.keywords else "it has no keywords"
        hint = "Name the briefing with --target, such as --target QOC, if the file is one that this workbench made."
        raise TypesettingError(f"the file does not say which briefing it is: {said}", where=came_back.name, hint=hint)
    return target
