"""House charts and tables: drawn from their data, with alternatives that say the numbers, and without a clock or chance."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spf_analysis import exhibits
from spf_analysis.context import Exhibit
from spf_analysis.errors import SpfError
from spf_analysis.workbench import Workbench, open_workbench

YEARS = ("2025/26", "2026/27")


@pytest.fixture(scope="module", params=YEARS)
def bench(request: pytest.FixtureRequest, root: Path) -> Workbench:
    return open_workbench(request.param, folder=root)


def of_an_area(bench: Workbench, code: str = "QOC") -> list[Exhibit]:
    here = bench.area(code)
    share = bench.share(here)
    others = [bench.share(other) for other in bench.neighbours(here)]
    return [
        exhibits.fund.steps_table(share.steps, "The steps", bench.cite),
        exhibits.fund.bridge(share),
        exhibits.fund.conditions_table(bench.fund.position(bench.year).of(code), bench.fund, bench.year),
        exhibits.fund.compare(share, others),
    ]


def of_england(bench: Workbench) -> list[Exhibit]:
    fund, base = bench.fund, bench.evidence
    return [
        exhibits.fund.rate_over_time(fund.rate_path(bench.year)),
        exhibits.fund.tile_map(fund, bench.year),
        exhibits.fund.area_table(fund, bench.year),
        exhibits.fund.thumb_table(fund.rule_of_thumb(bench.year), bench.cite),
        exhibits.evidence.designs(base),
        exhibits.evidence.evidence_map(base, "payment"),
        exhibits.evidence.evidence_map(base, "commissioner"),
        exhibits.evidence.typology(base, "nasp-type"),
        exhibits.evidence.case_table(base),
        exhibits.evidence.source_table(base),
        exhibits.evidence.statement_table(base, base.claims.values()),
    ]


def test_each_has_caption_note_and_alternative_and_is_json(bench: Workbench) -> None:
    found = [*of_an_area(bench), *of_england(bench)]
    assert len({exhibit.id for exhibit in found}) == len(found)
    for exhibit in found:
        content = json.loads(json.dumps(exhibit.as_dict()))
        assert content["caption"]
        assert len(content["alt"]) > 40
        assert (content["spec"] is not None) == (exhibit.kind == "chart")
        assert exhibit.kind == "chart" or (exhibit.rows and len(content["align"]) == len(exhibit.columns))


def test_the_same_data_give_the_same_exhibits(bench: Workbench) -> None:
    again = open_workbench(str(bench.year), folder=bench.settings.folder)
    first = [exhibit.as_dict() for exhibit in (*of_an_area(bench), *of_england(bench))]
    assert first == [exhibit.as_dict() for exhibit in (*of_an_area(again), *of_england(again))]


def test_a_charts_alternative_says_its_numbers(bench: Workbench) -> None:
    share = bench.share(bench.area("QOC"))
    bridge = exhibits.fund.bridge(share)
    assert f"£{share.pounds:,}" in bridge.alt
    assert f"£{share.pounds:,}" in json.dumps(bridge.spec, ensure_ascii=False)


def test_the_table_of_areas_has_each_once_with_its_share(bench: Workbench) -> None:
    table = exhibits.fund.area_table(bench.fund, bench.year)
    shares = bench.fund.shares(bench.year)
    words = [" ".join(row) for row in table.rows]
    for share in shares.values():
        assert sum(f"£{share.pounds:,}" in row and share.area.short_name in row for row in words) == 1


def test_the_map_has_a_tile_for_each_area(bench: Workbench) -> None:
    spec = json.dumps(exhibits.fund.tile_map(bench.fund, bench.year).spec)
    assert [area.code for area in bench.areas_in_force() if area.code not in spec] == []


def test_no_chart_reaches_out(bench: Workbench) -> None:
    for exhibit in (*of_an_area(bench), *of_england(bench)):
        if exhibit.spec is not None:
            assert {key: value for key, value in _addresses(exhibit.spec) if "vega.github.io/schema" not in value} == {}


def _addresses(node: object) -> list[tuple[str, str]]:
    if isinstance(node, dict):
        return [
            pair
            for key, value in node.items()
            for pair in ([(key, value)] if key in ("url", "href") and isinstance(value, str) else _addresses(value))
        ]
    return [pair for item in node for pair in _addresses(item)] if isinstance(node, list) else []


def test_statements_are_numbered_and_rest_on_places(root: Path) -> None:
    base = open_workbench(folder=root).evidence
    table = exhibits.evidence.statement_table(base, base.claims.values())
    assert [row[0] for row in table.rows] == [str(number) for number in range(1, len(base.claims) + 1)]
    assert all(row[2] for row in table.rows)


def test_a_group_that_does_not_exist_is_refused(root: Path) -> None:
    with pytest.raises(SpfError, match="colour"):
        exhibits.evidence.typology(open_workbench(folder=root).evidence, "colour")


def test_no_word_stands_twice_in_the_table_of_sources(root: Path) -> None:
    table = exhibits.evidence.source_table(open_workbench(folder=root).evidence)
    assert not any("accounts of account" in cell or "of practice of practice" in cell for row in table.rows for cell in row)


def test_every_tile_lies_within_the_legend(bench: Workbench) -> None:
    spec = exhibits.fund.tile_map(bench.fund, bench.year).spec
    assert spec is not None
    colour = next(layer["encoding"]["color"] for layer in spec["layer"] if "color" in layer["encoding"])
    low, high = colour["scale"]["domain"]
    rates = [float(share.per_head) for share in bench.fund.shares(bench.year).values()]
    assert low <= min(rates) < max(rates) <= high
    assert colour["legend"]["values"] == [low, high]


def test_a_number_of_studies_is_as_large_in_every_map(bench: Workbench) -> None:
    sizes: dict[int, set[int]] = {}
    for facet in ("payment", "commissioner", "money"):
        spec = exhibits.evidence.evidence_map(bench.evidence, facet).spec
        assert spec is not None
        for values in spec["datasets"].values():
            for cell in values:
                sizes.setdefault(cell["studies"], set()).add(cell["size"])
    assert {studies: len(found) for studies, found in sizes.items()} == dict.fromkeys(sizes, 1)
    assert sizes[1] != sizes[2]
