"""Our description of a grant beside the standard's own schema, and grants through JSON and CSV and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from spf_analysis.fund.grant_checking import notes_on, problems_of_standard
from spf_analysis.fund.grant_columns import fields_of, heading_of, path_of
from spf_analysis.fund.grant_files import grants_as_csv, grants_as_json, read_grant_file, write_grant_file
from spf_analysis.fund.grant_identifiers import form_of_grant, form_of_organisation, type_of
from spf_analysis.fund.grant_standard import DECLARATION, Grant

SCHEMA = Path(__file__).parents[4] / "shared" / "data" / "grants" / "360-giving-schema.json"
GRANT: dict[str, Any] = {
    "id": "360G-invented-1",
    "title": "Grant to a walking group",
    "description": "Three more walks, every week",
    "currency": "GBP",
    "amountAwarded": 12000.5,
    "awardDate": "2026-06-10",
    "recipientOrganization": [{"id": "GB-CHC-1234567", "name": "Invented walking group"}],
    "fundingOrganization": [{"id": "360G-invented-fund", "name": "Invented fund"}],
}
words = st.text("abcdefgh éßñ0123456789;,'\"=+-", min_size=1, max_size=12).map(str.strip).filter(bool)
event = st.fixed_dictionaries({"startDate": st.just("2026-09-01"), "duration": st.integers(1, 60)})
code = st.fixed_dictionaries({"vocabulary": words, "code": words})
place = st.fixed_dictionaries({"name": words, "latitude": st.floats(-90, 90).map(lambda number: round(number, 4))})
OPTIONAL = {
    "amountDisbursed": st.decimals(0, 9999, places=2).map(float),
    "plannedDates": st.lists(event, min_size=1, max_size=3),
    "classifications": st.lists(code, min_size=1, max_size=2),
    "relatedActivity": st.lists(words, min_size=1, max_size=3),
    "beneficiaryLocation": st.lists(place, min_size=1, max_size=2),
    "publisherNote": words,
    "publisher": st.fixed_dictionaries({"team/north": words, "tags": st.lists(words, min_size=1, max_size=2)}),
}
grants = st.fixed_dictionaries({}, optional=OPTIONAL).map(lambda more: {**GRANT, **more})


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    if not SCHEMA.exists():
        pytest.skip("the standard's schema is not at hand")
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def described(part: type[BaseModel], seen: dict[str, dict[str, Any]], properties: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Compare a part of our description with its properties in the schema, and whatever lies in it."""
    ours = {field.name: field for field in fields_of(part) if field.name != DECLARATION}
    assert set(ours) == set(properties), part.__name__
    for name, field in ours.items():
        told = properties[name]
        assert told.get("title") in (None, field.heading), (part.__name__, name)
        assert field.many is (told.get("type") == "array")
        may_be_null = isinstance(told.get("type"), list) and "null" in told["type"]
        assert (name in {to_name(part, item) for item in part.empty_allowed}) is may_be_null, (part.__name__, name)  # type: ignore[attr-defined]
        inner = told.get("items", told)
        inner = definitions.get(str(inner.get("$ref", "")).rpartition("/")[2], inner)
        if field.fields and inner.get("properties") and field.holds.__name__ not in seen:
            seen[field.holds.__name__] = inner
            described(field.holds, seen, inner["properties"], definitions)
        elif not field.fields:
            kinds = inner.get("type") if isinstance(inner.get("type"), list) else [inner.get("type")]
            assert ("number" in kinds) is (field.holds is float), (part.__name__, name)


def to_name(part: type[BaseModel], field: str) -> str:
    return part.model_fields[field].alias or field


def test_our_description_has_the_standards_fields_headings_and_kinds(schema: dict[str, Any]) -> None:
    described(Grant, {}, schema["properties"], schema["$defs"])


def test_what_the_standard_requires_is_required_here(schema: dict[str, Any]) -> None:
    for choice in schema["oneOf"]:
        whole = {**GRANT, "recipientIndividual": {"id": "a", "name": "b"}}
        whole = {name: whole[name] for name in choice["required"]}
        Grant.model_validate(whole)
        for name in choice["required"]:
            with pytest.raises(ValidationError):
                Grant.model_validate({key: value for key, value in whole.items() if key != name})


@settings(max_examples=60, deadline=None)
@given(
    grants,
    st.sampled_from(["amountAwarded", "awardDate", "fromOpenCall", "currency", "title", "url"]),
    st.sampled_from([5, "x", None, True, []]),
)
def test_we_refuse_what_the_schema_refuses(grant: dict[str, Any], name: str, value: object) -> None:
    if not SCHEMA.exists():
        pytest.skip("the standard's schema is not at hand")
    from jsonschema import Draft202012Validator, FormatChecker

    changed = {**grant, name: value}
    allowed = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker()).is_valid(changed)
    try:
        Grant.model_validate(changed)
    except ValidationError:
        assert not allowed or (name in ("url", "currency", "awardDate") and isinstance(value, str))
    else:
        assert allowed


@settings(max_examples=60, deadline=None)
@given(st.lists(grants, min_size=1, max_size=3))
def test_grants_come_back_from_json_and_csv_as_they_were(tmp_path_factory: pytest.TempPathFactory, made: list[dict[str, Any]]) -> None:
    made = [{**grant, "id": f"360G-invented-{number}"} for number, grant in enumerate(made)]
    folder = tmp_path_factory.mktemp("grants")
    for name, text in (("grants.json", grants_as_json(made)), ("grants.csv", grants_as_csv(made))):
        (folder / name).write_text(text, encoding="utf-8")
        assert [record.content for record in read_grant_file(folder / name).records] == made


def test_a_table_as_publishers_write_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    head = "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,"
    head += "fundingOrganization/0/id,Funding Org:Name,Planned Dates:Start Date,Related Activity,Internal ref,Grant Programme:Title\n"
    row = "360G-invented-1,Grant,Café walks,GBP,5000,2026-06-10,GB-COH-01234567,Invented café,360G-invented-f,Fund,2026-09-01,a;b,X 7,\n"
    path.write_bytes((head + row).encode("cp1252"))
    file = read_grant_file(path)
    grant = file.records[0].content
    assert file.coped == ("read as Windows-1252, because it is not UTF-8",)
    assert problems_of_standard(file) == []
    assert grant["amountAwarded"] == 5000
    assert grant["recipientOrganization"] == [{"id": "GB-COH-01234567", "name": "Invented café"}]
    assert (grant["relatedActivity"], grant["Internal ref"]) == (["a", "b"], "X 7")
    assert "grantProgramme" not in grant
    assert notes_on(file) == ("1 field(s) that the standard does not have are kept: Internal ref",)
    write_grant_file(tmp_path / "again.csv", [grant])
    assert read_grant_file(tmp_path / "again.csv").records[0].content == grant


def test_headings_and_paths_are_two_ways_to_say_the_same() -> None:
    for path in (("recipientOrganization", 0, "location", 1, "geoCode"), ("relatedActivity", 2), ("amountAwarded",), ("own", "deep", 0)):
        assert path_of(heading_of(path)) == path
    assert path_of("Recipient Org:Identifier") == path_of("recipient org:0:identifier") == ("recipientOrganization", 0, "id")


KINDS = {
    "GB-CHC-1234567": "registered charity",
    "GB-COH-01234567": "company",
    "GB-COH-IP12345R": "company",
    "GB-SC-SC012345": "registered charity",
    "GB-NHS-QOC": "NHS body",
    "GB-LAE-SHR": "local authority",
    "360G-invented-7": None,
    "US-EIN-12-345": None,
}


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_identifiers_of_organisations_are_known_by_form(text: str, kind: str | None) -> None:
    assert form_of_organisation(text) is None
    assert type_of(text) == kind


@pytest.mark.parametrize(
    "text", ["GB-CHC-12345", "GB-COH-123456789", "GB-SC-012345", "GB-COOP-1", "1234567", "GB-CHC", "", "GB-CHC-1234567 "]
)
def test_identifiers_of_another_form_are_told(text: str) -> None:
    assert form_of_organisation(text)
    assert form_of_grant(text)
