"""Expressions of effect in a sentence, and whether the sentence itself takes them back.

Word lists, not grammar: a clause is searched for the forms in `effect_verbs.yaml`, and a form counts unless it is hedged
("may reduce"), reported ("the review argues that it reduces"), left open ("whether it reduces"), a purpose ("to reduce"), a noun
("an increase in") or an adjective ("reduced funding"). In doubt it counts: a reasoned exception can be given, silence cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from spf_analysis.errors import EvidenceError
from spf_analysis.records import read_yaml

Strength = Literal["effect", "association", "sequence"]
_TOKEN = re.compile(r"[\w£%'’-]+(?:[.,]\d+)*|[.,;:!?()—]")
_STOPS = frozenset(".;:!?()—")
_JOINS = frozenset({"and", "but", "so", "yet", "while", "whereas"})
_REACH = 5


@dataclass(frozen=True)
class Expression:
    """Words that state an effect, an association or a sequence."""

    words: str
    strength: Strength


@dataclass(frozen=True)
class _Form:
    words: tuple[str, ...]
    strength: Strength
    bare: bool = False
    compounds: bool = False
    changes: bool = False
    predicate: bool = False
    not_before: frozenset[str] = frozenset()
    tail: tuple[str, ...] = ()

    def end(self, words: list[str], at: int) -> int | None:
        """Where the form ends that begins at a place of a clause; `None` where it does not stand there."""
        end = at + len(self.words)
        if tuple(words[at:end]) != self.words:
            return None
        if not self.tail:
            return end
        reach = words[end : end + _REACH + len(self.tail)]
        apart = next(_places(reach, self.tail), None)
        return None if apart is None or "," in reach[:apart] else end + apart + len(self.tail)


@dataclass(frozen=True)
class _Words:
    starting: dict[str, tuple[_Form, ...]]
    lists: dict[str, frozenset[str]]
    phrases: dict[str, tuple[tuple[str, ...], ...]]


def expressions(text: str) -> tuple[Expression, ...]:
    """The expressions of a text that stand as statements of its own, in order, overlapping ones once."""
    if _words().starting.keys().isdisjoint(_TOKEN.findall(text.casefold())):
        return ()
    return tuple(found for clause, asked in _clauses(text) if not asked for found in _in_clause(clause))


def _in_clause(clause: list[str]) -> Iterator[Expression]:
    lowered = [word.casefold() for word in clause]
    starting = _words().starting
    at = 0
    while at < len(lowered):
        ends = ((form, form.end(lowered, at)) for form in starting.get(lowered[at], ()))
        form, end = next(((form, end) for form, end in ends if end is not None), (None, at + 1))
        if form is None:
            at = end
            continue
        strength = _strength(form, lowered[:at], lowered[end:])
        if strength and not _taken_back(form, lowered[:at], lowered[end:]):
            yield Expression(" ".join(clause[at:end]), strength)
        at = end


def _strength(form: _Form, before: list[str], after: list[str]) -> Strength | None:
    lists, following, preceding = _words().lists, after[0] if after else "", before[-1] if before else ""
    if form.predicate:
        return form.strength if any(word in lists["copulas"] for word in before[-2:]) else None
    noun = (form.bare and preceding in lists["determiners"]) or (form.compounds and preceding in lists["compounds"])
    if noun or following in form.not_before:
        return None
    if form.words[0].endswith("ing"):
        return form.strength if preceding in lists["before_gerund"] else None
    intransitive = not following or following in lists["prepositions"] or following == ","
    if form.changes and intransitive and following != "by":
        return "sequence"
    if (
        form.words[0].endswith("ed")
        and len(form.words) == 1
        and not intransitive
        and (not before or preceding in lists["adjective_after"] - {"and", "or"})
    ):
        return None
    return form.strength


def _taken_back(form: _Form, before: list[str], after: list[str]) -> bool:
    return _modal(form, before) or _purpose(before) or _reported(before, after) or _open(before, after)


def _modal(form: _Form, before: list[str]) -> bool:
    lists = _words().lists
    for distance, word in enumerate(reversed(before)):
        if word in lists["modals"]:
            return True
        if word not in lists["between"] and not word.endswith("ly"):
            base_form = not form.words[0].endswith(("s", "ed"))
            joined = distance == 0 and word in {"and", "or", ","}
            return base_form and joined and any(earlier in lists["modals"] | {"to"} for earlier in before)
    return False


def _purpose(before: list[str]) -> bool:
    rest = [word for word in before[-4:] if not word.endswith("ly") and word not in {"also", "both", "further"}]
    return bool(rest) and rest[-1] == "to" and not (len(rest) > 1 and rest[-2] in _words().lists["assertive"])


def _reported(before: list[str], after: list[str]) -> bool:
    if _holds(before + after, (("according", "to"), ("in", "the", "view", "of"))):
        return True
    articles = _words().lists["determiners"] & {"a", "an", "the", "their", "its", "this", "these", "any", "no"}
    for phrase in _words().phrases["reporting"]:
        for at in _places(before, phrase):
            adjective = at > 0 and before[at - 1] in articles and before[at + 1 : at + 2] != ["that"]
            if not adjective:
                return True
    return False


def _open(before: list[str], after: list[str]) -> bool:
    return _holds(before, _words().phrases["open"]) or _holds(
        after, tuple(phrase for phrase in _words().phrases["open"] if phrase not in _BEFORE_ONLY)
    )


_BEFORE_ONLY = frozenset({("whether",), ("if",), ("what",), ("how", "far"), ("how", "much"), ("how", "well"), ("none", "of")})


def _holds(words: list[str], phrases: Sequence[tuple[str, ...]]) -> bool:
    return any(True for phrase in phrases for _ in _places(words, phrase))


def _places(words: list[str], phrase: tuple[str, ...]) -> Iterator[int]:
    for at in range(len(words) - len(phrase) + 1):
        if tuple(words[at : at + len(phrase)]) == phrase:
            yield at


def _clauses(text: str) -> Iterator[tuple[list[str], bool]]:
    """The clauses of a text as words and commas, and whether each ends in a question mark."""
    clause: list[str] = []
    tokens = _TOKEN.findall(text)
    for at, token in enumerate(tokens):
        if token in _STOPS:
            yield clause, token == "?"
            clause = []
        elif token.casefold() in _JOINS and clause[-1:] == [","] and not _carries_on(tokens[at + 1 : at + 2]):
            yield clause, False
            clause = []
        else:
            clause.append(token)
    yield clause, False


def _carries_on(following: list[str]) -> bool:
    """Whether what follows "and" shares the subject before it: "felt that it spread risk, and reduced …"; "…, and that …"."""
    word = following[0].casefold() if following else ""
    return word == "that" or word in _words().starting


@cache
def _words() -> _Words:
    path = Path(__file__).with_name("effect_verbs.yaml")
    content = read_yaml(path, EvidenceError.kind).content
    lists = {name: frozenset(value) for name, value in content.items() if isinstance(value, list) and name != "effects"}
    phrases = {name: tuple(tuple(item.split()) for item in content[name]) for name in ("reporting", "open")}
    starting: dict[str, tuple[_Form, ...]] = {}
    for form in sorted(_forms(content), key=lambda form: -len(form.words)):
        starting[form.words[0]] = (*starting.get(form.words[0], ()), form)
    return _Words(starting, lists, phrases)


def _forms(content: dict[str, Any]) -> Iterator[_Form]:
    for entry in content["effects"]:
        for form in entry["forms"]:
            marks = {mark: bool(entry.get(mark)) for mark in ("bare", "compounds", "changes")}
            head, _, tail = form.partition("…")
            yield _Form(tuple(head.split()), "effect", **marks, not_before=frozenset(entry.get("not_before", ())), tail=tuple(tail.split()))
    for word in content["predicates"]:
        yield _Form((word,), "effect", predicate=True)
    for phrase in content["associations"]:
        yield _Form(tuple(phrase.split()), "association")
    for phrase in content["sequences"]:
        yield _Form(tuple(phrase.split()), "sequence")
