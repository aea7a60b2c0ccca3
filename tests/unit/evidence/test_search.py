from __future__ import annotations

import json

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.exchange import export
from spf_analysis.evidence.search import find, listing, show, shown_as_dict


def _ids(found: object) -> list[str]:
    return [finding.id for finding in found]  # type: ignore[attr-defined]


def test_every_word_must_occur_in_any_case(base: EvidenceBase) -> None:
    assert _ids(find(base, "LONELINESS year")) == ["walker-2020.loneliness-fell"]
    assert _ids(find(base, "12%")) == ["harbour-2021.walker-again", "walker-2020.loneliness-fell"]
    assert find(base, "loneliness zebra") == ()


def test_filters_narrow_and_a_group_stands_for_its_codes(base: EvidenceBase) -> None:
    assert _ids(find(base, codes=["money"], sources=["walker-2020"], kinds=["opinion"])) == ["walker-2020.pooled-safer"]
    assert _ids(find(base, codes=["theme.risk"])) == ["walker-2020.pooled-safer"]
    assert _ids(find(base, designs=["randomised trial", "interviews"])) == ["walker-2020.garden-days", "walker-2020.trial-of-baker"]
    with pytest.raises(EvidenceError, match=r"there is no code 'theme\.risc'"):
        find(base, codes=["theme.risc"])


def test_findings_say_where_they_stand_and_whose_they_are(base: EvidenceBase) -> None:
    text = listing(base, find(base, "harbour-2021.carter"))
    assert "[result; controlled comparison]" in text
    assert "(Quay and Pier, 2021; Plan, paragraph 2; second-hand, from carter-2022)" in text


def test_a_source_shows_its_findings_in_the_order_of_its_text(base: EvidenceBase) -> None:
    shown = shown_as_dict(base, "walker-2020")
    order = ["trial-of-baker", "loneliness-fell", "garden-days", "pooled-safer"]
    assert [finding["id"].split(".")[1] for finding in shown["findings"]] == order
    text = show(base, "walker-2020")
    assert "Interest: The authors run the walking groups." in text
    assert [text.index(slug) for slug in order] == sorted(text.index(slug) for slug in order)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("walking.loneliness", "Against:"),
        ("walker-2020.loneliness-fell", "Figures: 12% (fall in loneliness scores, n: 40 walkers, compared with the same walkers before)"),
        ("westhaven", "Funders: not reported"),
        ("money.council", "Used by: four findings"),
        ("cost", "Would be answered by: Accounts of the groups."),
        ("does-walking-help", "paid for by Harbour Council; interest:\n  The council would pay)"),
        ("dyer-2010", "Path Press, n.d."),
    ],
)
def test_a_record_of_any_kind_is_shown(base: EvidenceBase, key: str, said: str) -> None:
    assert said in show(base, key)
    assert json.dumps(shown_as_dict(base, key))


def test_an_unknown_id_is_refused_with_the_nearest(base: EvidenceBase) -> None:
    with pytest.raises(EvidenceError) as refused:
        show(base, "walking.lonelines")
    assert refused.value.problems[0].hint == "Did you mean 'walking.loneliness'?"


def test_the_export_holds_every_record_as_json(base: EvidenceBase) -> None:
    document = json.loads(json.dumps(export(base)))
    assert list(document) == [
        "schema",
        "sources",
        "library",
        "coding_frame",
        "findings",
        "case_studies",
        "claims",
        "gaps",
        "contradictions",
        "instruments",
        "appraisals",
    ]
    assert len(document["findings"]) == len(base.findings)
    finding = next(item for item in document["findings"] if item["id"] == "harbour-2021.walker-again")
    assert (finding["study"], finding["anchor_verified"], finding["caution"]) == ("walker-2020", True, None)
    assert document["case_studies"][0]["funders"] == {"value": None, "findings": []}
    assert [group["group"] for group in document["coding_frame"]["groups"]] == ["money", "theme", "walk-type"]
    assert document["library"][2]["container-title"] == "Steps"
