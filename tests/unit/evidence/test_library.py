from __future__ import annotations

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.library import cited, short_citation


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("walker-2020", "Westhaven Walkers, 2020"),
        ("harbour-2021", "Quay and Pier, 2021"),
        ("baker-2021", "Baker et al., 2021"),
        ("dyer-2010", "Path Press, n.d."),
    ],
)
def test_a_source_is_named_as_running_text_names_it(base: EvidenceBase, source: str, said: str) -> None:
    assert short_citation(base, source) == said


def test_cited_works_come_once_by_id_with_all_their_fields(base: EvidenceBase) -> None:
    works = cited(base, ["walker-2020", "baker-2021", "walker-2020"])
    assert [work["id"] for work in works] == ["baker-2021", "walker-2020"]
    assert works[0]["DOI"] == "10.1000/baker"
    assert works[1]["issued"] == {"date-parts": [[2020]]}
    assert "editor" not in works[1]


def test_a_work_that_is_not_registered_cannot_be_cited(base: EvidenceBase) -> None:
    with pytest.raises(EvidenceError, match="there is no library entry 'baker-2012'"):
        cited(base, ["baker-2012"])
