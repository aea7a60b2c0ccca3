"""A briefing in the making, and the frozen context that crosses to a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.briefing import Briefing
from spf_analysis.context import MIME, Exhibit
from spf_analysis.errors import BriefingError, EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.figures import Figure, Interpretation, Reference, Step

BASE = Path(__file__).parents[1] / "samples" / "base"
EDITION = {"id": "first", "label": "First", "date": "2026-04-01"}


@pytest.fixture(scope="module")
def base() -> EvidenceBase:
    return read_evidence(BASE)


@pytest.fixture
def brief(base: EvidenceBase) -> Briefing:
    return Briefing("area", "QOC", "Title", "Subtitle", EDITION, base)


@pytest.fixture
def source(base: EvidenceBase) -> str:
    return next(iter(base.sources))


def table(name: str = "tbl-one", **more: Any) -> Exhibit:
    fields: dict[str, Any] = {"kind": "table", "caption": "A", "source_note": "B", "alt": "C", "columns": ("x", "y"), "rows": (("1", "2"),)}
    return Exhibit(name, **{**fields, **more})


def test_claims_enter_with_kind_sources_and_findings(brief: Briefing, base: EvidenceBase) -> None:
    claim = next(iter(base.claims.values()))
    brief.say("section", claim.id)
    context = brief.context.data
    assert context["sections"] == {"section": [claim.id]}
    said = context["claims"][claim.id]
    assert said["text"] == claim.text
    assert said["sources"]
    assert {finding["id"] for finding in said["findings"]} == {*claim.findings_for, *claim.findings_against}
    assert {reference["id"] for reference in context["references"]} >= set(said["sources"])
    assert brief.claims == (claim,)


def test_a_claim_that_does_not_exist_gets_a_did_you_mean(brief: Briefing, base: EvidenceBase) -> None:
    name = next(iter(base.claims))
    with pytest.raises(EvidenceError) as caught:
        brief.say("section", name[:-1])
    assert name in str(caught.value)


def test_a_section_with_no_claim_filed_is_refused(brief: Briefing) -> None:
    with pytest.raises(BriefingError, match="no claim is filed under 'nowhere'"):
        brief.say_section("section", "nowhere")


def test_figures_bring_their_references_and_interpretations(brief: Briefing, source: str) -> None:
    place = Reference(source, "para 1")
    reading = Interpretation("open", "Which?", "this", ("that",), place)
    brief.glance(Figure("share", "Share", 12, "GBP", (place,), (Step("a", 1, "GBP", place),), (reading,)))
    context = brief.context.data
    assert context["figures"]["share"]["said"] == "£12"
    assert [item["said"] for item in context["glance"]] == ["£12"]
    assert [item["id"] for item in context["interpretations"]] == ["open"]
    assert [reference["id"] for reference in context["references"]] == [source]


def test_a_source_that_is_not_in_the_library_cannot_be_cited(brief: Briefing) -> None:
    brief.show(Figure("share", "Share", 12, "GBP", (Reference("nobody-1900", "para 1"),)))
    with pytest.raises(BriefingError, match="nobody-1900"):
        _ = brief.context


def test_two_exhibits_cannot_carry_one_id(brief: Briefing) -> None:
    brief.exhibit(table())
    with pytest.raises(BriefingError, match="the same id"):
        brief.exhibit(table())


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("fig-one", {}, "begins with 'tbl-'"),
        ("tbl-one", {"caption": ""}, "needs a caption"),
        ("tbl-one", {"source_note": ""}, "needs a caption, a source note"),
        ("tbl-one", {"alt": ""}, "a text alternative"),
        ("tbl-one", {"rows": (("1",),)}, "as many cells"),
    ],
)
def test_an_exhibit_is_checked_when_it_is_made(name: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(BriefingError, match=message):
        table(name, **more)


def test_text_shows_itself_as_text_in_a_notebook() -> None:
    shown = table(rows=(("<script>", "&"),), caption="<b>")._repr_mimebundle_()["text/html"]
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_the_context_is_json_and_the_same_bytes_for_the_same_content(base: EvidenceBase) -> None:
    def made() -> str:
        brief = Briefing("area", "QOC", "Title", "Subtitle", EDITION, base)
        brief.say("section", *base.claims)
        brief.exhibit(table())
        brief.tell_gaps()
        brief.tell_contradictions()
        return brief.context.as_json()

    assert made() == made()
    assert json.loads(made())["exhibits"]["tbl-one"]["rows"] == [["1", "2"]]


def test_the_last_cell_of_a_notebook_carries_the_context(brief: Briefing) -> None:
    bundle = brief.context._repr_mimebundle_()
    assert bundle[MIME]["target"] == "QOC"
    assert "0 claims" in bundle["text/plain"]


def test_only_plain_values_can_be_told(brief: Briefing) -> None:
    brief.tell("mayor", {"name": "A", "since": 2024})
    assert brief.context.data["mayor"] == {"name": "A", "since": 2024}
    with pytest.raises(TypeError):
        brief.tell("mayor", object())
