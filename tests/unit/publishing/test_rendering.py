"""From context to Quarto Markdown: text stays text, a missing value never reaches a page, and the place is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from spf_analysis.errors import BriefingError
from spf_analysis.publishing.rendering import render

BAD = Path(__file__).parents[2] / "samples" / "bad" / "templates"
CASES = sorted(path for path in BAD.glob("*.qmd"))
CONTEXT: dict[str, Any] = {
    "title": "A title: with *stars*",
    "subtitle": "A subtitle",
    "target": "QOC",
    "edition": {"date": "2026-11-21", "title": "First edition", "label": "First edition, 21 November 2026"},
    "about": {"name": "Shropshire", "description": "What it is", "nothing": None},
    "illustrative": False,
    "numbers": {"share": 520590, "missing": None},
    "exhibits": {
        "tbl-one": {
            "id": "tbl-one", "kind": "table", "caption": "A | caption", "source_note": "From *here*", "alt": "Alt",
            "columns": ["a", "b"], "rows": [["1 | 2", "<b>"]], "align": "lr", "widths": [60, 40],
        },
        "fig-one": {"id": "fig-one", "kind": "chart", "caption": "A chart", "source_note": "From there.", "alt": 'Say "this"\\ {now}'},
    },
}  # fmt: skip


@pytest.fixture
def rendered(tmp_path: Path) -> Callable[..., str]:
    """The body that a template of these words gives."""

    def with_template(template: str, **more: Any) -> str:
        (tmp_path / "page.qmd").write_text(template, encoding="utf-8")
        return render("page.qmd", {**CONTEXT, **more}, tmp_path).split("---\n\n", 1)[1]

    return with_template


def test_the_front_matter_is_a_yaml_dump(tmp_path: Path) -> None:
    (tmp_path / "page.qmd").write_text("Body")
    front = yaml.safe_load(render("page.qmd", CONTEXT, tmp_path).split("---\n")[1])
    assert front["title"] == "A title: with *stars*"
    assert front["lang"] == "en-GB"
    assert front["date"] == "2026-11-21"
    assert "QOC" in front["keywords"]


def test_text_is_text_whatever_it_holds(rendered: Callable[..., str]) -> None:
    body = rendered("<< text >>", text="*no* [@key] <script> $x$ {{< x >}} # no")
    assert not any(mark in body.replace("\\", "\0") for mark in ("*no*", "[@key]", "<script>", "$x$", "{{<"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(some.text(max_size=30))
def test_no_text_from_a_context_is_taken_for_a_template(rendered: Callable[..., str], text: str) -> None:
    assert "7777777" not in rendered("<< text >>", text=f"<< 1111111 * 7 >>{text}<% if 1 %>")


def test_what_is_missing_is_not_reported_and_numbers_are_worded(rendered: Callable[..., str]) -> None:
    body = rendered("<< about.nothing >>, << numbers.share | pounds >>, << numbers.missing | pounds >>")
    assert body.replace("\\", "") == "not reported, £520,590, not reported\n"


def test_citations_and_exhibits_are_markdown_of_our_own(rendered: Callable[..., str]) -> None:
    assert rendered('<< ["a", "b"] | cite >>') == "[@a; @b]\n"
    assert rendered('<< "a" | cite("para 29") >>').startswith("[@a, para")
    assert rendered("x<< [] | cite >>") == "x\n"
    table = rendered('<< exhibits["tbl-one"] | exhibit >>')
    assert "| 1 \\| 2 |" in table
    assert '{#tbl-one tbl-colwidths="[60,40]"}' in table
    assert "From \\*here\\*" in table
    chart = rendered('<< exhibits["fig-one"] | exhibit >>')
    assert "(fig-one.svg){#fig-one fig-alt=\"Say 'this' {now}\"}" in chart


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_bad_template_earns_its_message(path: Path, snapshot: Callable[[Path, str], None]) -> None:
    with pytest.raises(BriefingError) as caught:
        render(path.name, CONTEXT, BAD)
    snapshot(path.with_suffix(".txt"), str(caught.value))
    assert all(problem.kind == "briefing" and problem.where.startswith("templates/") and problem.hint for problem in caught.value.problems)


def test_a_template_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BriefingError, match=r"the template 'gone\.qmd' is missing"):
        render("gone.qmd", CONTEXT, tmp_path)
