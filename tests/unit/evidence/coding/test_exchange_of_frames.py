"""The coding frame out and back: REFI-QDA, CSV and JSON; other tools' codebooks; hostile files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError, SpfError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.coding import codebook, refi
from spf_analysis.evidence.coding.codebook import BookEntry, BookGroup, Codebook
from spf_analysis.evidence.coding.frame_import import compared, files_of
from spf_analysis.evidence.coding.frame_version import Decided, guid_of
from spf_analysis.evidence.coding.round import RoundFolder
from spf_analysis.evidence.pending import place
from spf_analysis.evidence.reading import read_evidence

ANN = Decided("Ann Reader", "2027-03-01", "A workshop.")
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
OTHER_TOOL = f"""{HEAD}<CodeBook xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="urn:QDA-XML:codebook:0:4 Codebook.xsd" origin="Another tool 23" xmlns="urn:QDA-XML:codebook:1.0">
  <!-- made elsewhere -->
  <Codes>
    <Code guid="1ff58b12-6f6f-4b0c-8be5-bbdc91f55294" name="Loss" color="#4A0" isCodable="true">
      <Description>Something is lost.</Description></Code>
    <Code guid="{{2FF58B12-6F6F-4B0C-8BE5-BBDC91F55294}}" name="Gain" isCodable="true"/>
    <Code guid="3FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Feelings" isCodable="false"><Description>How people feel.</Description>
      <Code guid="4FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Joy" isCodable="true"><Description>Gladness.</Description>
        <Code guid="5FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Quiet" isCodable="true"><Description>Content.</Description></Code>
      </Code>
    </Code>
  </Codes>
  <Sets>
    <Set name="What changed" guid="ECA18D76-2B8B-4F26-BC1D-19ECA19FB3F0"><Description>Changes.</Description>
      <MemberCode guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" /><MemberCode guid="{{2FF58B12-6F6F-4B0C-8BE5-BBDC91F55294}}"/>
    </Set>
  </Sets>
</CodeBook>"""


def texts(book: Codebook) -> list[tuple[BookEntry, tuple[BookEntry, ...]]]:
    return [(group.head, group.codes) for group in book.groups]


def back(book: Codebook, folder: Path) -> tuple[Codebook, Codebook, Codebook]:
    """The codebook written and read again in each format."""
    (folder / "a.qdc").write_bytes(refi.write(book, "test"))
    (folder / "a.csv").write_text("\ufeff" + codebook.as_csv(book), encoding="utf-8", newline="")
    (folder / "a.json").write_text(codebook.as_json(book), encoding="utf-8")
    return refi.read(folder / "a.qdc"), codebook.from_csv(folder / "a.csv"), codebook.from_json(folder / "a.json")


def test_the_real_frame_goes_out_and_comes_back(root: Path, tmp_path: Path) -> None:
    base = read_evidence(root / "evidence")
    book = codebook.codebook(base)
    for again in back(book, tmp_path):
        assert texts(again) == texts(book)
        found = compared(base, again)
        assert found.empty
        assert found.lacking == ()
    qdc, _, as_json = back(book, tmp_path)
    assert [group.facet for group in qdc.groups] == [group.facet for group in book.groups]
    assert as_json == book


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=30).map(str.strip).filter(bool)
LONG = st.one_of(
    TEXT, st.lists(st.sampled_from(["Include: x", "\\Exclude: y", "Id: a.b", "plain", "\nlist"]), min_size=1, max_size=4).map("\n\n".join)
)
LONG_TEXT = LONG.map(str.strip).filter(bool)
MAYBE = st.one_of(st.none(), LONG_TEXT)


@st.composite
def books(draw: st.DrawFn) -> Codebook:
    groups = []
    for number in range(draw(st.integers(1, 3))):
        codes = tuple(
            BookEntry(
                draw(TEXT),
                draw(LONG_TEXT),
                draw(MAYBE),
                draw(MAYBE),
                draw(MAYBE),
                f"g{number}.c{n}",
                guid_of("code", f"{number} {n}"),
                None,
            )
            for n in range(draw(st.integers(1, 3)))
        )
        colour = draw(st.sampled_from([None, "#46AA00"]))
        head = BookEntry(draw(TEXT), draw(LONG_TEXT), id=f"g{number}", guid=guid_of("group", str(number)), colour=colour)
        groups.append(BookGroup(head, codes))
    return Codebook(tuple(groups))


@settings(deadline=None, max_examples=40)
@given(books())
def test_any_frame_goes_out_and_comes_back_as_refi_qda(tmp_path_factory: pytest.TempPathFactory, book: Codebook) -> None:
    path = tmp_path_factory.mktemp("book") / "a.qdc"
    path.write_bytes(refi.write(book, "test"))
    assert texts(refi.read(path)) == texts(book)


@settings(deadline=None, max_examples=40)
@given(books())
def test_any_frame_goes_out_and_comes_back_as_csv_and_json(tmp_path_factory: pytest.TempPathFactory, book: Codebook) -> None:
    _, as_csv, as_json = back(book, tmp_path_factory.mktemp("book"))
    assert texts(as_csv) == texts(book)
    assert texts(as_json) == texts(book)


def test_a_table_holds_no_formula(base: EvidenceBase) -> None:
    head = BookEntry("=1+1", "@SUM(A1)", id="g", guid=guid_of("group", "g"))
    text = codebook.as_csv(Codebook((BookGroup(head, (BookEntry("-x", "+y", id="g.c"),)),)))
    assert "'=1+1" in text
    assert "'@SUM(A1)" in text
    assert ",'-x,'+y," in text


def test_another_tool_s_codebook_is_taken_in(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.qdc").write_text(OTHER_TOOL)
    base = read_evidence(folder)
    found = compared(base, refi.read(tmp_path / "other.qdc"))
    assert [key for key, _ in found.new_codes] == ["feelings.joy", "feelings.joy-quiet", "what-changed.loss"]
    assert found.remarks == ("“Gain” is left out: it has no definition",)
    assert set(found.lacking) == set(base.codes)
    version, files = files_of(found, folder, base, ANN)
    place(folder, files)
    after = read_evidence(folder)
    assert version == "1.1.0"
    assert after.code("what-changed.loss").guid == "1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294"
    assert after.code("what-changed.loss").colour == "#44AA00"
    assert after.code("feelings.joy-quiet").label == "Joy › Quiet"
    assert {problem.message.partition("' ")[2] for problem in problems_of(folder)} == {"has no finding"}
    assert compared(after, refi.read(tmp_path / "other.qdc")).empty


def test_sharper_texts_touch_only_the_record_concerned(folder: Path, tmp_path: Path) -> None:
    path = folder / "coding_frame" / "theme.yaml"
    path.write_text(path.read_text().replace("codes:\n", "codes:   # ours\n"))
    before = path.read_text()
    base = read_evidence(folder)
    book = codebook.as_json(codebook.codebook(base))
    (tmp_path / "a.json").write_text(
        book.replace("What may go wrong.", "What may go wrong, and for whom.").replace('"Themes"', '"All themes"')
    )
    found = compared(base, codebook.from_json(tmp_path / "a.json"))
    assert [(one.id, one.field) for one in found.changed] == [("theme", "label"), ("theme.risk", "definition")]
    place(folder, files_of(found, folder, base, ANN)[1])
    after = path.read_text()
    assert problems_of(folder) == []
    assert read_evidence(folder).code("theme.risk").definition == "What may go wrong, and for whom."
    kept = [line for line in before.splitlines() if line in after.splitlines()]
    assert len(kept) == len(before.splitlines()) - 2


def test_the_frame_is_not_taken_over_while_somebody_is_coding(folder: Path, start: Callable[..., RoundFolder]) -> None:
    start()
    base = read_evidence(folder)
    with pytest.raises(EvidenceError, match="the round is going on"):
        files_of(compared(base, Codebook(())), folder, base, ANN)


HOSTILE = {
    "entity": ('<!DOCTYPE CodeBook [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;", "declares a document type"),
    "laughs": ('<!DOCTYPE CodeBook [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>', "&b;", "declares a document type"),
    "outside": ('<!DOCTYPE CodeBook SYSTEM "http://127.0.0.1:9/x.dtd">', "text", "declares a document type"),
    "undeclared": ("", "&x;", "is not XML"),
    "stylesheet": ("", "]]>", "is not XML"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused(tmp_path: Path, name: str) -> None:
    declared, content, said = HOSTILE[name]
    path = tmp_path / "x.qdc"
    guid = guid_of("code", "x")
    path.write_text(
        f'{HEAD}{declared}<CodeBook xmlns="{refi.NAMESPACE}"><Codes><Code guid="{guid}" name="a" isCodable="true">'
        f"<Description>{content}</Description></Code></Codes></CodeBook>"
    )
    with pytest.raises(EvidenceError, match=said):
        refi.read(path)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ('<Code guid="x" name="a" isCodable="true"/>', "guid"),
        (f'<Code guid="{guid_of("code", "x")}" isCodable="true"/>', "name"),
        (f'<Code guid="{guid_of("code", "x")}" name="a" isCodable="perhaps"/>', "isCodable"),
        (f'<Code guid="{guid_of("code", "x")}" name="a" isCodable="true" color="green"/>', "color"),
        ("<Script>alert(1)</Script>", "Script"),
    ],
)
def test_what_the_standard_refuses_is_told_with_its_line(tmp_path: Path, codes: str, said: str) -> None:
    path = tmp_path / "x.qdc"
    path.write_text(f'{HEAD}<CodeBook xmlns="{refi.NAMESPACE}">\n<Codes>\n{codes}</Codes></CodeBook>')
    with pytest.raises(EvidenceError, match="not a REFI-QDA codebook") as refused:
        refi.read(path)
    assert refused.value.problems[0].where == "x.qdc, line 4"
    assert any(said in problem.message for problem in refused.value.problems)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"schema": 1}', '{"schema": 1, "groups": [3]}', '{"schema": 1, "groups": [{"label": 3, "codes": []}]}']
)
def test_json_that_is_no_codebook_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(SpfError) as refused:
        codebook.from_json(tmp_path / "x.json")
    assert refused.value.problems[0].hint


def test_a_character_that_xml_cannot_hold_is_refused(base: EvidenceBase) -> None:
    head = BookEntry("a", "b\x01", id="g", guid=guid_of("group", "g"))
    with pytest.raises(EvidenceError, match="a character that XML cannot hold"):
        refi.write(Codebook((BookGroup(head, ()),)), "test")
