"""docs/rules.md is what the code writes; SPF_REWRITE=1 writes it anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spf_analysis import wording
from spf_analysis.commands.fund_explained import titles
from spf_analysis.fund.rule_page import rules_as_dict, rules_page
from spf_analysis.workbench import Workbench, open_workbench

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return open_workbench(folder=ROOT)


def test_the_page_is_as_the_files_say(bench: Workbench, snapshot: Callable[[Path, str], None]) -> None:
    snapshot(ROOT / "docs" / "rules.md", rules_page(bench.fund, titles(bench)).rstrip("\n"))


def test_every_parameter_value_and_reading_is_on_it(bench: Workbench) -> None:
    page = rules_page(bench.fund, titles(bench))
    for rule in bench.fund.rulebook.rules:
        assert f"### {rule.title}\n" in page
        for parameter in rule.parameters:
            rows = [row for row in page.splitlines() if row.startswith("| ") and f"| `{parameter.id}` |" in row]
            assert len(rows) == 1
            assert all(f"`{value.reference.source}`, {value.reference.locator} |" in page for value in parameter.values)
            assert all(wording.day(value.day) in page or f"| {value.day:%B %Y} |" in page for value in parameter.values)
    for question in bench.fund.rulebook.questions:
        assert f"**Chosen:** {question.chosen.text}\n" in page
        assert all(f"* Not chosen: {choice.text}\n" in page for choice in question.alternatives)


def test_as_data_it_holds_the_same(bench: Workbench) -> None:
    content, book = rules_as_dict(bench.fund), bench.fund.rulebook
    assert [item["rule"] for item in content["rules"]] == [rule.id for rule in book.rules]
    by_name = {item["id"]: item for rule in content["rules"] for item in rule["parameters"]}
    assert by_name["local_rate"]["values"][0] == {
        "from": "2024-04-01",
        "value": 0.9,
        "reference": {"source": "spf-draft-2024", "locator": "para 29"},
        "note": None,
    }
    assert by_name["voluntary"]["values"][0]["value"] is True
    assert len(by_name["cpi_september"]["values"]) == len(book.parameter("cpi_september").values)
    assert len(content["interpretations"]) == len(book.questions)
