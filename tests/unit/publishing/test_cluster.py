"""Handing jobs to a cluster: only over loopback or TLS, nothing told in confidence, and what comes back damaged is not published."""

from __future__ import annotations

import csv
import io
import json
import platform
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from spf_analysis.errors import UsageError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS
from spf_analysis.publishing.cluster import CERTIFICATES, Cluster, hands
from spf_analysis.publishing.edition import open_edition, plan
from spf_analysis.publishing.manifest import digests
from spf_analysis.publishing.shipping import Parcel, Shipment, set_there, shipment_of, tell_for_sending, unpack, without_paths
from spf_analysis.publishing.target import Job, Made, Told, kept_as_told, make, tell
from spf_analysis.settings import read_settings


@pytest.fixture
def job(untouched: Path, tmp_path: Path) -> Job:
    (planned,) = plan(open_edition(None, untouched), ["QOC"], ("html",), "embedded", tmp_path / "out")
    return planned.job


@pytest.mark.parametrize(
    "address", ["tls://cluster.example:8786", "tls://10.0.0.5:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:9"]
)
def test_loopback_and_tls_are_spoken_to(address: str) -> None:
    assert Cluster(address).address == address


@pytest.mark.parametrize(
    "address", ["tcp://cluster.example:8786", "tcp://10.0.0.5:8786", "tcp://localhost.example:8786", "tcp://0.0.0.0:8786"]
)
def test_another_machine_is_not_spoken_to_in_the_clear(address: str) -> None:
    with pytest.raises(UsageError, match="with TLS only"):
        Cluster(address)


@pytest.mark.parametrize(
    "address", ["cluster:8786", "http://127.0.0.1:8786", "tls://", "tls://cluster", "tls://cluster:port", "tcp://[::1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a scheduler"):
        Cluster(address)


def test_certificates_are_all_there_or_refused(tmp_path: Path) -> None:
    for name in CERTIFICATES[:-1]:
        (tmp_path / name).write_text("")
    with pytest.raises(UsageError, match=r"there is no key\.pem"):
        Cluster("tls://cluster:8786", certificates=tmp_path)


@pytest.mark.parametrize(
    ("cluster", "module", "said"),
    [
        (Cluster(workers=1), "cryptography", "--cluster: the package cryptography is not installed"),
        (Cluster(workers=1), "distributed", "--cluster: Dask is not installed"),
        (Cluster("tls://cluster:8786"), "distributed", "--scheduler: Dask is not installed"),
    ],
)
def test_what_is_not_installed_is_named_with_the_command_that_installs_it(
    cluster: Cluster, module: str, said: str, untouched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError) as caught:
        hands(cluster, open_edition(None, untouched), 1, print)
    assert str(caught.value) == f"{said}\n  → Install it with: pip install 'spf-analysis[cluster]'."


def test_a_shipment_holds_templates_alone_and_has_the_same_bytes_each_time(workbench: Path) -> None:
    settings = read_settings(workbench)
    first = shipment_of(settings, "embedded")
    for file in workbench.rglob("*"):
        file.touch()
    (workbench / "evidence" / "sources.yaml").write_text("changed: yes\n")
    assert shipment_of(settings, "embedded") == first
    with tarfile.open(fileobj=io.BytesIO(first.archive)) as archive:
        names = archive.getnames()
    assert {"area_briefing.qmd", "house/briefing.html", "house/reference.docx"} <= set(names)
    assert {path.split("/")[0] for path in names} == {path.name for path in settings.templates.iterdir()} - {"__pycache__"}
    (workbench / "templates" / "area_briefing.qmd").write_text("Another.\n")
    assert shipment_of(settings, "embedded").digest != first.digest


@pytest.fixture(scope="module")
def told(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the notebook of one area tells."""
    (item,) = plan(open_edition(None, untouched), ["QOC"], ("html",), "embedded", tmp_path_factory.mktemp("told"))
    found = tell(item.job)
    assert isinstance(found, Told), found.problems
    return found


def read_of(reads: Mapping[str, str], base: EvidenceBase) -> set[str]:
    """The ids of the findings that were read: looked up by id, or among the answers to a query."""
    asked = [parts[0] for root, *parts in map(json.loads, reads) if root == "evidence"]
    queries = [getattr(base, noun)(*names) for noun, *names in asked if noun.startswith("findings_")]
    return {names[0] for noun, *names in asked if noun == "finding"} | {finding.id for answer in queries for finding in answer}


def test_a_job_carries_only_what_its_notebook_read_and_no_path(told: Told, job: Job, untouched: Path) -> None:
    carried = f"{without_paths(job)}{told.notebook}{json.dumps(told.context, ensure_ascii=False)}"
    base = open_edition(None, untouched).evidence
    stated = {finding.id for finding in base.findings.values() if finding.statement in carried}
    read = read_of(told.context["reads"], base)
    assert stated <= read
    assert 0 < len(read) < len(base.findings)
    assert str(untouched) not in carried
    assert job.edition_folder not in carried


def confidential_line(workbench: Path) -> None:
    apart = workbench / "evidence" / "fund" / "ledger" / "confidential"
    apart.mkdir()
    line = {"id": "quiet-1", "area": "QOC", "contributor": "Meadow Trust", "source_type": "employers_philanthropists", "year": "2026/27"}
    line |= {"amount": "23456.50", "status": "committed", "date": "2026-06-01", "new_money": "", "brokered": "no"}
    line |= {"may_be_named": "no", "confidential": "yes", "source": "spf-draft-2024", "locator": "para 20"}
    with (apart / "contributions.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, CONTRIBUTIONS)
        writer.writeheader()
        writer.writerow(line)


def sent(workbench: Path, tmp_path: Path) -> tuple[Told | Made, Job]:
    (item,) = plan(open_edition(None, workbench), ["QOC"], ("html",), "embedded", tmp_path / "out")
    return tell_for_sending(item.job), item.job


def test_a_job_travels_beside_confidential_lines_and_without_them(workbench: Path, tmp_path: Path) -> None:
    confidential_line(workbench)
    told, job = sent(workbench, tmp_path)
    assert isinstance(told, Told), told.problems
    carried = f"{without_paths(job)}{told.notebook}{json.dumps(told.context, ensure_ascii=False)}"
    assert told.context["position"]["withheld"] is True
    assert not [text for text in ("Meadow", "quiet-1", "23456", "23,456", "23,457") if text in carried]


@pytest.mark.parametrize("said", ["given by\\nMeadow Trust", "of £23,456.50"])
def test_a_notebook_that_tells_what_is_confidential_does_not_travel(said: str, workbench: Path, tmp_path: Path) -> None:
    confidential_line(workbench)
    path = workbench / "notebooks" / "area_briefing.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells.insert(len(notebook.cells) - 1, nbformat.v4.new_code_cell(f'print("{said}")'))
    nbformat.write(notebook, path)
    made, job = sent(workbench, tmp_path)
    assert isinstance(made, Made)
    assert ["keeps in confidence, so that it is not sent" in problem.message for problem in made.problems] == [True]
    assert "Meadow" not in str(made.problems)
    assert made.kept == "failed/2026-27-first/QOC.ipynb"
    assert (Path(job.edition_folder).parent / made.kept).is_file()


def test_what_is_set_there_is_what_would_be_set_here(told: Told, job: Job, untouched: Path) -> None:
    shipment = shipment_of(read_settings(untouched), "embedded")
    parcel = set_there(shipment, without_paths(job), told)
    assert parcel.made.problems == ()
    placed = unpack(parcel, job)
    assert placed.problems == ()
    there = {file.name: file.read_bytes() for file in (Path(job.edition_folder) / "QOC").iterdir()}
    made = make(job)
    assert made == placed
    assert {file.name: file.read_bytes() for file in (Path(job.edition_folder) / "QOC").iterdir()} == there


@pytest.mark.parametrize(("name", "version"), [("pandas", "0.1"), ("pandoc", "3.8.1"), ("typst", "0.1"), ("code of the workbench", "x")])
def test_a_worker_with_other_code_libraries_or_programs_makes_nothing(
    name: str, version: str, told: Told, job: Job, untouched: Path
) -> None:
    shipment = shipment_of(read_settings(untouched), "embedded")
    assert name in shipment.versions
    other = Shipment(shipment.archive, {**shipment.versions, name: version})
    parcel = set_there(other, job, told)
    (problem,) = parcel.made.problems
    assert problem.message == f"the worker on {platform.node()} has another {name} than this machine"
    assert parcel.files == {}


def test_a_worker_without_room_is_named(told: Told, job: Job, untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipment = shipment_of(read_settings(untouched), "embedded")
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at-all")
    (problem,) = set_there(shipment, without_paths(job), told).made.problems
    assert problem.message == f"cannot write on the worker on {platform.node()} (No such file or directory)"
    assert "--out" not in problem.hint


def test_a_template_that_fails_there_is_told_here_and_the_notebook_kept(told: Told, job: Job, workbench: Path) -> None:
    (workbench / "templates" / "area_briefing.qmd").write_text("<< gone >>\n")
    parcel = set_there(shipment_of(read_settings(workbench), "embedded"), without_paths(job), told)
    assert "asks for something that is not in the context" in parcel.made.problems[0].message
    assert unpack(parcel, job) == parcel.made
    assert kept_as_told(parcel.made, job, told).kept == "failed/2026-27-first/QOC.ipynb"
    kept = Path(job.edition_folder).parent / "failed" / "2026-27-first" / "QOC.ipynb"
    assert nbformat.read(kept, 4).cells[0].source.startswith("# Briefing for one area")


def parcel(folder: Path, files: dict[str, bytes]) -> Parcel:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return Parcel(Made("QOC", "T", outputs=digests(folder, folder.iterdir())), files)


def test_what_comes_back_is_placed_and_the_kept_notebook_goes(job: Job, tmp_path: Path) -> None:
    kept = Path(job.edition_folder).parent / "failed" / "2026-27-first" / "QOC.ipynb"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    made = unpack(parcel(tmp_path / "there", {"briefing.html": b"<p>Whole.</p>"}), job)
    assert made.problems == ()
    assert (Path(job.edition_folder) / "QOC" / "briefing.html").read_bytes() == b"<p>Whole.</p>"
    assert not kept.exists()


@pytest.mark.parametrize("files", [{}, {"briefing.html": b"<p>Ha"}, {"briefing.html": b"<p>Whole.</p>", "more.html": b""}])
def test_what_comes_back_damaged_is_a_failure_and_what_was_published_stands(files: dict[str, bytes], job: Job, tmp_path: Path) -> None:
    final = Path(job.edition_folder) / "QOC"
    final.mkdir(parents=True)
    (final / "briefing.html").write_bytes(b"<p>Before.</p>")
    whole = parcel(tmp_path / "there", {"briefing.html": b"<p>Whole.</p>"})
    made = unpack(replace(whole, files=files), job)
    assert [problem.message for problem in made.problems] == ["what came back from a worker is not what it made"]
    assert [file.read_bytes() for file in final.iterdir()] == [b"<p>Before.</p>"]
    assert not (Path(job.edition_folder) / ".staging" / "QOC").exists()


def test_a_name_that_leads_elsewhere_stays_in_its_folder(job: Job, tmp_path: Path) -> None:
    whole = parcel(tmp_path / "there", {"briefing.html": b"x"})
    made = unpack(replace(whole, files={"../../../briefing.html": b"x"}), job)
    assert made.problems == ()
    assert [path.name for path in (Path(job.edition_folder) / "QOC").iterdir()] == ["briefing.html"]
