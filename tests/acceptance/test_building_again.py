"""Building again: what is fresh stays, what changed is named and made anew, and the same inputs give the same bytes anywhere."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from built_edition import AREAS, NATIONAL, TARGETS, Edition, Spf

from spf_analysis.fund.ledger_reading import CONTRIBUTIONS
from spf_analysis.publishing.edition import FORMATS, open_edition, plan
from spf_analysis.workbench import Workbench

EMBEDDED = ("--typesetter", "embedded")
FINDING = ("cordis-bright-2019.yaml", "Social prescribing has no one agreed definition")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def reasons(spf: Spf, workbench: Path, out: Path, *more: str) -> dict[str, str | None]:
    """What `spf build --plan` says of every target: why it would be made, or None where it is fresh."""
    done = spf("build", *TARGETS, *EMBEDDED, "--out", out, "--plan", "--json", *more, cwd=workbench)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)["plan"]
    assert all(item["build"] == (item["reason"] is not None) for item in plan)
    return {item["target"]: item["reason"] for item in plan}


def test_a_second_build_makes_nothing_and_changes_no_byte(edition: Edition, spf: Spf) -> None:
    before = contents(edition.folder)
    times = {name: (edition.folder / name).stat().st_mtime_ns for name in before if name.startswith(TARGETS)}
    done = spf("build", *TARGETS, *EMBEDDED, "--out", edition.folder.parent, cwd=edition.workbench)
    assert done.returncode == 0
    assert "No briefings built, 5 still fresh, 0 failed." in done.stdout
    assert contents(edition.folder) == before
    assert times == {name: (edition.folder / name).stat().st_mtime_ns for name in times}


def test_a_folder_that_was_deleted_is_linked_no_more_once_anything_is_built(edition: Edition, tmp_path: Path, spf: Spf) -> None:
    folder = Path(shutil.copytree(edition.folder, tmp_path / edition.folder.name))
    shutil.rmtree(folder / "QKK")
    done = spf("build", "QOC", *EMBEDDED, "--out", tmp_path, cwd=edition.workbench)
    assert "No briefings built, 1 still fresh" in done.stdout
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="QKK/' not in index
    assert "<code>spf build QKK</code>" in index
    assert 'href="QOC/briefing.html"' in index


def add_a_line(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.fixture
def workbench(edition: Edition, tmp_path: Path) -> Path:
    """A copy of the workbench that the edition was built in."""
    return Path(shutil.copytree(edition.workbench, tmp_path / "workbench"))


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ("templates/parts/status.qmd", (*AREAS, "national-fund")),
        ("templates/house/house.css", TARGETS),
        ("templates/national_evidence.qmd", ("national-evidence",)),
        ("notebooks/national_fund.ipynb", ("national-fund",)),
        ("notebooks/area_briefing.ipynb", tuple(AREAS)),
        ("evidence/findings/cordis-bright-2019.yaml", ()),
        ("evidence/fund/README.md", ()),
    ],
)
def test_a_changed_file_is_named_and_only_what_rests_on_it_is_due(
    changed: str, due: tuple[str, ...], edition: Edition, workbench: Path, spf: Spf
) -> None:
    add_a_line(workbench / changed)
    found = reasons(spf, workbench, edition.folder.parent)
    assert {target for target, reason in found.items() if reason == f"{changed} changed"} == set(due)
    assert {target for target, reason in found.items() if reason is None} == set(TARGETS) - set(due)


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def a_finding(workbench: Path) -> None:
    """The statement of a finding on which a claim of the national briefing rests, and none of an area's."""
    edited(workbench / "evidence" / "findings" / FINDING[0], FINDING[1], f"{FINDING[1]} indeed")


def a_case_study(workbench: Path) -> None:
    """A case study that is among the nearest of one area only."""
    path = workbench / "evidence" / "case_studies" / "shropshire.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("summary: ", "summary: In short, ", 1), encoding="utf-8")


def a_decision(workbench: Path) -> None:
    """The recorded decision of one area's partners."""
    path = workbench / "evidence" / "fund" / "ledger" / "participation.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    line = {"area": "QOC", "takes_part": "no", "date": "2026-10-01", "recorded_by": "the partnership", "source": "spf-draft-2024"}
    line |= {"locator": "paragraph 28"}
    path.write_text("\n".join([",".join(header), ",".join(line.get(name, "") for name in header), ""]), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "due", "because"),
    [
        (a_finding, {"national-evidence"}, "the finding '"),
        (a_case_study, {"QOC", "national-evidence"}, "the case study 'shropshire'"),
        (a_decision, {"QOC", "national-fund"}, "the position (QOC)"),
    ],
)
def test_a_changed_record_makes_its_readers_due_and_no_others(
    change: Callable[[Path], None], due: set[str], because: str, edition: Edition, workbench: Path, spf: Spf
) -> None:
    change(workbench)
    found = reasons(spf, workbench, edition.folder.parent)
    assert {target for target, reason in found.items() if reason} == due
    assert any(because in (reason or "") for reason in found.values()), found


def test_a_copied_workbench_is_as_fresh_as_the_first(edition: Edition, workbench: Path, spf: Spf) -> None:
    assert set(reasons(spf, workbench, edition.folder.parent).values()) == {None}


def test_what_was_published_and_then_changed_or_removed_is_due(edition: Edition, workbench: Path, spf: Spf, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(edition.folder, out / edition.folder.name)
    (out / edition.folder.name / "QOC" / "briefing.pdf").unlink()
    add_a_line(out / edition.folder.name / "national-fund" / "briefing.html")
    found = reasons(spf, workbench, out)
    due = {target for target, reason in found.items() if reason}
    assert due == {"QOC", "national-fund"}
    assert found["QOC"] == "what was published was changed or removed"


def test_another_date_of_the_edition_is_another_briefing(edition: Edition, workbench: Path, spf: Spf) -> None:
    register = workbench / "evidence" / "editions.yaml"
    register.write_text(register.read_text().replace("2026-11-21", "2026-11-22"))
    assert set(reasons(spf, workbench, edition.folder.parent).values()) == {"its parameter edition changed"}


def test_another_format_is_due(edition: Edition, workbench: Path, spf: Spf) -> None:
    assert set(reasons(spf, workbench, edition.folder.parent, "--formats", "html,pdf").values()) == {None}


def test_the_same_bytes_from_read_only_sources_in_another_folder_with_one_job(
    edition: Edition, tmp_path: Path, workbench: Path, spf: Spf
) -> None:
    elsewhere = tmp_path / "a folder with spaces & more" / "elsewhere"
    elsewhere.parent.mkdir()
    workbench.rename(elsewhere)
    for path in (elsewhere, *elsewhere.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    before = {path: path.stat().st_mtime_ns for path in (elsewhere, *elsewhere.rglob("*"))}
    done = spf("build", *TARGETS, *EMBEDDED, "--jobs", "1", "--out", tmp_path / "out", cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in (elsewhere, *elsewhere.rglob("*"))} == before
    ours, theirs = contents(tmp_path / "out" / edition.folder.name), contents(edition.folder)
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    for path in (elsewhere, *elsewhere.rglob("*")):
        path.chmod(path.stat().st_mode | 0o700)


def test_a_changed_finding_makes_a_briefing_anew_and_leaves_the_others(edition: Edition, workbench: Path, spf: Spf, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(edition.folder, out / edition.folder.name)
    before = contents(out / edition.folder.name)
    notebook = workbench / "notebooks" / "national_fund.ipynb"
    notebook.write_text(notebook.read_text().replace("England at a glance", "England in a few numbers"))
    done = spf("build", *TARGETS, *EMBEDDED, "--out", out, "--json", cwd=workbench)
    said = json.loads(done.stdout)
    assert said["built"] == ["national-fund"]
    assert sorted(said["fresh"]) == sorted(set(TARGETS) - {"national-fund"})
    after = contents(out / edition.folder.name)
    changed = {name.partition("/")[0] for name in after if after[name] != before.get(name)}
    assert changed <= {"national-fund", "manifest.json"}
    assert b"England in a few numbers" in after["national-fund/audit.html"]
    assert set(NATIONAL) <= set(said["fresh"]) | set(said["built"])


def confide(workbench: Path, amount: str) -> None:
    """Record one confidential line for an area that no briefing of the edition is about."""
    line = {"id": "quiet-1", "area": "QRL", "contributor": "Meadow Trust", "source_type": "employers_philanthropists", "year": "2026/27"}
    line |= {"amount": amount, "status": "committed", "date": "2026-06-01", "brokered": "no", "may_be_named": "no", "confidential": "yes"}
    line |= {"source": "spf-draft-2024", "locator": "para 20"}
    apart = workbench / "evidence" / "fund" / "ledger" / "confidential"
    apart.mkdir(exist_ok=True)
    with (apart / "contributions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, CONTRIBUTIONS)
        writer.writeheader()
        writer.writerow(line)


def test_beside_confidential_lines_questions_are_put_once(
    edition: Edition, workbench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPF_CACHE", str(tmp_path / "cache"))
    put: list[str] = []
    answer = Workbench.put_again
    monkeypatch.setattr(Workbench, "put_again", lambda self, question: put.append(question) or answer(self, question))

    def asked() -> bool:
        put.clear()
        planned = plan(open_edition(None, workbench), list(AREAS), FORMATS, "embedded", edition.folder.parent)
        assert {item.reason for item in planned} == {None}
        return bool(put)

    confide(workbench, "23456.50")
    assert [asked(), asked()] == [True, False]
    confide(workbench, "33456.50")
    assert [asked(), asked()] == [True, False]
    assert b"23456" not in b"".join(file.read_bytes() for file in (tmp_path / "cache").iterdir())
