"""A workbench that lives: what changed since a revision or an edition, what a source brings, and a second edition that tells it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from built_edition import Spf
from lxml import html

from spf_analysis import open_workbench
from spf_analysis.publishing.moment import moment_of
from spf_analysis.publishing.release import record_of, write
from spf_analysis.released import folder_of

pytestmark = pytest.mark.xdist_group("living")
SECOND = "  - {id: second, title: Second, date: 2027-02-01, year: 2026/27, previous: 2026-27-first}\n"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def commit(folder: Path) -> None:
    """Put a workbench under version control."""
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "first"],
    ):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)


@pytest.fixture(scope="module")
def released(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbench whose first edition was released with two of its briefings, and which has registered a second one."""
    folder = tmp_path_factory.mktemp("living") / "workbench"
    shutil.copytree(untouched, folder)
    bench = open_workbench(folder=folder)
    found = moment_of(bench, "first", ("QOC", "national-fund"), jobs=2)
    assert not found.unmade
    write(folder_of(bench.settings.evidence, bench.edition.id), record_of(bench, found).texts())
    with (folder / "evidence" / "editions.yaml").open("a") as file:
        file.write(SECOND)
    return folder


def test_a_second_edition_tells_what_changed_and_is_made_anew_when_the_record_changes(released: Path, tmp_path: Path, spf: Spf) -> None:
    folder = tmp_path / "workbench"
    shutil.copytree(released, folder)
    build = ("build", "QOC", "--formats", "html", "--typesetter", "embedded", "--json")
    assert spf(*build, cwd=folder).returncode == 0
    page = folder / "reports" / "second" / "QOC" / "briefing.html"
    assert "What changed since the last edition" not in page.read_text(encoding="utf-8")
    edit(folder / "evidence" / "claims" / "vcfse.yaml", "seldom recover their full cost", "rarely recover their full cost")
    done = spf(*build, cwd=folder)
    assert done.returncode == 0, done.stdout
    text = page.read_text(encoding="utf-8")
    assert "What changed since the last edition" in text
    assert "Reworded: NASP’s review says that small providers" in text.replace("&#8217;", "’").replace("'", "’")
    assert "Before that: NASP’s review says that small providers commissioned directly seldom" in text.replace("&#8217;", "’").replace(
        "'", "’"
    )
    index = html.fromstring((folder / "reports" / "second" / "index.html").read_bytes())
    assert [("seldom" in item.text_content(), "rarely" in item.text_content()) for item in index.iter("del", "ins")] == [
        (True, False),
        (False, True),
    ]
    assert "Evidence: 1 in 1 briefing." in index.text_content()
    plan = ("build", "QOC", "--formats", "html", "--typesetter", "embedded", "--plan", "--json")
    assert json.loads(spf(*plan, cwd=folder).stdout)["plan"][0]["reason"] is None
    edit(folder / "evidence" / "editions" / "2026-27-first" / "edition.yaml", "made_with:", "made_with:  ")
    assert json.loads(spf(*plan, cwd=folder).stdout)["plan"][0]["reason"] == "the released record changed"


def test_changes_since_the_released_edition(released: Path, tmp_path: Path, spf: Spf) -> None:
    folder, page = tmp_path / "workbench", tmp_path / "changes.html"
    shutil.copytree(released, folder)
    assert "Briefings that would read differently: 0 of 1." in spf("evidence", "changes", "--target", "QOC", cwd=folder).stdout
    edit(folder / "evidence" / "claims" / "vcfse.yaml", "level: low", "level: moderate")
    done = spf("evidence", "changes", "2026-27-first", "--target", "QOC", "--json", "--page", page, cwd=folder)
    assert done.returncode == 0, done.stdout
    said = json.loads(done.stdout)
    assert [(claim["claim"], claim["confidence"]) for claim in said["evidence"]["claims"]] == [("vcfse.capacity-limits", "gained")]
    (briefing,) = said["impact"]["briefings"]
    assert (briefing["target"], [item["id"] for item in briefing["differences"]]) == ("QOC", ["vcfse.capacity-limits"])
    assert "Now moderate confidence, before low confidence." in page.read_text(encoding="utf-8")


@pytest.mark.long
def test_changes_since_a_git_revision(workbench: Path, spf: Spf) -> None:
    commit(workbench)
    edit(workbench / "evidence" / "fund" / "residents.csv", "QOC,2026-04-01,2024-06-30,528407", "QOC,2026-04-01,2024-06-30,538407")
    done = spf("evidence", "changes", "HEAD", "--target", "QOC", "--json", cwd=workbench)
    assert done.returncode == 0, done.stdout
    said = json.loads(done.stdout)
    assert said["evidence"] == {"records": [], "claims": []}
    figures = {item["id"]: item for item in said["impact"]["briefings"][0]["differences"] if item["kind"] == "figure"}
    assert (figures["residents"]["before"], figures["residents"]["after"]) == ("528,407", "538,407")
    assert "local_investment_share" in figures


def test_what_a_source_brings_and_what_would_be_lost_without_it(untouched: Path, spf: Spf) -> None:
    done = spf("evidence", "impact", "power-to-change-2019", "--removed", "--target", "QOC", cwd=untouched)
    assert done.returncode == 0, done.stderr
    assert "vcfse.subsidy: Gone" in done.stdout
    assert "Gone: Community business leaders say that voluntary organisations end up giving help" in done.stdout


def test_what_cannot_be_compared_is_refused(untouched: Path, workbench: Path, spf: Spf) -> None:
    for arguments, code, said in (
        (("evidence", "changes"), 2, "no edition has been released yet"),
        (("evidence", "changes", "HEAD~99"), 2, "no released edition and no git revision of that name"),
        (("evidence", "impact", "power-to-chance-2019"), 12, "Did you mean 'power-to-change-2019'?"),
        (("evidence", "impact", "power-to-change-2019", "--target", "QZZ"), 13, "there is no area 'QZZ'"),
    ):
        done = spf(*arguments, cwd=untouched)
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    edit(workbench / "evidence" / "claims" / "vcfse.yaml", "level: low", "level: sure")
    done = spf("release", cwd=workbench)
    assert done.returncode == 12
    assert "vcfse.yaml" in done.stderr
    assert not (workbench / "evidence" / "editions" / "2026-27-first").exists()


@pytest.mark.long
def test_a_release_records_every_briefing_and_says_the_same_again(workbench: Path, spf: Spf) -> None:
    assert spf("release", "--json", cwd=workbench, timeout=900).returncode == 0
    folder = workbench / "evidence" / "editions" / "2026-27-first"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert sorted(before) == ["claims.yaml", "edition.yaml", "printed.csv", "records.csv"]
    assert sum(map(len, before.values())) < 500_000
    assert spf("check", cwd=workbench).returncode == 0
    refused = spf("release", cwd=workbench)
    assert (refused.returncode, "was released before" in refused.stderr) == (14, True)
    assert spf("release", "--again", cwd=workbench, timeout=900).returncode == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
