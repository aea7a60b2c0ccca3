"""Searching and screening: numbers that do not add up are refused, and nothing is drawn from them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.screening import read_screening
from spf_analysis.exhibits.prisma import described, flow_diagram

SEARCHES = 'where,date,query,hits\nMedline,2026-03-01,"walk* AND <fund>",120\nScopus,2026-04-02,walk*,80\nMedline,2026-04-01,again,10\n'
STEPS = """step,reason,records
identified,,210
duplicates,,60
screened,,150
sought,,30
not retrieved,,2
excluded,no <funding> reported,15
excluded,another country,5
included,,8
"""


def written(folder: Path, searches: str = SEARCHES, steps: str = STEPS) -> Path:
    (folder / "searches.csv").write_text(searches)
    (folder / "screening.csv").write_text(steps)
    return folder


def test_the_numbers_are_read_and_what_follows_is_worked_out(tmp_path: Path) -> None:
    found = read_screening(written(tmp_path))
    assert found is not None
    assert (found.excluded_at_screening, found.assessed, found.last_search.isoformat()) == (120, 28, "2026-04-02")
    assert found.as_dict()["excluded"] == {"no <funding> reported": 15, "another country": 5}


def test_without_the_files_no_search_was_made(tmp_path: Path) -> None:
    assert read_screening(tmp_path) is None


def test_what_ships_draws_no_flow(root: Path) -> None:
    assert read_screening(root / "evidence") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("identified,,210", "identified,,211", "'identified' is 211, but the hits of all searches is 210"),
        ("screened,,150", "screened,,151", "identified less duplicates is 150"),
        ("included,,8", "included,,9", "is 8"),
        ("sought,,30", "sought,,300", "more reports were sought than records screened"),
        ("not retrieved,,2", "not retrieved,,", "is no number of records"),
        ("not retrieved,,2", "not retrieved,,-2", "is no number of records"),
        ("duplicates,,60\n", "", "the step 'duplicates' is missing"),
        ("duplicates,,60", "duplicats,,60", "there is no step 'duplicats'"),
        ("duplicates,,60", "duplicates,,60\nduplicates,,60", "stands twice"),
        ("no <funding> reported", "", "without a reason"),
        ("step,", "stage,", "the column 'step' is missing"),
    ],
)
def test_numbers_that_do_not_add_up_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in STEPS
    with pytest.raises(EvidenceError) as caught:
        read_screening(written(tmp_path, steps=STEPS.replace(old, new, 1)))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("2026-03-01", "1 March", "is not a date"), ("walk*,80", ",80", "it is empty"), (",80", ",many", "is no number of records")],
)
def test_a_search_says_where_when_and_how_much(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        read_screening(written(tmp_path, searches=SEARCHES.replace(old, new, 1)))
    assert said in str(caught.value)


def test_one_file_without_the_other_is_refused_by_the_check(folder: Path) -> None:
    written(folder)
    before = problems_of(folder)
    (folder / "screening.csv").unlink()
    found = [problem for problem in problems_of(folder) if problem not in before]
    assert [problem.where for problem in found] == ["evidence/screening.csv"]


def test_the_diagram_can_be_seen_and_heard(tmp_path: Path) -> None:
    found = read_screening(written(tmp_path))
    assert found is not None
    root = ElementTree.fromstring(flow_diagram(found))
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    ids = {node.get("id"): node.text for node in root.iter() if node.get("id")}
    assert [ids[name] for name in (root.get("aria-labelledby") or "").split()] == ["PRISMA 2020 flow diagram", described(found)]
    texts = " ".join(str(node.text) for node in root.iter(f"{space}text"))
    for said in ("2 April 2026", "Medline (n = 130)", "Scopus (n = 80)", "Records screened (n = 150)", "no <funding> reported (n = 15)"):
        assert said in texts
    assert "Studies included in the review (n = 8)" in texts
    boxes = [node for node in root.iter(f"{space}rect") if node.get("stroke")]
    assert len(boxes) == 9
    width, height = (float(value) for value in (root.get("viewBox") or "").split()[2:])
    assert all(float(box.get("x", 0)) + float(box.get("width", 0)) <= width for box in boxes)
    assert all(float(box.get("y", 0)) + float(box.get("height", 0)) <= height for box in boxes)
