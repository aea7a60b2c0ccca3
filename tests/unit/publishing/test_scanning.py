"""What must never be published: keys, paths, names that may not be given, and what was told in confidence."""

from __future__ import annotations

import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from spf_analysis.errors import BriefingError
from spf_analysis.publishing import scanning

WORKBENCH = Path("/srv/reviews/workbench")


HEADER = "id,area,contributor,amount,may_be_named"


def scan(done: Path, workbench: Path = WORKBENCH) -> None:
    scanning.scan(done, done.parent, workbench, workbench / "evidence" / "fund" / "ledger")


@pytest.fixture
def done(tmp_path: Path) -> Path:
    folder = tmp_path / "done"
    folder.mkdir()
    (folder / "briefing.html").write_text("<p>Nothing private.</p>")
    return folder


def test_what_holds_nothing_private_passes(done: Path) -> None:
    scan(done)


@pytest.mark.parametrize(
    "text",
    [
        "/srv/reviews/workbench/evidence",
        "saved by /home/maria/projects",
        "/Users/Maria.Smith/Documents",
        "ZOTERO_API_KEY=abc",
        "https://api.zotero.org/users/1/items?key=AbCdEfGhIjKlMnOpQrStUvWx",
        f"{sys.prefix}/bin/python",
        "/tmp/spf-8zkvyfx7",
        "/root/.ssh/id_rsa",
        "in /mnt/share/y",
        r"C:\Users\bob\x.csv",
        r'{"file": "C:\\Users\\bob"}',
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG",
        f"ghp_{'a1B2' * 9}",
        "password: hunter2",
        '"password": "hunter2"',
        "-----BEGIN RSA PRIVATE KEY-----",
        "postgres://maria:s3cret@db/records",
    ],
)
def test_a_key_or_a_path_of_the_machine_is_refused(text: str, done: Path) -> None:
    (done / "audit.html").write_text(f"<pre>{text}</pre>")
    with pytest.raises(BriefingError, match="holds a key or a path of this machine") as caught:
        scan(done)
    assert [problem.where for problem in caught.value.problems] == ["audit.html"]
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.england.nhs.uk/home/areas/",
        "https://example.org/tmp/x",
        "data:font/woff2;base64,AB/tmp/CD/root/EF",
        "a password: none is needed",
        "write to someone@example.org",
        "https://example.org:443/a@b",
        "local and/or home/garden",
    ],
)
def test_what_only_looks_like_it_passes(text: str, done: Path) -> None:
    (done / "audit.html").write_text(f"<pre>{text}</pre>")
    scan(done)


@pytest.mark.parametrize("name", ["briefing.qmd", "fig-map.svg"])
def test_what_a_pdf_is_set_from_is_searched_for_keys_and_paths(name: str, done: Path) -> None:
    (done.parent / name).write_text("saved by /home/maria/projects")
    with pytest.raises(BriefingError) as caught:
        scan(done)
    assert [problem.where for problem in caught.value.problems] == [name]


@pytest.mark.parametrize("text", ["token in /home/bob/y", "ZOTERO_API_KEY=abc", "Meadow & Sons Trust promised", "of £23,456.50"])
def test_an_error_that_tells_too_much_is_not_repeated(text: str, workbench: Path) -> None:
    ledger = workbench / "evidence" / "fund" / "ledger"
    said = scanning.publishable(f"cell 4: {text}", workbench, ledger)
    assert said.startswith("what went wrong cannot be told here")
    assert scanning.publishable("cell 4: division by zero", workbench, ledger) == "cell 4: division by zero"


def test_the_key_in_the_environment_is_looked_for_itself(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOTERO_API_KEY", "s3cret-of-another-form")
    (done / "context.json").write_text('{"x": "s3cret-of-another-form"}')
    with pytest.raises(BriefingError):
        scan(done)


def test_a_word_document_is_looked_into(done: Path) -> None:
    with zipfile.ZipFile(done / "briefing.docx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", "<w:t>/home/maria/x</w:t>" * 50)
    with pytest.raises(BriefingError) as caught:
        scan(done)
    assert caught.value.problems[0].where == "briefing.docx"


@pytest.fixture
def workbench(tmp_path: Path) -> Path:
    """A workbench whose ledger holds a confidential line, one whose contributor may not be named, and one that may."""
    ledger = tmp_path / "workbench" / "evidence" / "fund" / "ledger"
    (ledger / "confidential").mkdir(parents=True)
    (ledger / "confidential" / "contributions.csv").write_text(f"{HEADER}\nc1,QOC,Meadow & Sons Trust,23456.5,\nc2,QOC,Vale Homes,40000,\n")
    lines = "c3,QOC,Hill Bequest,1000,no\nc4,QOC,Shire Council,2000,yes\nc5,QOC,Anytown Partnership,3000,\n"
    (ledger / "contributions.csv").write_text(f"{HEADER}\n{lines}")
    (ledger.parent / "areas.csv").write_text("name\nAnytown Partnership\n")
    (tmp_path / "workbench" / "templates").mkdir()
    (tmp_path / "workbench" / "templates" / "area.qmd").write_text("In 2019 a scheme was paid £40,000.")
    return tmp_path / "workbench"


def test_only_what_stands_nowhere_in_the_open_is_held_in_confidence(workbench: Path) -> None:
    found = scanning.confidence_of(workbench / "evidence" / "fund" / "ledger", workbench)
    assert found == scanning.Confidence(("Hill Bequest", "Meadow & Sons Trust", "Vale Homes"), (Decimal("23456.5"),))


@pytest.mark.parametrize(
    "text",
    [
        "given by Meadow &amp; Sons Trust",
        "given by Meadow &amp;\n <b>Sons</b> Trust",
        "given by meadow & sons trust",
        r"given by Meadow \& Sons Trust",
        "from the Hill Bequest.",
        "£23,457 are committed",
        "of £23,456.50, and",
        '{"value": 23456.5}',
    ],
)
def test_what_was_told_in_confidence_is_refused(text: str, done: Path, workbench: Path) -> None:
    (done / "context.json").write_text(text)
    with pytest.raises(BriefingError, match="a name or an amount that the ledger keeps in confidence") as caught:
        scan(done, workbench)
    assert [problem.where for problem in caught.value.problems] == ["context.json"]
    assert "Meadow" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["Shire Council gives £2,000", "Anytown Partnership", "£40,000", "£23,457,000", "123456.5", "23456.55", "Uphill Bequests", ""]
)
def test_what_may_be_said_passes(text: str, done: Path, workbench: Path) -> None:
    (done / "context.json").write_text(text)
    scan(done, workbench)


def test_the_text_that_a_pdf_is_set_from_is_searched(done: Path, workbench: Path) -> None:
    (done.parent / "briefing.qmd").write_text("Vale Homes would give more.")
    with pytest.raises(BriefingError) as caught:
        scan(done, workbench)
    assert caught.value.problems[0].where == "briefing.qmd"
