"""A sync takes over what changed in Zotero, and never what local work rests on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syncing import DATED, Syncing, files, kinds
from zotero_server import ZoteroServer

from spf_analysis.errors import EvidenceError, SpfError, UsageError
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.reading import read_evidence


def work(folder: Path, key: str) -> dict[str, object]:
    return next(entry for entry in json.loads((folder / "library.json").read_text()) if entry["id"] == key)


def test_new_items_are_registered_with_a_key_of_their_own(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    before = problems_of(folder)
    for number in range(5):
        server.put(f"ITEM000{number}", f"Walking study {number}", issued=DATED, author=[{"family": "Ámos O'Neill", "given": "Z"}])
    report = sync()
    assert kinds(report) == [("new", f"amos-oneill-2020{letter}") for letter in ("", "b", "c", "d", "e")]
    source = read_evidence(folder).source("amos-oneill-2020c")
    assert source.zotero == {"library": "groups/4242", "item": "ITEM0002", "version": "3"}
    assert work(folder, "amos-oneill-2020c")["title"] == "Walking study 2"
    assert problems_of(folder) == before


def test_the_second_sync_asks_only_for_what_changed(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    server.put("ITEM0002", "Two", issued=DATED)
    sync()
    server.requests.clear()
    before = files(folder)
    assert kinds(sync()) == []
    assert len(server.requests) == 1
    assert server.requests[0][2]["if-modified-since-version"] == "2"
    assert files(folder) == before
    server.put("ITEM0002", "Two, corrected", issued=DATED)
    server.requests.clear()
    report = sync()
    assert kinds(report) == [("changed", "pier-2020b")]
    assert report.changes[0].fields == (("title", "Two", "Two, corrected"),)
    assert any("since=2" in path for _, path, _ in server.requests)
    assert work(folder, "pier-2020b")["title"] == "Two, corrected"


def test_a_citation_key_never_changes(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    sync()
    server.put("ITEM0001", "One", issued={"date-parts": [[2021]]}, author=[{"family": "Quay"}])
    assert kinds(sync()) == [("changed", "pier-2020")]


def test_only_the_records_concerned_are_touched(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    path = folder / "sources.yaml"
    comment = "# A hand-written remark: keep it.\n"
    path.write_text(path.read_text().replace("  - {id: baker", f"{comment}  - {{id: baker") + "# The end.\n")
    before = path.read_text()
    server.put("ITEM0001", "A trial of walking", issued={"date-parts": [[2021]]}, DOI="10.1000/BAKER")
    server.put("ITEM0002", "Something else", issued=DATED)
    assert kinds(sync()) == [("linked", "baker-2021"), ("new", "pier-2020")]
    after = path.read_text()
    kept = [line for line in before.splitlines() if "baker-2021, kind" not in line]
    assert [line for line in after.splitlines() if line in kept] == kept
    assert len(after.splitlines()) == len(before.splitlines()) + 3
    assert '{id: baker-2021, kind: work, zotero: {library: "groups/4242", item: "ITEM0001", version: "1"}}' in after
    assert work(folder, "baker-2021")["DOI"] == "10.1000/baker"


def linked(folder: Path, source: str, item: str) -> None:
    path = folder / "sources.yaml"
    link = f'zotero: {{library: groups/4242, item: {item}, version: "1"}}'
    path.write_text(path.read_text().replace(f"{{id: {source}, kind: work}}", f"{{id: {source}, kind: work, {link}}}"))


def test_a_changed_item_with_findings_waits_until_somebody_decides(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    ours = work(folder, "baker-2021")
    server.put("ITEM0001", "A trial of walking", DOI="10.1000/baker", issued={"date-parts": [[2021]]})
    sync()
    server.put("ITEM0001", "A trial of running", DOI="10.1000/baker", issued={"date-parts": [[2021]]})
    report = sync()
    assert kinds(report) == [("waiting", "baker-2021")]
    assert "rest on it" in report.changes[0].said
    assert work(folder, "baker-2021") == ours
    assert kinds(sync()) == [("waiting", "baker-2021")]
    assert kinds(sync(accept=("baker-2021",))) == [("changed", "baker-2021")]
    assert work(folder, "baker-2021") == {**ours, "title": "A trial of running"}
    assert kinds(sync()) == []


def test_what_is_kept_is_told_again_only_when_zotero_changes_again(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "A trial of walking", DOI="10.1000/baker")
    sync()
    server.put("ITEM0001", "A trial of running", DOI="10.1000/baker")
    sync()
    ours = work(folder, "baker-2021")
    sync(keep=("baker-2021",))
    assert kinds(sync()) == []
    assert work(folder, "baker-2021") == ours
    server.put("ITEM0001", "A trial of swimming", DOI="10.1000/baker")
    assert kinds(sync()) == [("waiting", "baker-2021")]


def test_a_local_correction_survives_and_a_conflict_waits(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED, volume="1")
    sync()
    path = folder / "library.json"
    path.write_text(path.read_text().replace('"title": "One"', '"title": "One, as printed"'))
    server.put("ITEM0001", "One", issued=DATED, volume="2")
    assert kinds(sync()) == [("changed", "pier-2020")]
    assert (work(folder, "pier-2020")["title"], work(folder, "pier-2020")["volume"]) == ("One, as printed", "2")
    server.put("ITEM0001", "One, as typed", issued=DATED, volume="2")
    report = sync()
    assert kinds(report) == [("waiting", "pier-2020")]
    assert report.changes[0].fields == (("title", "One, as printed", "One, as typed"),)
    assert work(folder, "pier-2020")["title"] == "One, as printed"


def test_a_deleted_item_stays_registered_and_one_with_findings_waits(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "A trial of walking", DOI="10.1000/baker")
    server.put("ITEM0002", "Two", issued=DATED)
    server.put("ITEM0003", "Three", issued=DATED)
    sync()
    server.delete("ITEM0001")
    server.delete("ITEM0002")
    server.bin("ITEM0003")
    report = sync()
    assert kinds(report) == [("gone", "pier-2020"), ("gone", "pier-2020b"), ("waiting", "baker-2021")]
    assert [change.said.split(" in Zotero")[0] for change in report.changes] == ["deleted", "in the bin", "deleted"]
    base = read_evidence(folder)
    assert {"pier-2020", "pier-2020b", "baker-2021"} <= set(base.sources) & set(base.library)
    assert (base.source("pier-2020").zotero or {})["gone"] == "deleted"
    assert kinds(sync()) == [("waiting", "baker-2021")]
    assert kinds(sync(keep=("baker-2021",))) == [("gone", "baker-2021")]
    assert read_evidence(folder).source("baker-2021").zotero is None
    assert kinds(sync()) == []


def test_an_item_back_from_the_bin_is_followed_again(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    sync()
    server.bin("ITEM0001")
    sync()
    server.restore("ITEM0001")
    assert kinds(sync()) == [("back", "pier-2020")]
    assert "gone" not in (read_evidence(folder).source("pier-2020").zotero or {})


def test_a_collection_is_followed_with_those_below_it_and_what_leaves_it_is_told(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.collections |= {"TOPTOPTO": None, "BELOWBEL": "TOPTOPTO", "OTHEROTH": None}
    server.put("ITEM0001", "One", issued=DATED, collections=("TOPTOPTO",))
    server.put("ITEM0002", "Two", issued=DATED, collections=("BELOWBEL",))
    server.put("ITEM0003", "Three", issued=DATED, collections=("OTHEROTH",))
    assert [change.item for change in sync(collection="TOPTOPTO").changes] == ["ITEM0001", "ITEM0002"]
    server.put("ITEM0001", "One", issued=DATED, collections=("BELOWBEL",))
    server.put("ITEM0002", "Two", issued=DATED, collections=("OTHEROTH",))
    report = sync(collection="TOPTOPTO")
    assert [(change.kind, change.item) for change in report.changes] == [("moved", "ITEM0001"), ("gone", "ITEM0002")]
    assert "moved out of the collection" in report.changes[1].said


def test_attachments_and_notes_are_no_works(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    server.put("NOTE0001", "", item_type="note")
    server.put("FILE0001", "Full text", item_type="attachment", parent="ITEM0001")
    assert kinds(sync()) == [("new", "pier-2020")]


def test_what_cannot_be_cited_is_left_out_and_told(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "", issued=DATED)
    server.put("ITEM0002", "<p>Marked</p> <script>x</script>", issued=DATED, type="quipu", author=None)
    report = sync()
    assert kinds(report) == [("new", "anonymous-2020")]
    assert [remark.left_out for remark in report.remarks if "ITEM0001" in remark.where] == [True]
    assert work(folder, report.changes[0].source)["title"] == "Marked <script>x</script>"


def test_a_title_that_says_retracted_marks_the_source(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "RETRACTED: A trial of everything", issued=DATED)
    sync()
    assert read_evidence(folder).source("pier-2020").status == "retracted"


def test_a_decision_that_nobody_asked_for_is_refused_and_changes_nothing(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    before = files(folder)
    with pytest.raises(UsageError, match="nothing waits for a decision on 'baker-2021'"):
        sync(accept=("baker-2021",))
    assert files(folder) == before


def test_a_base_that_cannot_be_read_stops_the_sync(folder: Path, sync: Syncing) -> None:
    (folder / "findings" / "walker-2020.yaml").write_text("schema: [")
    with pytest.raises(EvidenceError):
        sync()


def test_a_file_changed_meanwhile_is_not_overwritten(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    path = folder / "sources.yaml"
    server.before = lambda _: path.write_text(path.read_text() + "# edited\n") and None
    with pytest.raises(SpfError, match="changed while this ran"):
        sync()
    assert "pier-2020" not in path.read_text() + (folder / "library.json").read_text()
