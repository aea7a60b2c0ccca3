"""The walk-through of CONTRIBUTING.md is performed as it stands there: from a study in Zotero to a changed sentence in a briefing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from built_edition import Spf
from zotero_server import KEY, ZoteroServer, serving

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"(?:<!-- walk: (?P<what>[^\n]*?) -->\n)?```(?P<kind>\w*)\n(?P<body>.*?)```", re.DOTALL)
SENTENCE = "a survey of walking groups reports it of fees by the walk"
TEXTS_ELSEWHERE = 11  # the other source texts are not in the folder of the example
RELEASE = "spf release"


@dataclass(frozen=True)
class Step:
    """A block of the walk-through: commands, or a file that is written or changed."""

    what: str
    kind: str
    body: str


def steps() -> list[Step]:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("<!-- walk: begin")[2].partition("<!-- walk: end -->")[0]
    return [Step(found["what"] or "", found["kind"], found["body"]) for found in STEP.finditer(section)]


def change(path: Path, diff: str) -> None:
    """Apply a difference as the document shows it: lines that stay, go and come."""
    old = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[:1] in (" ", "-"))
    new = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[:1] in (" ", "+"))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, path.name
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def zotero(workbench: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoteroServer]:
    """A group library with the study, the text of which the document gives."""
    settings = workbench / "spf.toml"
    settings.write_text(f'{settings.read_text()}\n[zotero]\nlibrary_type = "group"\nlibrary_id = "4242"\n')
    with serving(ZoteroServer()) as library:
        monkeypatch.setenv("ZOTERO_API_URL", library.url)
        monkeypatch.setenv("ZOTERO_API_KEY", KEY)
        library.put("STUDY001", "What walking groups are paid", issued={"date-parts": [[2024]]})
        library.put("FILE0001", "text", item_type="attachment", parent="STUDY001")
        library.texts = {"FILE0001": (library.version, next(step.body for step in steps() if step.what == "text"))}
        yield library


def perform(step: Step, workbench: Path, spf: Spf) -> None:
    verb, _, file = step.what.partition(" ")
    if verb == "write":
        (workbench / file).write_text(step.body, encoding="utf-8")
    elif verb == "change":
        change(workbench / file, step.body)
    for command in step.body.splitlines() if step.kind == "sh" else ():
        if command != RELEASE:
            done = spf(*shlex.split(command)[1:], cwd=workbench)
            allowed = {0, TEXTS_ELSEWHERE} if "verify" in command else {0}
            assert done.returncode in allowed, f"{command}\n{done.stdout}{done.stderr}"


def commands() -> list[str]:
    return [line for step in steps() if step.kind == "sh" for line in step.body.splitlines()]


def test_the_walk_through_goes_all_the_way() -> None:
    words = [" ".join(command.split()[1:3]) for command in commands()]
    assert [word for word in words if not word.endswith("release")] == [
        "library sync", "library sync", "evidence verify", "check", "evidence impact", "build national-evidence",
    ]  # fmt: skip
    assert commands()[-1] == RELEASE


@pytest.mark.usefixtures("zotero")
def test_a_study_from_zotero_changes_a_sentence_of_a_briefing(workbench: Path, spf: Spf) -> None:
    for step in steps():
        perform(step, workbench, spf)
    page = next((workbench / "reports").rglob("national-evidence/briefing.html")).read_text(encoding="utf-8")
    assert SENTENCE in re.sub(r"\s+", " ", page)
    assert "What walking groups are paid" in page
    told = (workbench.parent / "impact.html").read_text(encoding="utf-8")
    assert "pier-2024" in told
    assert SENTENCE in re.sub(r"\s+", " ", told)


@pytest.mark.long
@pytest.mark.usefixtures("zotero")
def test_the_edition_is_released_at_the_end(workbench: Path, spf: Spf) -> None:
    for step in steps()[:-3]:
        if "impact" not in step.body:
            perform(step, workbench, spf)
    done = spf(*RELEASE.split()[1:], cwd=workbench, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    record: Any = "".join(path.read_text(encoding="utf-8") for path in (workbench / "evidence" / "editions").rglob("*.csv"))
    assert "pier-2024" in record
