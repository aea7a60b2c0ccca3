"""What there is to make and why; the builds themselves are in the acceptance tests."""

from __future__ import annotations

import fcntl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.errors import FundError, Problem, TypesettingError, UsageError
from spf_analysis.publishing import edition
from spf_analysis.publishing.edition import FORMATS, Built, Planned, open_edition, plan, targets_of
from spf_analysis.publishing.freshness import templates_of
from spf_analysis.publishing.manifest import Entry, digests, read_manifest, write_manifest
from spf_analysis.publishing.target import Made
from spf_analysis.workbench import Workbench


@pytest.fixture(scope="module")
def bench(untouched: Path) -> Workbench:
    return open_edition(None, untouched)


@pytest.mark.parametrize(("year", "areas"), [(None, 36), ("2026/27", 36), ("2025/26", 42)])
def test_the_targets_are_the_areas_in_force_and_the_national_briefings(year: str | None, areas: int, untouched: Path) -> None:
    targets = targets_of(open_edition(year, untouched))
    assert len(targets) == areas + 2
    assert list(targets)[-2:] == ["national-evidence", "national-fund"]


def test_all_is_due_where_nothing_was_built(bench: Workbench, tmp_path: Path) -> None:
    planned = plan(bench, [], FORMATS, "embedded", tmp_path)
    assert {item.reason for item in planned} == {"it was never built"}
    assert len(planned) == 38
    assert list(tmp_path.iterdir()) == []


def test_a_target_named_twice_is_made_once(bench: Workbench, tmp_path: Path) -> None:
    planned = plan(bench, ["QOC", "national-fund", "QOC"], ("html",), "embedded", tmp_path)
    assert [item.job.target for item in planned] == ["QOC", "national-fund"]
    assert planned[0].job.parameters == {"year": "2026/27", "edition": bench.edition.id, "area": "QOC"}
    assert "area" not in planned[1].job.parameters


def test_every_unknown_target_is_told(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(FundError) as caught:
        plan(bench, ["QRV", "QO0", "national-fnd", "QOC"], FORMATS, "embedded", tmp_path)
    assert len(caught.value.problems) == 3
    with pytest.raises(UsageError, match="'odt' is not a format"):
        plan(bench, ["QOC"], ("html", "odt"), "embedded", tmp_path)


def entry_of(item: Planned, folder: Path, **change: Any) -> Entry:
    outputs = digests(folder / "QOC", (folder / "QOC").iterdir())
    parameters = {**item.job.parameters, "said": item.job.said_parameters}
    entry = Entry("QOC", item.job.title, "built", parameters, item.inputs, outputs, ["html"], files=item.files)
    return replace(entry, **change)


@pytest.fixture
def published(bench: Workbench, tmp_path: Path) -> Planned:
    """QOC as if it had been built: a file, and an entry of the manifest that fits it."""
    (item,) = plan(bench, ["QOC"], ("html",), "embedded", tmp_path)
    folder = tmp_path / bench.edition.id
    (folder / "QOC").mkdir(parents=True)
    (folder / "QOC" / "briefing.html").write_text("x")
    write_manifest(folder, {}, {}, {"QOC": entry_of(item, folder)})
    return item


def reason(bench: Workbench, out: Path, formats: tuple[str, ...] = ("html",)) -> str | None:
    return plan(bench, ["QOC"], formats, "embedded", out)[0].reason


def test_what_rests_on_the_same_inputs_is_fresh(bench: Workbench, published: Planned, tmp_path: Path) -> None:
    assert reason(bench, tmp_path) is None
    assert reason(bench, tmp_path, ("html", "pdf")) == "the format pdf is missing"


SAME = {"area": "QOC", "edition": "2026-27-first", "year": "2026/27"}
CLAIM = '["evidence",["claim","vcfse.subsidy"]]'


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"result": "failed"}, "it failed last time"),
        ({"parameters": {"area": "QGH"}}, "its parameters area, edition and year changed"),
        (
            {"parameters": {**SAME, "said": {"Edition": "an earlier one"}}},
            "its parameters area, edition, financial year and scenario changed",
        ),
        ({"outputs": {}}, "what was published was changed or removed"),
        ({"files": {}, "reads": {CLAIM: "another"}}, "the claim 'vcfse.subsidy' changed"),
        ({"files": {}, "reads": {'["bench",["share",["QOC"],{}]]': "another", CLAIM: "another"}}, "the share (QOC) changed and 1 more"),
    ],
)
def test_what_does_not_fit_the_manifest_is_due(
    change: dict[str, object], expected: str, bench: Workbench, published: Planned, tmp_path: Path
) -> None:
    folder = tmp_path / bench.edition.id
    write_manifest(folder, {}, {}, {"QOC": entry_of(published, folder, **change)})
    assert (reason(bench, tmp_path) or "").startswith(expected)


def test_where_files_changed_and_every_answer_is_the_same_it_is_fresh(bench: Workbench, published: Planned, tmp_path: Path) -> None:
    folder = tmp_path / bench.edition.id
    reads = {CLAIM: bench.put_again(CLAIM)}
    write_manifest(folder, {}, {}, {"QOC": entry_of(published, folder, files={"evidence": "another"}, reads=reads)})
    assert reason(bench, tmp_path) is None
    assert edition.build(bench, plan(bench, ["QOC"], ("html",), "embedded", tmp_path), jobs=1, out=tmp_path).made == ()
    assert read_manifest(folder)["QOC"].files == published.files


def test_a_template_is_an_input_only_of_what_includes_it(bench: Workbench, tmp_path: Path) -> None:
    planned = {item.job.target: item for item in plan(bench, ["QOC", "national-fund"], ("html",), "embedded", tmp_path)}
    assert "templates/national_fund.qmd" in planned["national-fund"].inputs
    assert "templates/national_fund.qmd" not in planned["QOC"].inputs
    assert "templates/parts/macros.qmd" in planned["QOC"].inputs


def test_where_a_template_is_named_by_an_expression_all_are_inputs(tmp_path: Path) -> None:
    (tmp_path / "one.qmd").write_text('<% include "two.qmd" %> <% include name %>')
    (tmp_path / "two.qmd").write_text("two")
    (tmp_path / "three.qmd").write_text("three")
    assert {path.name for path in templates_of(tmp_path, "one.qmd")} == {"one.qmd", "two.qmd", "three.qmd"}
    (tmp_path / "four.qmd").write_text('<%- from "two.qmd" import x %>')
    assert {path.name for path in templates_of(tmp_path, "four.qmd")} == {"four.qmd", "two.qmd"}


def test_each_input_that_changed_is_a_reason(bench: Workbench, published: Planned, tmp_path: Path) -> None:
    folder = tmp_path / bench.edition.id
    for name in ("code of the workbench", "version of pandoc", "templates/area_briefing.qmd", "notebooks/area_briefing.ipynb", "template"):
        assert name in published.inputs
        stale = entry_of(published, folder, inputs={**published.inputs, name: "another"})
        write_manifest(folder, {}, {}, {"QOC": stale})
        assert reason(bench, tmp_path) == f"{name} changed"


def test_a_build_with_nothing_due_touches_no_briefing(bench: Workbench, published: Planned, tmp_path: Path) -> None:
    before = read_manifest(tmp_path / bench.edition.id)
    planned = plan(bench, ["QOC"], ("html",), "embedded", tmp_path)
    built = edition.build(bench, planned, jobs=2, out=tmp_path)
    assert (built.made, built.fresh, built.failed, built.exit_code) == ((), ("QOC",), (), 0)
    assert read_manifest(built.folder) == before
    assert (built.folder / "index.html").is_file()


def test_two_builds_of_one_edition_do_not_meet(bench: Workbench, published: Planned, tmp_path: Path) -> None:
    with (tmp_path / bench.edition.id / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(TypesettingError, match="another build is writing this edition"):
            edition.build(bench, [], jobs=1, out=tmp_path)


@pytest.mark.parametrize(
    ("kinds", "code"), [((), 0), (("typesetting",), 15), (("typesetting", "evidence"), 12), (("fund", "briefing"), 13)]
)
def test_the_exit_code_is_the_lowest_of_the_failures(kinds: tuple[str, ...], code: int) -> None:
    failed = tuple(Made(kind, kind, problems=(Problem(kind, "", ""),)) for kind in kinds)
    assert Built(Path(), (), (), failed).exit_code == code
