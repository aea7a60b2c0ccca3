"""A coding round from its beginning to findings that two people stand behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from coding_rounds import ANN, BEN, DAY, sheet, unit

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.coding import sheet as sheets
from spf_analysis.evidence.coding.adjudication import Decision, decisions, open_pairs, outcomes, with_decision
from spf_analysis.evidence.coding.agreement import MIN_SOURCES, TOO_FEW, compare, opened
from spf_analysis.evidence.coding.beginning import begun
from spf_analysis.evidence.coding.marking import finding_said, marking
from spf_analysis.evidence.coding.round import RoundFolder, open_round, slug
from spf_analysis.evidence.coding.settling import confirm, settle
from spf_analysis.evidence.coding.units import paired, unit_agreement
from spf_analysis.evidence.pending import place
from spf_analysis.evidence.reading import read_evidence

Start = Callable[..., RoundFolder]
Finish = Callable[..., RoundFolder]
FELL = ("walker-2020", "Summary", 3, "Loneliness scores fell")
GARDEN = ("walker-2020", "Voices", 2, 'the "garden days" were the best')
SAFER = ("walker-2020", "Voices", 3, "pooled money made the groups safer")


def both(start: Start, finish: Finish) -> RoundFolder:
    """Ann and Ben mark three passages each, two of them the same; on one of the two they agree."""
    found = start()
    finish(found, ANN, unit(*FELL, "walk-type.guided theme.loneliness"), unit(*SAFER, "theme.risk"), unit(*GARDEN, "theme.loneliness"))
    return finish(
        open_round(found.folder.parents[1], "spring"),
        BEN,
        unit(*FELL[:3], "scores fell by twelve", "theme.loneliness walk-type.guided"),
        unit(*SAFER, "theme.risk money.pooled"),
        unit("walker-2020", "Summary", 2, "three walking groups", "theme.loneliness"),
    )


def test_nothing_of_the_other_is_shown_before_both_have_finished(start: Start, finish: Finish, folder: Path) -> None:
    found = start()
    assert found.state == "coding"
    with pytest.raises(EvidenceError, match="Ann Reader and Ben Coder have not finished"):
        opened(found)
    found = finish(found, ANN, unit(*FELL, "theme.loneliness"))
    with pytest.raises(EvidenceError, match="Ben Coder has not finished"):
        compare(found)
    ignored = (found.folder / ".gitignore").read_text().splitlines()
    assert "/*.yaml" in ignored
    found = finish(found, BEN, unit(*FELL, "theme.loneliness"))
    assert found.state == "compared"
    assert "/*.yaml" not in (found.folder / ".gitignore").read_text().splitlines()
    assert problems_of(folder) == []


def test_a_finished_file_is_not_changed(start: Start, finish: Finish, folder: Path) -> None:
    found = both(start, finish)
    with pytest.raises(EvidenceError, match="finished on 2027-03-01"):
        finish(found, ANN, unit(*FELL, "theme.risk"))
    path = found.folder / "ann-reader.yaml"
    path.write_text(path.read_text().replace("theme.risk", "money.pooled"))
    with pytest.raises(EvidenceError, match="has been changed since it was finished"):
        compare(found)
    assert any("has been changed since it was finished" in problem.message for problem in problems_of(folder))
    path.unlink()
    with pytest.raises(EvidenceError, match="is not here"):
        compare(found)
    assert problems_of(folder) == []


def test_the_seal_does_not_give_the_decisions_away(start: Start, finish: Finish) -> None:
    one, other = start("one"), start("other")
    seals = [finish(found, ANN, unit(*FELL, "theme.loneliness")).seals["ann-reader"].sha256 for found in (one, other)]
    again = sheets.as_yaml(one.round, one.round.coders[0], sheet(unit(*FELL, "theme.loneliness")))
    assert again not in (one.folder / "ann-reader.yaml").read_text()
    assert len(set(seals)) == 2


def test_passages_first_then_codes(start: Start, finish: Finish) -> None:
    found = compare(both(start, finish), ["walk-type.guided", "theme.loneliness", "theme.risk", "money.pooled"])
    assert (found.units.matched, found.units.first_only, found.units.second_only) == (2, 1, 1)
    assert found.units.f1 == pytest.approx(2 * 2 / 6)
    assert found.units.percent == pytest.approx(2 / 4)
    assert [code.code for code in found.codes] == ["walk-type.guided", "theme.loneliness", "theme.risk", "money.pooled"]
    assert [pair.id for pair in found.disagreements] == ["u2", "u3", "u4"]
    assert found.overall.alpha.value is None
    assert found.overall.alpha.said == TOO_FEW
    assert all(code.kappa.value is None for code in found.codes)


def test_given_passages_have_no_agreement_on_passages(start: Start, finish: Finish, folder: Path) -> None:
    found = start(given=True)
    base = read_evidence(folder)
    blank = sheets.blank(base, found.round)
    assert all(one.codes is None for one in blank.units)
    assert "theme." not in sheets.as_csv(blank)
    coded = [one.model_copy(update={"codes": base.finding(str(one.unit)).codes}) for one in blank.units]
    finish(found, ANN, *coded)
    result = compare(finish(open_round(folder, "spring"), BEN, *coded))
    assert result.units.f1 is None
    assert result.disagreements == ()


def test_two_people_stand_behind_what_they_agreed_on(start: Start, finish: Finish, folder: Path) -> None:
    found = both(start, finish)
    base = read_evidence(folder)
    pairs = paired(*(one.units for one in opened(found)))
    assert [pair.id for pair in open_pairs(pairs, ())] == ["u2", "u3", "u4"]
    for passage, codes, by in (
        ("u2", ("theme.risk",), "Cay Third"),
        ("u3", ("theme.risk",), ANN),
        ("u4", ("theme.loneliness",), "Cay Third"),
    ):
        decision = Decision(unit=passage, codes=codes, by=(by,), date=DAY, why="It is what the passage says: no more.")
        path, text = with_decision(found, pairs, decision, base)
        place(folder, {path.relative_to(folder).as_posix(): text.encode()})
    made = decisions(found)
    assert [one.unit for one in made] == ["u2", "u3", "u4"]
    done = settle(found, outcomes(found, pairs, made), base, DAY)
    place(folder, done.files)
    after = read_evidence(folder)
    assert problems_of(folder) == []
    assert after.finding("walker-2020.loneliness-fell").agreed.by == (ANN, BEN)  # type: ignore[union-attr]
    assert after.finding("walker-2020.pooled-safer").codes == ("theme.risk",)
    assert after.finding("walker-2020.pooled-safer").agreed.by == (ANN, "Cay Third")  # type: ignore[union-attr]
    assert after.finding("walker-2020.garden-days").agreed is None, "Ann decided against Ben alone"
    assert after.finding("walker-2020.garden-days").codes == ("theme.risk",)
    assert after.finding("walker-2020.trial-of-baker").agreed.by == (BEN, "Cay Third")  # type: ignore[union-attr]
    assert open_round(folder, "spring").state == "settled"
    assert (done.without_finding, len(done.agreed), len(done.single)) == ((), 3, 1)


def test_only_the_records_concerned_are_touched(start: Start, finish: Finish, folder: Path) -> None:
    path = folder / "findings" / "walker-2020.yaml"
    path.write_text(path.read_text().replace("findings:\n", "findings:   # the list\n  # first\n"))
    before = path.read_text()
    found = start()
    finish(found, ANN, unit(*GARDEN, "theme.loneliness"))
    found = finish(open_round(folder, "spring"), BEN, unit(*GARDEN, "theme.loneliness"))
    pairs = paired(*(one.units for one in opened(found)))
    place(folder, settle(found, outcomes(found, pairs, ()), read_evidence(folder), DAY).files)
    lines = path.read_text().splitlines()
    added = [line for line in lines if line not in before.splitlines()]
    assert len(added) == 1
    assert added[0].startswith("    agreed: {by: [Ann Reader, Ben Coder], date: 2027-03-01, round: spring, of: ")
    assert [line for line in lines if line not in added] == before.splitlines()


def test_a_machine_is_nobody(start: Start, finish: Finish, folder: Path) -> None:
    found = start(coders=(ANN, "machine-assisted"))
    finish(found, ANN, unit(*GARDEN, "theme.loneliness"))
    found = finish(open_round(folder, "spring"), "machine-assisted", unit(*GARDEN, "theme.loneliness"))
    pairs = paired(*(one.units for one in opened(found)))
    done = settle(found, outcomes(found, pairs, ()), read_evidence(folder), DAY)
    assert (done.agreed, done.single) == ((), ("walker-2020.garden-days",))
    with pytest.raises(EvidenceError, match="until two named people agree"):
        confirm(read_evidence(folder), folder, ["walking.loneliness"], [ANN, "machine-assisted"], DAY)


def test_decisions_are_only_added_and_the_last_one_holds(start: Start, finish: Finish, folder: Path) -> None:
    found = both(start, finish)
    pairs = paired(*(one.units for one in opened(found)))
    base = read_evidence(folder)
    texts = []
    for code in ("theme.risk", "money.pooled"):
        path, text = with_decision(found, pairs, Decision(unit="u2", codes=(code,), by=(ANN,), date=DAY, why="So: it is."), base)
        path.write_text(text)
        texts.append(text)
    assert texts[1].startswith(texts[0])
    assert outcomes(found, pairs, decisions(found))[1].codes == {"money.pooled"}
    for passage, code, said in (
        ("u2", "theme.rsk", "no code"),
        ("u9", "theme.risk", "no such passage"),
        ("u1", "theme.risk", "same codes"),
    ):
        with pytest.raises(EvidenceError, match=said):
            with_decision(found, pairs, Decision(unit=passage, codes=(code,), by=(ANN,), date=DAY, why="x"), base)


def test_what_two_people_agreed_on_does_not_change_in_silence(start: Start, finish: Finish, folder: Path) -> None:
    found = start()
    finish(found, ANN, unit(*GARDEN, "theme.loneliness"))
    found = finish(open_round(folder, "spring"), BEN, unit(*GARDEN, "theme.loneliness"))
    pairs = paired(*(one.units for one in opened(found)))
    place(folder, settle(found, outcomes(found, pairs, ()), read_evidence(folder), DAY).files)
    path = folder / "findings" / "walker-2020.yaml"
    path.write_text(path.read_text().replace("    codes: [theme.loneliness]\n", "    codes: [theme.loneliness, theme.risk]\n", 1))
    (problem,) = problems_of(folder)
    assert "changed since two people agreed" in problem.message
    shutil.rmtree(found.folder)
    assert any("there is no coding round 'spring'" in one.message for one in problems_of(folder))


def test_a_claim_that_two_people_agreed_on_says_so(folder: Path) -> None:
    base = read_evidence(folder)
    claim = next(iter(base.claims.values()))
    assert marking(base, [claim]).said == "single coding, not yet checked by a second person"
    place(folder, confirm(base, folder, [claim.id], [ANN, BEN], DAY))
    after = read_evidence(folder)
    assert problems_of(folder) == []
    said = marking(after, [after.claim(claim.id)]).said
    assert "on the judgement of 1 of 1 claims" in said
    path = folder / "claims" / Path(after.places[("claim", claim.id)].file).name
    path.write_text(path.read_text().replace(claim.text, f"{claim.text} Or so.", 1))
    assert any("the claim has changed since two people agreed" in problem.message for problem in problems_of(folder))


def test_the_marking_follows_from_the_findings(folder: Path) -> None:
    path = folder / "findings" / "walker-2020.yaml"
    path.write_text(path.read_text().replace("coder: A. Coder", "coder: machine-assisted", 1))
    base = read_evidence(folder)
    assert marking(base).said == "single coding, machine-assisted, not yet checked by a second person"
    assert finding_said(base.finding("walker-2020.garden-days")) == "single coding, by A. Coder, not yet checked by a second person"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Spring 27", ("walker-2020",), (ANN, BEN)), "is not a name for a round"),
        (("spring", ("walkr-2020",), (ANN, BEN)), "Did you mean 'walker-2020'"),
        (("spring", ("baker-2021",), (ANN, BEN)), "has no outline"),
        (("spring", ("walker-2020",), (ANN,)), "two different coders"),
        (("spring", ("walker-2020",), (ANN, "ann reader")), "two different coders"),
    ],
)
def test_a_round_that_cannot_begin_says_why(folder: Path, arguments: tuple[str, tuple[str, ...], tuple[str, ...]], said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        begun(folder, read_evidence(folder), *arguments, DAY, given=False)


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ((unit(*FELL, "theme.lonelines"),), "Did you mean 'theme.loneliness'"),
        ((unit(*FELL, "theme.risk theme.risk"),), "the code 'theme.risk' stands twice"),
        ((unit("baker-2021", "Summary", 1, "some words here", "theme.risk"),), "is not a source of this round"),
        ((unit("walker-2020", "Sumary", 1, "some words here", "theme.risk"),), "has no section 'Sumary'"),
        ((unit(*FELL, "theme.risk"), unit(*FELL, "money.pooled")), "the passage stands twice"),
        ((unit(*FELL, "theme.risk", "walker-2020.loneliness-fell"),), "passages are marked freely"),
        ((unit(*FELL, "theme.risk").model_copy(update={"codes": None}),), "no decision was made on one passage"),
    ],
)
def test_a_sheet_that_does_not_hold_together_is_refused(
    start: Start, finish: Finish, units: tuple[sheets.CodedUnit, ...], said: str
) -> None:
    with pytest.raises(EvidenceError, match=said):
        finish(start(), ANN, *units)


def test_a_round_goes_on_with_the_frame_it_began_with(start: Start, finish: Finish, folder: Path) -> None:
    found = start()
    path = folder / "coding_frame" / "theme.yaml"
    path.write_text(path.read_text().replace("What may go wrong.", "What may go badly wrong."))
    with pytest.raises(EvidenceError, match="the coding frame has changed"):
        finish(found, ANN, unit(*FELL, "theme.loneliness"))
    assert ["the coding frame has changed" in problem.message for problem in problems_of(folder)] == [True]
    record = found.folder / "round.yaml"
    record.write_text(record.read_text() + "abandoned: The frame was sharpened.\n")
    assert problems_of(folder) == []
    assert open_round(folder, "spring").state == "abandoned"


def test_sheets_go_out_and_come_back(start: Start, folder: Path, tmp_path: Path) -> None:
    found = start().round
    written = sheet(
        unit(*FELL, "theme.loneliness money.pooled"),
        unit(*GARDEN, "").model_copy(update={"note": '=HYPERLINK(1); \'+ and - "quoted", with a comma: and #'}),
        unit(*SAFER, "theme.risk").model_copy(update={"codes": None, "note": "'tis unclear"}),
    )
    for name, text in (("a.csv", "\ufeff" + sheets.as_csv(written)), ("a.yaml", sheets.as_yaml(found, found.coders[0], written))):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        assert sheets.read_sheet(tmp_path / name, found, found.coders[0]) == written
    assert "'=HYPERLINK" in (tmp_path / "a.csv").read_text()
    with pytest.raises(EvidenceError, match="the sheet's coder is 'ann-reader', not 'ben-coder'"):
        sheets.read_sheet(tmp_path / "a.yaml", found, found.coders[1])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",walker-2020,Summary,three,,words,theme.risk,", "should be a whole number"),
        (",walker-2020,Summary,3,,one two three four five six seven eight,theme.risk,", "more than 7 words"),
        (",,Summary,3,,words,theme.risk,", "is not an id"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_line(start: Start, tmp_path: Path, rows: str, said: str) -> None:
    found = start().round
    (tmp_path / "a.csv").write_text(",".join(sheets.COLUMNS) + "\n" + rows + "\n")
    with pytest.raises(EvidenceError, match=said) as refused:
        sheets.read_sheet(tmp_path / "a.csv", found, found.coders[0])
    assert "line 2" in refused.value.problems[0].where


def test_measures_come_once_there_are_enough_decisions() -> None:
    pairs = paired(
        [
            unit("walker-2020", "Summary", number, "some words here", "theme.risk" if number % 3 else "theme.loneliness")
            for number in range(1, 31)
        ],
        [
            unit("walker-2020", "Summary", number, "some words here", "theme.risk" if number % 4 else "theme.loneliness")
            for number in range(1, 31)
        ],
    )
    assert unit_agreement(pairs, given=False).f1 == 1
    assert sum(pair.agreed for pair in pairs) == 17
    assert MIN_SOURCES > 2


@pytest.mark.parametrize(("name", "expected"), [("Ann O'Reader", "ann-o-reader"), ("Zoë Ångström", "zoe-angstrom")])
def test_a_coder_gets_an_id_of_the_name(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_name_without_letters_is_refused() -> None:
    with pytest.raises(EvidenceError, match="gives no id"):
        slug("李")
