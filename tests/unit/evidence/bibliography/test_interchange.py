"""Files of other tools come in whatever their faults, with a list of what was repaired or left out, and go out without loss."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import SourceError, SpfError, UsageError
from spf_analysis.evidence.bibliography import csl
from spf_analysis.evidence.bibliography.adding import add
from spf_analysis.evidence.bibliography.entries import citation_key, tidied
from spf_analysis.evidence.bibliography.interchange import FORMATS, read, read_file, write
from spf_analysis.evidence.bibliography.latex import decoded, encoded
from spf_analysis.evidence.bibliography.register import open_register
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.reading import read_evidence

SAMPLES = Path(__file__).parents[3] / "samples" / "library"
ROOT = Path(__file__).parents[4]


def remarks(name: str) -> list[str]:
    return [f"{remark.where}: {remark.said}" for remark in read_file(SAMPLES / name).remarks]


def test_a_database_export_in_ris_comes_in() -> None:
    first, odd, plain, again, last = read_file(SAMPLES / "database.ris").entries
    assert first["author"] == [{"family": "Harbour", "given": "Ann"}, {"family": "Pier", "given": "Bo", "suffix": "Jr"}]
    assert (first["title"], first["container-title"], first["page"], first["DOI"]) == (
        "A café study of walking",
        "Steps",
        "11-19",
        "10.1000/ABC.1",
    )
    assert first["abstract"] == "Background: walkers & talkers, p < 0.05. wrapped on to a second line."
    assert first["keyword"] == "walking; cafés"
    assert first["issued"] == {"date-parts": [[2019]]}
    assert (odd["type"], odd["title"], "URL" in odd, "issued" in odd) == ("document", '=HYPERLINK("http://example.org")', False, False)
    assert (plain["author"], plain["issued"]) == ([{"literal": "Anonymous"}], {"date-parts": [[2020, 3]]})
    assert again["DOI"] == "10.1000/abc.1"
    assert last["issued"] == {"date-parts": [[2017, 3]]}


def test_what_was_repaired_in_it_or_left_out_is_told() -> None:
    said = remarks("database.ris")
    for wanted in (
        "the tag 'ZZ' is not used here: left out of 1 record",
        "the tag 'L1' is not used here",
        "line 21: the record has no end",
        "line 36: the record has no end",
        "line 2: markup was taken out of 'abstract'",
        "line 1: the DOI was freed",
        "line 21: the type 'XYZW' is not known",
        "the web address is none that can be opened safely",
        "holds no year",
        "it has no title, so it cannot be cited",
        "entered as 'Anonymous'",
    ):
        part = wanted.split(": ", 1)[-1]
        assert any(part in one for one in said), (wanted, said)


def test_a_bibtex_file_in_latin_1_comes_in_and_one_broken_entry_costs_no_other() -> None:
    first, second, broken, odd = read_file(SAMPLES / "latin-1.bib").entries
    assert first["author"] == [{"family": "Smith", "given": "Jéan"}, {"literal": "Age UK"}, {"family": "van der Berg", "given": "Ludwig"}]
    assert (first["title"], first["container-title"]) == ("A Walking Study & more", "Steps: A Journal")
    assert (first["page"], first["issued"], first["URL"]) == ("1-4", {"date-parts": [[2019, 3]]}, "https://example.org/a_b")
    assert second["title"] == "A second entry of that key"
    assert broken["author"] == [{"family": "Broken", "given": "B."}]
    assert (odd["title"], odd["author"], odd["type"]) == ("Naïve Übung", [{"family": "Müller", "given": "K."}], "document")
    said = " | ".join(remarks("latin-1.bib"))
    for wanted in ("Windows-1252", "'broken' is not closed", "'nosuchstring' is not defined", "'file' is not used", "no title"):
        assert wanted in said


def test_a_csl_file_in_utf_16_comes_in_and_its_text_is_only_text() -> None:
    first, second = read_file(SAMPLES / "reader.json").entries
    assert first["title"] == "Steps & <script>alert(1)</script> *md* #typst"
    assert first["author"] == [{"family": "Müller", "given": "K", "non-dropping-particle": "von"}, {"literal": "Cher"}]
    assert (first["volume"], first["issued"], first["accessed"]) == ("4", {"date-parts": [[2016]]}, {"date-parts": [[2020, 1]]})
    assert (second["title"], second["author"], second["keyword"]) == ("turned text", [{"literal": "A Body"}], "a; b")


def test_works_come_in_once_under_keys_of_their_own(folder: Path) -> None:
    before = problems_of(folder)
    register = open_register(folder)
    added = add(register, read_file(SAMPLES / "database.ris"))
    assert added.keys == ("harbour-2019", "westhaven-walkers-nd", "anonymous-2020", "last-2017")
    assert any("it is 'harbour-2019' already (same DOI)" in remark.said for remark in added.left_out)
    assert any("the key 'harbour-2021' is given already: it became 'anonymous-2020'" in remark.said for remark in added.remarks)
    register.save()
    assert problems_of(folder) == before
    again = open_register(folder)
    assert add(again, read_file(SAMPLES / "database.ris")).keys == ()


def test_a_record_with_the_doi_of_another_work_is_left_out_and_shown_beside_it(folder: Path) -> None:
    year, author = {"date-parts": [[2019]]}, [{"family": "Pier"}]
    one = {"type": "report", "title": "Walking in Westhaven", "issued": year, "author": author, "DOI": "10.1000/a"}
    other = {**one, "title": "Swimming off the pier", "issued": {"date-parts": [[2021]]}}
    renamed, redated = {**one, "title": "Swimming off the pier"}, {**one, "issued": {"date-parts": [[2021]]}}
    added = add(open_register(folder), read(write([one, other, renamed, redated], "csljson").encode(), "csljson", "own.json"))
    assert added.keys == ("pier-2019",)
    assert [remark.said for remark in added.left_out] == [
        "same DOI, other title and year: 'Swimming off the pier' (2021) is left out, 'pier-2019' is 'Walking in Westhaven' (2019); "
        "decide whose DOI is wrong",
        *["it is 'pier-2019' already (same DOI): left out"] * 2,
    ]
    (clash,) = added.clashes
    assert (clash.where, clash.known) == ("own.json, record 2", "pier-2019")
    assert ("title", "Walking in Westhaven", "Swimming off the pier", False) in clash.fields
    assert ("issued", "2019", "2021", False) in clash.fields


def test_an_import_of_the_projects_own_export_adds_nothing_and_into_another_keeps_the_keys(folder: Path) -> None:
    works = [work.as_csl() for work in read_evidence(ROOT / "evidence").library.values()]
    register = open_register(folder)
    added = add(register, read(write(works, "ris").encode(), "ris", "own.ris"))
    assert len(added.keys) + len(added.left_out) == len(works)
    assert set(added.keys) <= {work["id"] for work in works}
    register.save()
    for form in FORMATS:
        assert add(open_register(folder), read(write(works, form).encode(), form, "own")).keys == ()


@pytest.mark.parametrize("form", FORMATS)
def test_the_projects_own_library_survives_the_round_trip(form: str) -> None:
    works = json.loads((ROOT / "evidence" / "library.json").read_text(encoding="utf-8"))
    back = read(write(works, form).encode(), form, "own")
    assert list(back.entries) == [tidied(work).entry for work in works]
    assert [entry["id"] for entry in back.entries] == [work["id"] for work in works]


LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
HARD = st.sampled_from(
    ("--", "a--b", "``x''", "{", "}}", "\\", "100 %", "a_b & c", "~", "N1  - x", "ER  - ", "@misc{x,", "x; y", "a, b", "A and B", "$x$")
)
TEXT = LINE | HARD
NAMED = st.fixed_dictionaries({"family": TEXT}, optional={"given": TEXT, "suffix": TEXT, "non-dropping-particle": TEXT}) | st.builds(
    lambda text: {"literal": text}, TEXT
)
DATE = st.tuples(st.integers(1500, 2099), st.integers(1, 12), st.integers(1, 28)).flatmap(
    lambda day: st.integers(1, 3).map(lambda size: {"date-parts": [list(day[:size])]})
)
WORKS = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(csl.TYPES)), "title": TEXT, "author": st.lists(NAMED, min_size=1, max_size=3)},
    optional=dict.fromkeys(sorted(csl.TEXTS - {"DOI", "URL", "title"}), TEXT)
    | {"editor": st.lists(NAMED, min_size=1, max_size=2), "issued": DATE, "accessed": DATE, "original-date": DATE},
)


@pytest.mark.parametrize("form", FORMATS)
@given(work=WORKS)
@settings(max_examples=150, deadline=None)
def test_no_field_is_lost_on_a_round_trip(form: str, work: dict[str, Any]) -> None:
    entry = tidied({"id": "pier-2020", **work}).entry
    if entry is None or entry.get("note", "").partition(": ")[0] in csl.VARIABLES:
        return
    assert read(write([entry], form).encode(), form, "own").entries == (entry,)


@given(TEXT)
def test_latex_is_undone(text: str) -> None:
    whole = " ".join(text.split())
    assert decoded(encoded(whole)) in (whole, " ".join(tidied({"title": whole, "type": "book"}).entry["title"].split()) if whole else "")


@pytest.mark.parametrize("form", FORMATS)
@given(raw=st.binary(max_size=200) | st.text("TYER  -AU@{},=\"#\n[]: \\'abc1", max_size=200).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_no_bytes_bring_a_reader_down(form: str, raw: bytes) -> None:
    with contextlib.suppress(SpfError):
        assert read(raw, form, "damaged").remarks is not None


@pytest.mark.parametrize("form", FORMATS)
def test_two_thousand_records_come_in_within_seconds(folder: Path, form: str) -> None:
    work = {
        "type": "article-journal",
        "author": [{"family": "Pier", "given": "Bo"}],
        "abstract": "word " * 200,
        "issued": {"date-parts": [[2019]]},
    }
    raw = write(({"id": f"pier-{number}x", **work, "title": f"Study {number}"} for number in range(2000)), form).encode()
    start = time.process_time()
    register = open_register(folder)
    assert len(add(register, read(raw, form, "large")).keys) == 2000
    register.save()
    assert time.process_time() - start < 15
    assert len(read_evidence(folder).library) == 2005


def test_a_file_that_is_none_of_these_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not tell its format"):
        read_file(tmp_path / "export.txt")
    with pytest.raises(SourceError, match="is missing"):
        read_file(tmp_path / "export.ris")
    (tmp_path / "export.ris").write_text("Dear colleague")
    with pytest.raises(SourceError, match="holds no record of the format ris"):
        read_file(tmp_path / "export.ris")


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ({"author": [{"family": "Ødegård"}], "issued": {"date-parts": [[2020]]}}, "degard-2020"),
        ({"author": [{"literal": "NHS England"}]}, "nhs-england-nd"),
        ({"author": [{"family": "王"}], "id": "x"}, "item-abcd2345-nd"),
        ({"author": [{"family": "Pier"}], "issued": {"date-parts": [[2020]]}, "id": "pier-2020-final"}, "pier-2020-final"),
        ({"author": [{"family": "Pier"}], "issued": {"date-parts": [[2019]]}}, "pier-2019c"),
    ],
)
def test_citation_keys_are_author_and_year(entry: dict[str, Any], key: str) -> None:
    assert citation_key(entry, {"pier-2019", "pier-2019b"}, "item ABCD2345") == key
