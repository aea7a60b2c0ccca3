"""`spf library` as people use it: a Zotero library on this computer, ugly files, duplicates, and numbers of a screening."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from zotero_server import KEY, READ_ONLY, ZoteroServer, serving

from spf_analysis.__main__ import run

SAMPLES = Path(__file__).parents[1] / "samples" / "library"
CODED = "cordis-bright-2019"


@pytest.fixture
def zotero(workbench: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoteroServer]:
    """A group library that the workbench follows."""
    settings = workbench / "spf.toml"
    settings.write_text(settings.read_text() + '\n[zotero]\nlibrary_type = "group"\nlibrary_id = "4242"\n')
    with serving(ZoteroServer(page=3)) as library:
        monkeypatch.setenv("ZOTERO_API_URL", library.url)
        monkeypatch.setenv("ZOTERO_API_KEY", KEY)
        library.put("ITEM0001", "What works in social prescribing?", author=[{"literal": "Cordis Bright"}], issued={"date-parts": [[2019]]})
        for number in range(4):
            library.put(f"ITEM001{number}", f"A walking study in place {number}", issued={"date-parts": [[2024]]})
        yield library


@pytest.fixture
def told(workbench: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in this process with --json and returns what it tells."""

    def command(*arguments: object, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        found = run(["--workbench", str(workbench), *(str(argument) for argument in arguments), "--json"])
        out, err = capsys.readouterr()
        assert found == code, out + err
        assert KEY not in out + err
        return json.loads(out)  # type: ignore[no-any-return]

    return command


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_library_is_synced_kept_safe_and_written_back(workbench: Path, zotero: ZoteroServer, told: Any) -> None:
    before = files(workbench)
    assert len(told("library", "sync", "--dry-run")["changes"]) == 5
    assert files(workbench) == before
    first = told("library", "sync")
    assert {change["kind"] for change in first["changes"]} == {"linked", "new"}
    assert told("check")["problems"] == []
    changed = {name for name, content in files(workbench).items() if before.get(name) != content}
    assert changed == {"evidence/sources.yaml", "evidence/library.json", "evidence/zotero.json"}
    zotero.delete("ITEM0001")
    waiting = told("library", "sync")["changes"]
    assert [(change["kind"], change["source"]) for change in waiting] == [("waiting", CODED)]
    assert [change["source"] for change in told("library", "status")["waiting"]] == [CODED]
    told("library", "sync", "--keep", CODED)
    assert told("library", "status")["waiting"] == []
    assert all(KEY.encode() not in content for content in files(workbench).values())


def test_one_tag_and_full_texts_on_request(
    workbench: Path, zotero: ZoteroServer, told: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    zotero.put("FILE0001", "a", item_type="attachment", parent="ITEM0001")
    zotero.texts = {"FILE0001": (3, "The full text.")}
    done = told("library", "sync", "--write-tag", "coded", "--full-text", tmp_path / "texts")
    assert done["tagged"] == ["ITEM0001"]
    assert [zotero.tags(key) for key in ("ITEM0001", "ITEM0010")] == [["coded"], []]
    assert (tmp_path / "texts" / done["full_texts"][0]["file"]).read_text() == "The full text."
    assert told("library", "sync")["changes"] == []
    refused = told("library", "sync", "--full-text", workbench / "texts", code=2)
    assert "outside" in refused["problems"][0]["hint"] or "elsewhere" in refused["problems"][0]["hint"]
    zotero.items["ITEM0001"]["data"]["tags"] = []
    monkeypatch.setenv("ZOTERO_API_KEY", READ_ONLY)
    assert "may not write" in told("library", "sync", "--write-tag", "coded", code=11)["problems"][0]["message"]


def test_a_sync_that_fails_changes_nothing(workbench: Path, zotero: ZoteroServer, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(workbench)
    monkeypatch.setenv("ZOTERO_API_KEY", "wrongwrong")
    problem = told("library", "sync", code=11)["problems"][0]
    assert "not valid" in problem["message"]
    assert "wrongwrong" not in json.dumps(problem)
    assert files(workbench) == before


def test_without_a_library_in_the_settings_the_sync_says_what_to_write(told: Any) -> None:
    problem = told("library", "sync", code=2)["problems"][0]
    assert problem["where"] == "spf.toml"
    assert "[zotero]" in problem["hint"]


def test_ugly_files_come_in_and_go_out(workbench: Path, told: Any, spf: Any, tmp_path: Path) -> None:
    done = told("library", "import", *(SAMPLES / name for name in ("database.ris", "latin-1.bib", "reader.json")))
    assert len(done["added"]) == 10
    assert sum(remark["left_out"] for remark in done["remarks"]) >= 6
    assert told("check")["problems"] == []
    for name in ("all.ris", "all.bib", "all.json"):
        assert spf("library", "export", "--out", tmp_path / name, cwd=workbench).returncode == 0
        assert told("library", "import", tmp_path / name)["added"] == []
    assert spf("library", "export", CODED, "--format", "ris", cwd=workbench).stdout.startswith("TY  - RPRT")


def test_text_from_a_library_moves_no_cursor(workbench: Path, spf: Any, tmp_path: Path) -> None:
    hostile = tmp_path / "x.json"
    hostile.write_text(json.dumps([{"id": "x", "type": "\x1b[31mred", "title": "A \x1b[2J\u202etitle", "author": ["B"], "\x1b[31m": 1}]))
    done = spf("library", "import", hostile, cwd=workbench)
    assert done.returncode == 0
    assert not set("\x1b\u202e") & set(done.stdout + done.stderr)


def test_duplicates_are_shown_and_merged(workbench: Path, told: Any, spf: Any, tmp_path: Path) -> None:
    two = [
        {
            "id": f"pier-202{number}",
            "type": "report",
            "title": f"Walking in West{dash}haven",
            "author": [{"family": "Pier"}],
            "issued": {"raw": f"202{number}"},
        }
        for number, dash in ((0, ""), (1, "-"))
    ]
    (tmp_path / "two.json").write_text(json.dumps(two))
    told("library", "import", tmp_path / "two.json")
    pairs = told("library", "duplicates")["duplicates"]
    assert [(pair["first"], pair["second"]) for pair in pairs] == [("pier-2020", "pier-2021")]
    shown = spf("library", "duplicates", cwd=workbench).stdout
    assert "spf library merge pier-2021 --into pier-2020" in shown
    told("library", "merge", "pier-2021", "--into", "pier-2020")
    assert told("library", "duplicates")["duplicates"] == []
    assert [(one["source"], one["superseded_by"]) for one in told("library", "status")["not_current"]] == [("pier-2021", "pier-2020")]
    assert told("check")["problems"] == []
    assert told("library", "merge", CODED, "--into", "pier-2020", code=12)["problems"]


def test_a_claim_that_rests_on_a_retracted_source_fails_the_check(workbench: Path, told: Any) -> None:
    path = workbench / "evidence" / "sources.yaml"
    path.write_text(path.read_text().replace(f"  - id: {CODED}\n", f"  - id: {CODED}\n    status: retracted\n"))
    assert any("which was retracted" in problem["message"] for problem in told("check", code=12)["problems"])
    other = told("library", "status")["not_current"][0]
    assert (other["source"], other["status"]) == (CODED, "retracted")
    assert other["claims"]


def test_the_flow_of_a_screening_is_drawn_only_where_it_adds_up(workbench: Path, told: Any, tmp_path: Path) -> None:
    diagram = tmp_path / "flow.svg"
    assert told("library", "screening") == {"schema": 1, "screening": None}
    assert "no search was made" in told("library", "screening", "--out", diagram, code=11)["problems"][0]["message"]
    evidence = workbench / "evidence"
    (evidence / "searches.csv").write_text("where,date,query,hits\nMedline,2026-03-01,walk*,12\n")
    steps = (
        "step,reason,records\nidentified,,12\nduplicates,,2\nscreened,,10\nsought,,5\nnot retrieved,,1\nexcluded,other,3\nincluded,,{}\n"
    )
    (evidence / "screening.csv").write_text(steps.format(2))
    assert told("library", "screening", "--out", diagram, code=12)["problems"]
    assert told("check", code=12)["problems"]
    assert not diagram.exists()
    (evidence / "screening.csv").write_text(steps.format(1))
    assert told("library", "screening", "--out", diagram)["screening"]["included"] == 1
    assert diagram.read_text().startswith("<svg")
