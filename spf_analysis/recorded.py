"""Stand-ins for the evidence base and the Fund that note what is asked of them, and a briefing that says what was read for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, TypeVar

from spf_analysis.briefing import Briefing
from spf_analysis.context import BriefingContext
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Claim, Finding, Gap
from spf_analysis.reads import RECORDS, Reads, UnsayableError, call_of, question_of

T = TypeVar("T")
_WITHIN = frozenset({"areas", "footprints", "ledger", "rulebook", "tables"})


class RecordedBriefing(Briefing):
    """A briefing whose context says what was read for it."""

    def __init__(self, *, reads: Reads, **fields: Any) -> None:
        super().__init__(**fields)
        self._reads = reads

    @property
    def context(self) -> BriefingContext:
        return BriefingContext({**super().context.data, "reads": self._reads.digests()})


class Recorded:
    """Stands in for the Fund, or one of its parts, and notes what is asked of it and what it answers."""

    def __init__(self, inner: Any, reads: Reads, *parts: Any) -> None:
        self._inner, self._noted, self._parts = inner, reads, parts

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name.startswith("_"):
            return found
        if callable(found):
            return self._answering(name, found)
        if name in _WITHIN:
            return Recorded(found, self._noted, *self._parts, name)
        return self._noted.note(question_of(*self._parts, name), found)

    def __repr__(self) -> str:
        return repr(self._inner)

    def _answering(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def asked(*arguments: Any, **named: Any) -> Any:
            answer = method(*arguments, **named)
            try:
                parts = (*self._parts, call_of(name, arguments, named))
            except UnsayableError:
                self._noted.note(question_of(*self._parts), self._inner)
                return answer
            if type(answer) is type(self._inner):
                return Recorded(answer, self._noted, *parts)
            return self._noted.note(question_of(*parts), answer)

        return asked


class _Records(Mapping[str, T]):
    """A mapping of records that notes each look-up by its key, and a walk through all of it as one question."""

    def __init__(self, noun: str, records: Mapping[str, T], reads: Reads) -> None:
        self._noun, self._records, self._reads = noun, records, reads
        self._name = RECORDS[noun].replace("_", " ")

    def __getitem__(self, key: str) -> T:
        question = question_of("evidence", (self._noun, key))
        if key not in self._records:
            self._reads.note(question, None)
            raise KeyError(key)
        return self._reads.note(question, self._records[key])

    def __contains__(self, key: object) -> bool:
        return self._reads.note(question_of("evidence", (f"name of {self._noun}", str(key))), key in self._records)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def items(self) -> Any:
        return self._all().items()

    def values(self) -> Any:
        return self._all().values()

    def _all(self) -> Mapping[str, T]:
        return self._reads.note(question_of("evidence", (f"list of {self._name}",)), self._records)


class RecordedEvidence(EvidenceBase):
    """The evidence base with every look-up noted by its key, and every query by its argument."""

    def __init__(self, inner: EvidenceBase, reads: Reads) -> None:
        fields = {field.name: getattr(inner, field.name) for field in dataclasses.fields(inner)}
        wrapped = {name: _Records(noun, fields[name], reads) for noun, name in RECORDS.items() if name in fields}
        super().__init__(**{**fields, **wrapped})
        object.__setattr__(self, "_inner", inner)
        object.__setattr__(self, "_noted", reads)
        self.__dict__["codes"] = _Records("code", inner.codes, reads)

    def _query(self, name: str, argument: str) -> Any:
        answer = getattr(self._inner, name)(argument)  # type: ignore[attr-defined]
        return self._noted.note(question_of("evidence", (name, argument)), answer)  # type: ignore[attr-defined]

    def claims_in(self, section: str) -> tuple[Claim, ...]:
        """As in the evidence base; so are the queries below."""
        found: tuple[Claim, ...] = self._query("claims_in", section)
        return found

    def findings_of(self, source: str) -> tuple[Finding, ...]:
        found: tuple[Finding, ...] = self._query("findings_of", source)
        return found

    def findings_with(self, code: str) -> tuple[Finding, ...]:
        found: tuple[Finding, ...] = self._query("findings_with", code)
        return found

    def findings_about(self, case_study: str) -> tuple[Finding, ...]:
        found: tuple[Finding, ...] = self._query("findings_about", case_study)
        return found

    def gaps_limiting(self, claim: str) -> tuple[Gap, ...]:
        found: tuple[Gap, ...] = self._query("gaps_limiting", claim)
        return found
