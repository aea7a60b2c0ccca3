"""Renaming, merging and splitting codes: what follows, what stays byte for byte, and how it is taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.coding import migration, patch
from spf_analysis.evidence.coding.frame_version import FRAME, Decided, next_version
from spf_analysis.evidence.coding.mentions import mentions, replaced
from spf_analysis.evidence.coding.round import RoundFolder
from spf_analysis.evidence.coding.settling import confirm
from spf_analysis.evidence.coding.split import read_split, template
from spf_analysis.evidence.coding.yaml_lines import text_of
from spf_analysis.evidence.pending import place
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.records import read_yaml

ANN = Decided("Ann Reader", "2027-03-01", "It is better so: really.")


def files(folder: Path, *without: str) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: content for name, content in found.items() if name not in without and not name.startswith("coding/")}


def done(folder: Path, found: migration.Migration) -> migration.Migration:
    place(folder, found.files)
    assert problems_of(folder) == []
    return found


def test_a_rename_is_followed_everywhere_and_recorded(folder: Path) -> None:
    before = files(folder)
    found = done(folder, migration.rename(folder, folder.parent, "money.council", "money.local-council", ANN))
    after = read_evidence(folder)
    assert "money.council" not in after.codes
    assert after.case_study("westhaven").codes == ("money.local-council",)
    assert after.group("walk-type").mapping[0].facets == ("money.local-council",)
    assert set(found.moved) >= {"finding walker-2020.loneliness-fell", "case study westhaven"}
    assert after.frame is not None
    assert (after.frame.version, after.frame.history[-1].by) == ("1.1.0", "Ann Reader")
    assert after.frame.history[-1].why == "It is better so: really."
    changed = {name for name, content in files(folder).items() if content != before.get(name)}
    assert changed == {FRAME, "coding_frame/money.yaml", "coding_frame/walk-type.yaml", "case_studies/westhaven.yaml"} | {
        f"findings/{source}.yaml" for source in ("walker-2020", "harbour-2021")
    }
    old, new = before["findings/walker-2020.yaml"].decode(), (folder / "findings/walker-2020.yaml").read_text()
    assert new == old.replace("money.council", "money.local-council")


def test_there_and_back_gives_the_same_bytes(folder: Path) -> None:
    path = folder / "findings" / "walker-2020.yaml"
    path.write_bytes(path.read_bytes().replace(b"codes: [theme.loneliness]", b"codes: ['theme.loneliness' ]  # why, theme.loneliness"))
    group = folder / "coding_frame" / "theme.yaml"
    group.write_bytes(group.read_bytes().replace(b"\n", b"\r\n"))
    before = files(folder, FRAME)
    for old, new in (("theme.loneliness", "theme.alone"), ("theme.alone", "theme.loneliness")):
        done(folder, migration.rename(folder, folder.parent, old, new, ANN))
    assert files(folder, FRAME) == before


@pytest.mark.parametrize("code", ["walk-type.guided", "money.pooled", "theme.risk"])
def test_a_rename_is_taken_back_by_its_record(folder: Path, code: str) -> None:
    before = files(folder, FRAME)
    found = done(folder, migration.rename(folder, folder.parent, code, f"{code}-x", ANN))
    assert files(folder, FRAME) != before
    undone = done(folder, migration.undo(folder, folder.parent, found.version, ANN))
    assert files(folder, FRAME) == before
    assert undone.moved == found.moved
    assert (folder / FRAME).read_text().count("version:") == 4


def test_a_code_keeps_its_guid_when_it_is_renamed(folder: Path) -> None:
    from spf_analysis.evidence.coding.codebook import codebook, entries

    def guids() -> dict[str | None, str | None]:
        return {code.label: code.guid for _, code in entries(codebook(read_evidence(folder)).groups)}

    before = guids()
    done(folder, migration.rename(folder, folder.parent, "theme.risk", "theme.danger", ANN))
    assert guids() == before


def test_a_merge_moves_the_findings_once_and_is_taken_back(folder: Path) -> None:
    before = files(folder, FRAME)
    found = done(folder, migration.merge(folder, folder.parent, "money.pooled", "money.council", ANN))
    after = read_evidence(folder)
    assert after.finding("walker-2020.pooled-safer").codes == ("money.council", "theme.risk")
    assert "money.pooled" not in after.codes
    done(folder, migration.undo(folder, folder.parent, found.version, ANN))
    assert files(folder, FRAME) == before


def test_a_merge_into_a_code_that_is_there_already_leaves_it_once(folder: Path) -> None:
    done(folder, migration.merge(folder, folder.parent, "theme.loneliness", "money.council", ANN))
    assert read_evidence(folder).finding("walker-2020.loneliness-fell").codes == ("walk-type.guided", "money.council")


def test_a_split_needs_a_decision_for_each_record(folder: Path, tmp_path: Path) -> None:
    text = template(read_evidence(folder), "money.council")
    assert "record: westhaven" in text
    assert "record: walk-type.guided" in text
    plan = tmp_path / "split.yaml"
    plan.write_text(text)
    with pytest.raises(EvidenceError, match=r"no part of 'money\.council' is decided") as refused:
        migration.split(folder, folder.parent, read_split(plan), ANN)
    records = [line for line in text.splitlines() if "record:" in line]
    assert len(refused.value.problems) == len(records)
    plan.write_text(text.replace("codes: []", "codes: [money.council-one]").replace("one]", "other, money.council-one]", 1))
    before = files(folder, FRAME)
    found = done(folder, migration.split(folder, folder.parent, read_split(plan), ANN))
    after = read_evidence(folder)
    assert after.finding("harbour-2021.fifty-pence").codes == ("money.council-other", "money.council-one")
    assert after.case_study("westhaven").codes == ("money.council-one",)
    assert [code.id for code in after.group("money").codes][:2] == ["money.council-one", "money.council-other"]
    done(folder, migration.undo(folder, folder.parent, found.version, ANN))
    assert files(folder, FRAME) == before


def test_a_type_of_a_typology_is_split_with_its_mapping(folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "split.yaml"
    text = template(read_evidence(folder), "walk-type.guided")
    plan.write_text(text.replace("codes: []", "codes: [walk-type.guided-one, walk-type.guided-other]"))
    done(folder, migration.split(folder, folder.parent, read_split(plan), ANN))
    assert [one.code for one in read_evidence(folder).group("walk-type").mapping] == ["walk-type.guided-one", "walk-type.guided-other"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("theme.rsk", "theme.danger", "there is no code 'theme.rsk'"),
        ("theme.risk", "theme.loneliness", "there is a code 'theme.loneliness' already"),
        ("theme.risk", "money.risk", "is not an id of the group 'theme'"),
        ("theme.risk", "theme.Risk", "is not an id of the group 'theme'"),
        ("theme.risk", "theme", "is not an id of the group 'theme'"),
    ],
)
def test_a_rename_that_cannot_be_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    before = files(folder)
    with pytest.raises(EvidenceError, match=said):
        migration.rename(folder, folder.parent, old, new, ANN)
    assert files(folder) == before


@pytest.mark.parametrize(
    ("old", "into", "said"),
    [
        ("theme.risk", "theme.risk", "cannot be merged into itself"),
        ("walk-type.guided", "theme.risk", "the last code of its group"),
        ("money.council", "theme.risk", "is not a code of a facet"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_and_writes_nothing(folder: Path, old: str, into: str, said: str) -> None:
    before = files(folder)
    with pytest.raises(EvidenceError, match=said):
        migration.merge(folder, folder.parent, old, into, ANN)
    assert files(folder) == before


def test_what_was_changed_since_is_not_taken_back(folder: Path) -> None:
    found = done(folder, migration.rename(folder, folder.parent, "theme.risk", "theme.danger", ANN))
    path = folder / "findings" / "walker-2020.yaml"
    path.write_text(path.read_text().replace("[money.pooled, theme.danger]", "[theme.danger]"))
    with pytest.raises(EvidenceError, match="have been changed since") as refused:
        migration.undo(folder, folder.parent, found.version, ANN)
    assert refused.value.problems[0].where.startswith("evidence/findings/walker-2020.yaml, line ")
    with pytest.raises(EvidenceError, match=r"no migration to version 9\.0\.0 is recorded"):
        migration.undo(folder, folder.parent, "9.0.0", ANN)


def test_the_frame_does_not_change_while_somebody_is_coding(folder: Path, start: Callable[..., RoundFolder]) -> None:
    start()
    with pytest.raises(EvidenceError, match="the round is going on"):
        migration.rename(folder, folder.parent, "theme.risk", "theme.danger", ANN)


def test_agreement_survives_a_name_and_a_merge_but_no_split(folder: Path, tmp_path: Path) -> None:
    from spf_analysis.evidence.coding.marking import codes_digest

    path = folder / "findings" / "walker-2020.yaml"
    digest = codes_digest(read_evidence(folder).finding("walker-2020.pooled-safer"))
    mark = f'    agreed: {{by: [Ann Reader, Ben Coder], date: 2027-01-05, of: "{digest}"}}\n'
    record = "    about: a council officer\n"
    path.write_text(path.read_text().replace(record, record + mark))
    place(folder, confirm(read_evidence(folder), folder, ["walking.risk"], ["Ann Reader", "Ben Coder"], "2027-01-05"))
    assert problems_of(folder) == []
    before = path.read_bytes()
    for old, new in (("theme.risk", "theme.danger"), ("theme.danger", "theme.risk")):
        done(folder, migration.rename(folder, folder.parent, old, new, ANN))
        assert read_evidence(folder).finding("walker-2020.pooled-safer").agreed
    assert path.read_bytes() == before
    done(folder, migration.merge(folder, folder.parent, "money.pooled", "money.lottery", ANN))
    assert read_evidence(folder).finding("walker-2020.pooled-safer").agreed
    plan = tmp_path / "split.yaml"
    plan.write_text(template(read_evidence(folder), "theme.risk").replace("codes: []", "codes: [theme.risk-one, theme.risk-other]"))
    done(folder, migration.split(folder, folder.parent, read_split(plan), ANN))
    assert read_evidence(folder).finding("walker-2020.pooled-safer").agreed is None


def test_where_else_a_code_is_named_is_told(folder: Path) -> None:
    notebooks = folder.parent / "notebooks"
    notebooks.mkdir()
    (notebooks / "x.ipynb").write_text('{"cells": ["theme.risk"]}')
    (notebooks / "y.ipynb").write_text('{"cells": ["theme.risky theme.risk-x theme.risk.more"]}')
    found = migration.rename(folder, folder.parent, "theme.risk", "theme.danger", ANN)
    assert found.elsewhere == ("notebooks/x.ipynb",)


def test_a_real_code_is_renamed_and_the_real_base_still_holds_together(root: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(root / "evidence", tmp_path / "evidence", ignore=shutil.ignore_patterns("fund")))
    before, wrong = files(copy, FRAME), problems_of(copy)
    found = migration.rename(copy, tmp_path, "theme.full-cost", "theme.whole-cost", ANN)
    place(copy, found.files)
    assert problems_of(copy) == wrong
    assert len(found.moved) >= 15
    assert files(copy, FRAME) != before
    place(copy, migration.rename(copy, tmp_path, "theme.whole-cost", "theme.full-cost", ANN).files)
    assert files(copy, FRAME) == before


@pytest.mark.parametrize(("version", "after"), [("1.0.0", "1.1.0"), ("2.9", "2.10.0"), ("spring", "spring.1")])
def test_versions_go_up(version: str, after: str) -> None:
    assert next_version(version) == after


LINES = st.lists(st.sampled_from(["a\n", "b\n", "- x\n", "--- y\n", "+++ b/z\n", "\\ q\n", "@@ -1 +1 @@\n", "d"]), max_size=12).map("".join)


@settings(deadline=None)
@given(LINES, LINES)
def test_a_difference_is_taken_back_exactly(before: str, after: str) -> None:
    found = patch.hunks(patch.difference({"f": before}, {"f": after}))
    assert patch.taken_back(after, found.get("f", []), "f") == before


LISTS = st.lists(st.sampled_from(["x.a", "x.b", "x.c", "x.d"]), min_size=1, max_size=4, unique=True)
FORMS = ("[{}]", "[ {} ]", "flow-quoted", "block")


@settings(deadline=None)
@given(st.lists(st.tuples(LISTS, st.sampled_from(FORMS)), min_size=1, max_size=4), st.sampled_from(["x.e", "x.b"]))
def test_a_replaced_code_changes_only_lists_that_hold_it(lists: list[tuple[list[str], str]], new: str) -> None:
    text = "findings:\n" + "".join(f"  - id: f.n{n}   # c\n    codes:{_written(codes, form)}\n" for n, (codes, form) in enumerate(lists))
    changes = [(one, "x.a", [new]) for one in mentions("findings", text) if "x.a" in one.codes]
    after = [one.codes for one in mentions("findings", replaced(text, changes))]
    assert after == [
        tuple(dict.fromkeys(new if code == "x.a" and new not in codes else code for code in codes if code != "x.a" or new not in codes))
        for codes, _ in lists
    ]


def _written(codes: list[str], form: str) -> str:
    if form == "block":
        return "".join(f"\n      - {code}" for code in codes)
    if form == "flow-quoted":
        return " [" + ", ".join(f"'{code}'" for code in codes) + "]"
    return " " + form.format(",  ".join(codes))


TEXTS = st.text(max_size=160).filter(lambda text: all(not 0xD800 <= ord(one) < 0xE000 for one in text))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["one", "two", "three"]), st.one_of(TEXTS, st.lists(TEXTS, max_size=3), st.none(), st.integers()), min_size=1
    )
)
def test_values_written_as_yaml_read_as_they_were(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("yaml") / "x.yaml"
    path.write_text(text_of(values), encoding="utf-8", newline="")
    assert read_yaml(path, "evidence").content == values
