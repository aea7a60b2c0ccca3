"""Offers and applications from the command line: asked, built as packs, corrected, kept confidential, and refused with a message."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from built_edition import Spf

from spf_analysis.fund.application_reading import COLUMNS as APPLICATIONS
from spf_analysis.fund.ledger_reading import PARTICIPATION
from spf_analysis.fund.offer_reading import COLUMNS as OFFERS

SAMPLE = Path(__file__).parents[1] / "samples" / "illustrative"


def rows(columns: tuple[str, ...], *lines: dict[str, str]) -> str:
    """A table with these lines; what a line leaves out is empty."""
    return "\n".join([",".join(columns), *(",".join(line.get(column, "") for column in columns) for line in lines)]) + "\n"


OFFER = {
    "id": "trust-a", "offerer": "A Trust", "kind": "philanthropist", "amount": "90000.25", "first_year": "2026/27", "last_year": "2026/27",
    "wish": "comprehensive", "status": "offered", "date": "2026-05-01", "source": "spf-draft-2024", "locator": "para 34",
}  # fmt: skip
QUIET = OFFER | {"id": "quiet", "offerer": "The Quiet Trust", "amount": "31417.00"}
DECIDED = {"takes_part": "yes", "date": "2026-04-20", "recorded_by": "board", "first_year": "2026/27", "last_year": "2035/36",
           "source": "spf-draft-2024", "locator": "para 40"}  # fmt: skip
APPLIED = {"id": "first", "area": "QOC", "date": "2026-05-20", "meets_share": "yes", "support": "yes", "source": "spf-draft-2024",
           "locator": "section E"}  # fmt: skip


@pytest.fixture
def ledger(workbench: Path) -> Path:
    """The ledger of a workbench in which two areas take part and one applies; one offer is open and one confidential."""
    folder = workbench / "evidence" / "fund" / "ledger"
    (folder / "confidential").mkdir()
    (folder / "participation.csv").write_text(rows(PARTICIPATION, DECIDED | {"area": "QOC"}, DECIDED | {"area": "QKK"}))
    (folder / "offers.csv").write_text(rows(OFFERS, OFFER))
    (folder / "confidential" / "offers.csv").write_text(rows(OFFERS, QUIET))
    (folder / "applications.csv").write_text(rows(APPLICATIONS, APPLIED))
    return folder


def test_today_no_offer_and_no_application_is_told(spf: Spf) -> None:
    assert json.loads(spf("fund", "brokerage", "--json").stdout)["offers"] == []
    places = json.loads(spf("fund", "demonstrators", "--json").stdout)["places"]
    assert places == {"fewest": 6, "most": 8, "accepted": 0, "left": 8, "still_wanted": 6, "beyond": 0}
    assert "No offer is recorded" in spf("fund", "brokerage").stdout
    assert "6 to 8 places" in spf("fund", "demonstrators").stdout


def test_an_offer_is_spread_and_said_and_a_confidential_one_is_not(ledger: Path, workbench: Path, spf: Spf) -> None:
    content = json.loads(spf("fund", "brokerage", "--json", cwd=workbench).stdout)
    (offer,) = content["offers"]
    assert {item["area"] for item in offer["allocations"]} == {"QOC", "QKK"}
    assert sum(item["pounds"] for item in offer["allocations"]) == offer["placed"] == 90_000
    assert (offer["unplaced"], content["hidden"]) == (0.25, 1)
    told = [spf("fund", "brokerage", cwd=workbench), spf("fund", "brokerage", "--offer", "trust-a", cwd=workbench)]
    assert all(done.returncode == 0 and "One confidential offer" in done.stdout.replace("one", "One") for done in told)
    assert not [done for done in told if "Quiet" in done.stdout or "31,417" in done.stdout]
    assert "£0.25 is not placed" in told[1].stdout
    refused = spf("fund", "brokerage", "--offer", "quiet", cwd=workbench)
    assert (refused.returncode, "There are: trust-a." in refused.stderr) == (13, True)
    internal = spf("fund", "brokerage", "--internal", "--offer", "quiet", cwd=workbench).stdout
    assert "The Quiet Trust" in internal
    assert "£31,417" in internal
    before = json.loads(spf("fund", "brokerage", "--at", "2026-04-30", "--json", cwd=workbench).stdout)
    assert (before["offers"], before["hidden"], before["at"]) == ([], 0, "2026-04-30")


def test_a_pack_and_a_report_are_built_and_the_confidential_offer_is_in_neither(
    ledger: Path, workbench: Path, tmp_path: Path, spf: Spf
) -> None:
    plan = json.loads(spf("build", "--plan", "--json", cwd=workbench).stdout)["plan"]
    assert [item["target"] for item in plan][-2:] == ["brokerage-trust-a", "demonstrators"]
    done = spf("build", "brokerage-trust-a", "demonstrators", "--formats", "html", "--typesetter", "embedded", "--out", tmp_path / "out",
               cwd=workbench)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    texts = {path.parent.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("briefing.html")}
    pack = " ".join(re.sub(r"<[^>]+>", " ", texts["brokerage-trust-a"]).split())
    assert "What the offer of A Trust would do" in pack
    assert "Open question" in pack
    assert "£0.25 would stay unplaced" in pack
    report = " ".join(re.sub(r"<[^>]+>", " ", texts["demonstrators"]).split())
    assert "agreement to the arrangements : not reported." in report.replace("arrangements:", "arrangements :")
    assert "Nothing yet" in report
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert not [word for word in (b"Quiet Trust", b"31,417", b"31417") if word in everything]


def test_a_bad_offer_stops_every_command_with_place_and_hint(ledger: Path, workbench: Path, spf: Spf) -> None:
    (ledger / "offers.csv").write_text(rows(OFFERS, OFFER | {"wish": "targeted", "target_by": "region", "target": "Atlantis"}))
    done = spf("check", cwd=workbench)
    assert done.returncode == 13
    assert "evidence/fund/ledger/offers.csv, line 2, column 'target': 'Atlantis' is no region" in done.stdout + done.stderr


def test_a_statement_of_the_sample_is_measured(workbench: Path, spf: Spf, ledger: Path) -> None:
    (ledger / "statements").mkdir()
    shutil.copy(SAMPLE / "ledger" / "statements" / "illustrative-sample-qt1.pdf", ledger / "statements" / "long.pdf")
    (ledger / "applications.csv").write_text(rows(APPLICATIONS, APPLIED | {"statement": "long.pdf", "arrangements": "yes"}))
    said = spf("fund", "demonstrators", cwd=workbench).stdout
    assert "at most two pages: three pages, counted (spf-draft-2024, section E)" in said
    assert "nothing before an agreement is signed" in said
