"""The coding frame that ships is defined in full, so that a second person can code with it."""

from __future__ import annotations

import re
from pathlib import Path

from spf_analysis.evidence.reading import read_evidence

TEXTS = ("label", "definition", "include", "exclude", "example")
NAMED = re.compile(r"(?<![\w.-])([a-z][a-z-]*\.[a-z][a-z-]+)")


def test_every_code_has_label_definition_include_exclude_and_example(root: Path) -> None:
    codes = read_evidence(root / "evidence").codes
    assert [(code.id, name) for code in codes.values() for name in TEXTS if not getattr(code, name)] == []


def test_every_code_that_another_names_is_there(root: Path) -> None:
    base = read_evidence(root / "evidence")
    texts = [(code.id, text) for code in base.codes.values() for text in (code.include, code.exclude, code.definition) if text]
    assert [(key, name) for key, text in texts for name in NAMED.findall(text) if name not in base.codes] == []


def test_the_history_ends_at_the_version_of_today(root: Path) -> None:
    frame = read_evidence(root / "evidence").frame
    assert frame is not None
    assert [change.version for change in frame.history] == sorted({change.version for change in frame.history})
    assert frame.history[-1].date == frame.date
