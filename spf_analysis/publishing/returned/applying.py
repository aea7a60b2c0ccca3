"""Making the changes that an editor accepted: in the record or the template line that a sentence comes from, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem, SpfError, UsageError
from spf_analysis.evidence.bibliography.record_editing import edited
from spf_analysis.publishing.manifest import write_atomically
from spf_analysis.publishing.returned.origins import RECORD, TEMPLATE, plain, rewritten
from spf_analysis.publishing.returned.review import COMMENT, SCHEMA
from spf_analysis.records import read_yaml

_ACTED_ON = ("<<", ">>", "<%", "%>", "<#", "{{", "[@", "](")
_LISTS = {"claim": "claims", "gap": "gaps", "contradiction": "contradictions", "source": "sources", "reading": "interpretations"}
_BY_HAND = {"reference": "a reference is corrected in the library, with its source"}


@dataclass(frozen=True)
class Applied:
    """What became of a review: the changes made, each with its file, and those that somebody has to make by hand, each with the reason."""

    made: tuple[str, ...]
    by_hand: tuple[str, ...]
    declined: int
    files: Mapping[Path, str]


def apply(review: Path, workbench: Path) -> Applied:
    """Work out what an editor's decisions change; `write` puts it in place.

    Raises UsageError with every entry that is undecided, not understood, or accepts what is refused.
    """
    content = read_yaml(review, "usage").content
    entries = content.get("remarks") if isinstance(content, dict) and content.get("schema") == SCHEMA else None
    if not isinstance(entries, list):
        raise UsageError("the file is no review of a returned briefing", where=review.name, hint="Name the file that 'spf returned' wrote.")
    problems = [problem for entry in entries for problem in _problems(entry, review)]
    if problems:
        raise UsageError(problems)
    made, by_hand, files = [], [], dict[Path, str]()
    accepted = [entry for entry in entries if entry.get("accept") is True]
    for entry in accepted:
        path, text = _changed(entry, workbench, files)
        if path is None:
            by_hand.append(f"remark {entry['number']}, {entry['comes_from']['said']}: {text}")
        else:
            files[path] = text
            made.append(f"remark {entry['number']}: {entry['comes_from']['said']}")
    return Applied(tuple(made), tuple(by_hand), sum(entry.get("accept") is False for entry in entries), files)


def write(applied: Applied) -> None:
    """Put the changed files in place, each as a whole."""
    for path, text in applied.files.items():
        write_atomically(path, text.encode())


def _problems(entry: Any, review: Path) -> Iterator[Problem]:
    if not isinstance(entry, dict) or not isinstance(entry.get("comes_from"), dict) or "number" not in entry:
        yield Problem("usage", review.name, "an entry is not as it was written", "Write only 'yes' or 'no' after 'accept:'.")
        return
    decision = {"yes": True, "no": False}.get(str(entry.get("accept")).lower(), entry.get("accept"))
    entry["accept"] = decision
    where = f"{review.name}, remark {entry['number']}"
    if entry.get("refused") and decision is True:
        yield Problem("usage", where, f"a refused change is accepted: {entry['refused']}", "Take 'accept: yes' out.")
    elif entry.get("kind") != COMMENT and not entry.get("refused") and not isinstance(decision, bool):
        yield Problem("usage", where, "the change is not decided", "Write 'accept: yes' or 'accept: no'.")


def _changed(entry: Mapping[str, Any], workbench: Path, files: Mapping[Path, str]) -> tuple[Path | None, str]:
    """The file that a change is made in with its new text, or None with the reason why it has to be made by hand."""
    origin, before, after = entry["comes_from"], str(entry.get("before", "")), str(entry.get("after", ""))
    if origin["kind"] not in (RECORD, TEMPLATE) or not origin.get("file"):
        return None, "where it comes from is not known"
    path = workbench / origin["file"]
    try:
        text = files.get(path) or path.read_text(encoding="utf-8")
    except OSError as error:
        return None, f"the file cannot be read ({error.strerror})"
    new = rewritten(str(origin.get("text", "")), before, after)
    if new is None:
        return None, "the sentence is put together from parts; change what stands there yourself"
    if origin["kind"] == TEMPLATE:
        return _in_template(path, text, str(origin["text"]), new)
    return _in_record(path, text, origin, new)


def _in_template(path: Path, text: str, held: str, new: str) -> tuple[Path | None, str]:
    if text.count(held) != 1:
        return None, "the line stands there more than once, or no longer"
    if [mark for mark in _ACTED_ON if new.count(mark) != held.count(mark)]:
        return None, "the new text holds marks that a template would act on"
    return path, text.replace(held, new)


def _in_record(path: Path, text: str, origin: Mapping[str, Any], new: str) -> tuple[Path | None, str]:
    field, held, noun = str(origin.get("field", "")), str(origin.get("text", "")), str(origin.get("noun"))
    if noun not in _LISTS:
        return None, _BY_HAND.get(noun, f"a {noun} describes what its findings report: change it with them")
    if not new.strip(" ."):
        return None, f"nothing would be left of it: take the {noun} out of its file, and out of where it is printed"

    def change(record: Any) -> None:
        _setter(record, field, held)(new)

    try:
        return path, edited(text, _LISTS[noun], {str(origin.get("record")): change})
    except (SpfError, KeyError, LookupError) as error:
        return None, f"the record has to be changed by hand ({error})"


def _setter(record: Any, field: str, held: str) -> Callable[[str], None]:
    """What sets the text of a record's field. Raises LookupError where the field does not hold the text that was printed."""
    chosen = [record["chosen"]] if field == "text" and isinstance(record.get("chosen"), Mapping) else []
    for holder in (record, *(record.get("sides") or ()), *chosen, *(record.get("alternatives") or ())):
        if field in holder and plain(str(holder[field])) == plain(held):
            return partial(holder.__setitem__, field)
    raise LookupError(f"'{field}' no longer reads as it was printed")
