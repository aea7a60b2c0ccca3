"""A Word briefing that came back: tracked changes, silent edits and comments are listed with their origin; figures are refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from built_edition import Edition, Spf
from word_editing import (
    SAID,
    Change,
    comment,
    comment_on_a_picture,
    edited,
    insert_after,
    point_comment,
    silently,
    take_out_a_picture,
    track,
    without_property,
)

from spf_analysis.records import read_yaml

AREA = "templates/area_briefing.qmd"
READINGS = "evidence/fund/rules/interpretations.yaml"
Returns = Callable[..., list[dict[str, str]]]


@pytest.fixture
def workbench(edition: Edition, tmp_path: Path) -> Path:
    """A workbench with the published edition in its reports."""
    made = Path(shutil.copytree(edition.workbench, tmp_path / "workbench"))
    shutil.copytree(edition.folder, made / "reports" / edition.folder.name, dirs_exist_ok=True)
    return made


@pytest.fixture
def returns(edition: Edition, workbench: Path, tmp_path: Path, spf: Spf) -> Returns:
    """The remarks on a published Word file after these changes in a word processor."""

    def remarks(*changes: Change, target: str = "QOC", keywords: str | None = None) -> list[dict[str, str]]:
        path = edited(edition.folder / target / "briefing.docx", tmp_path / "back.docx", *changes, keywords=keywords)
        return remarks_of(spf("returned", path, "--json", cwd=workbench))

    return remarks


def remarks_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, str]]:
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["remarks"]
    return found


@pytest.fixture
def came_back(edition: Edition, tmp_path: Path) -> Path:
    """The briefing of an area with a change of a claim, one of a template's sentence, one of a figure, a comment and a silent edit."""
    return edited(
        edition.folder / "QOC" / "briefing.docx",
        tmp_path / "from the board.docx",
        track("seldom recover their full cost", "rarely recover their full cost"),
        track("it is no league table", "nobody is ranked"),
        track("beside a rate of £0.95", "beside a rate of £1.95"),
        comment("not as a test"),
        silently("nobody has said on its behalf", "no one has said on its behalf"),
    )


def test_every_change_and_comment_is_listed_with_its_origin(came_back: Path, workbench: Path, spf: Spf) -> None:
    found = remarks_of(spf("returned", came_back, "--json", cwd=workbench))
    assert [(item["kind"], item["comes_from"].get("file"), bool(item["refused"])) for item in found] == [
        ("change", AREA, True),
        ("change", AREA, False),
        ("comment", AREA, False),
        ("change", "evidence/claims/vcfse.yaml", False),
        ("untracked change", AREA, False),
    ]
    figure, template, remark, claim, silent = found
    assert "£0.95, £1.95" in figure["refused"]
    assert template["after"] == "The order is alphabetical: nobody is ranked."
    assert (remark["by"], remark["before"], remark["comment"]) == ("Dev Patel", "not as a test", SAID)
    assert claim["comes_from"]["record"] == "vcfse.below-full-cost"
    assert (claim["by"], claim["date"]) == ("Maria Hill", "2026-12-01")
    assert "no one has said" in silent["after"]
    assert "This section" not in silent["before"]


def test_an_editor_decides_line_by_line_and_only_what_is_accepted_is_made(came_back: Path, workbench: Path, spf: Spf) -> None:
    assert spf("returned", came_back, cwd=workbench).returncode == 0
    review = came_back.with_suffix(".review.yaml")
    assert spf("returned", came_back, cwd=workbench).returncode == 2, "a review that may hold decisions is not written over"
    undecided = spf("returned", "--apply", review, cwd=workbench)
    assert undecided.returncode == 2
    assert undecided.stderr.count("the change is not decided") == 3
    entries = read_yaml(review, "usage").content["remarks"]
    decide(review, *("no" if "no one" in str(entry.get("after")) else "yes" for entry in entries if "accept" in entry))
    claims, template = workbench / "evidence" / "claims" / "vcfse.yaml", workbench / AREA
    before = {path: path.read_text(encoding="utf-8") for path in (claims, template)}
    done = spf("returned", "--apply", review, "--json", cwd=workbench)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (len(said["made"]), said["by_hand"], said["declined"]) == (2, [], 1)
    after = {path: path.read_text(encoding="utf-8") for path in before}
    assert "rarely recover their full cost" in after[claims]
    assert after[template] == before[template].replace("it is no league table", "nobody is ranked")
    kept = [line for line in before[claims].splitlines() if "seldom recover" not in line]
    assert len(set(kept) - set(after[claims].splitlines())) < 4, "only the sentence was set anew"
    assert spf("check", cwd=workbench).returncode == 0


def decide(review: Path, *decisions: str) -> None:
    """Write an editor's decisions into a review, one after the other."""
    left = iter(decisions)
    text = review.read_text(encoding="utf-8")
    review.write_text(re.sub(r"(?m)^( +accept):.*", lambda found: f"{found[1]}: {next(left)}", text), encoding="utf-8")


def test_a_refused_change_cannot_be_accepted(came_back: Path, workbench: Path, spf: Spf) -> None:
    spf("returned", came_back, "--out", "review.yaml", cwd=workbench)
    review = workbench / "review.yaml"
    text = re.sub(r"(?m)^( +accept):.*", r"\1: no", review.read_text(encoding="utf-8"))
    review.write_text(re.sub(r"( +)refused:", r"\1accept: yes\n\1refused:", text), encoding="utf-8")
    done = spf("returned", "--apply", review, cwd=workbench)
    assert done.returncode == 2
    assert "a refused change is accepted: it changes a figure" in done.stderr


def test_a_title_a_heading_a_reading_and_a_sentence_around_values_can_be_changed(
    edition: Edition, workbench: Path, tmp_path: Path, spf: Spf
) -> None:
    path = edited(
        edition.folder / "QOC" / "briefing.docx",
        tmp_path / "back.docx",
        track("What nobody knows yet, and where", "What no one knows yet, and where"),
        track("the match is its only condition", "the match is the only condition"),
        track("neither the Integrated Care Board nor a council", "neither the Integrated Care Board nor any council"),
        track("A Social", "The Social"),
    )
    review = workbench / "review.yaml"
    found = remarks_of(spf("returned", path, "--out", review, "--json", cwd=workbench))
    assert [(item["refused"], item["comes_from"].get("file", "")) for item in found] == [("", ""), ("", READINGS), ("", AREA), ("", AREA)]
    assert found[-1]["before"] == "What nobody knows yet, and where sources disagree"
    decide(review, "yes", "yes", "yes", "yes")
    said = json.loads(spf("returned", "--apply", review, "--json", cwd=workbench).stdout)
    assert (len(said["made"]), len(said["by_hand"])) == (3, 1)
    assert "the title and date" in said["by_hand"][0]
    assert "## What no one knows yet, and where sources disagree {#sec-gaps}" in (workbench / AREA).read_text(encoding="utf-8")
    assert "nor any council <<" in (workbench / AREA).read_text(encoding="utf-8")
    assert 'where the match is the only condition."' in (workbench / READINGS).read_text(encoding="utf-8")
    assert spf("check", cwd=workbench).returncode == 0


REFUSED = {
    "QOC": {
        ("in seven studies", "in nine studies"): "it changes a figure (seven, nine)",
        ("would raise £5.70 million", "would raise £5.70 billion"): "it changes a figure (£5.70 million, £5.70 billion)",
        ("five per cent a year", "ten per cent a year"): "it changes a figure (five per cent, ten per cent)",
        ("£5.55 million and £6.19 million", "£6.19 million and £5.55 million"): "it puts figures in another order (£5.55 million, £6.19",
        ("trouble (Goodman, 2019)", "trouble"): "it touches a citation (Goodman, 2019)",
        ("low confidence", "high confidence"): "it is made from data or evidence",
        ("where Shropshire, Telford and Wrekin stands", "where the area stands"): "it is made from data or evidence",
    },
    "national-fund": {
        ("Six to eight", "Ten to twelve"): "it changes a figure (Six, eight, Ten, twelve)",
        ("+£3,731,489", "−£3,731,489"): "it changes a figure (+£3,731,489, −£3,731,489)",
    },
}


@pytest.mark.parametrize("target", REFUSED)
@pytest.mark.parametrize("how", [track, silently])
def test_what_data_and_sources_say_is_refused_however_it_was_edited(
    target: str, how: Callable[[str, str], Change], returns: Returns
) -> None:
    found = returns(*(how(words, instead) for words, instead in REFUSED[target]), target=target)
    reasons = [item["refused"] for item in found]
    assert len(reasons) == len(REFUSED[target])
    assert [said for said in REFUSED[target].values() if not any(reason.startswith(said) for reason in reasons)] == []


def test_wording_beside_a_citation_may_change_and_a_date_may_be_added(returns: Returns) -> None:
    found = returns(
        track("was felt to be key to its lasting (Goodman, 2019). What people", "was said to be the key (Goodman, 2019). What people"),
        insert_after("These were reported to help", "Our board agreed to all of these on 3 December."),
        insert_after("The order is alphabetical", "Our board would add £40,000."),
    )
    assert [(item["after"].split()[0], item["refused"][:40]) for item in found] == [
        ("Our", "it brings in a figure (£40,000) that has"),
        ("Our", ""),
        ("Taking", ""),
    ]
    assert found[-1]["comes_from"]["record"] == "co-commissioning.groundwork"


@pytest.mark.parametrize(
    ("change", "on", "about"),
    [
        (comment_on_a_picture, "[picture]", "a picture, which is drawn from data: 'Figure 1: What relative need changes"),
        (point_comment("not as a test"), "They are put here as starting points", f"{AREA}, line 120"),
        (comment("It could buy additional", "It could not pay"), "It could buy additional, non-clinical activity", f"{AREA}, line 61"),
        (comment("These were reported to help", "Support among front-line"), "These were reported to help. They are", f"{AREA}, line 120"),
        (comment("Case studies nearest to"), "Case studies nearest to", f"{AREA}, line 92"),
        (comment("What works in social"), "What works in social", "the reference cordis-bright-2019, in evidence/library.json"),
    ],
)
def test_a_comment_is_told_once_where_it_begins(change: Change, on: str, about: str, returns: Returns) -> None:
    (found,) = returns(change)
    assert (found["kind"], found["comment"]) == ("comment", SAID)
    assert found["before"].startswith(on)
    assert found["comes_from"]["said"].startswith(about)


def test_a_picture_that_was_taken_out_is_told(returns: Returns) -> None:
    (found,) = returns(take_out_a_picture)
    assert (found["before"], found["after"]) == ("[picture]", "")
    assert found["refused"].startswith("it stands in a table or a figure")


def test_the_file_says_which_briefing_it_is_however_its_keywords_are_joined(returns: Returns) -> None:
    (found,) = returns(silently("£0.99", "£1.99"), keywords="social prescribing Social Prescribing Fund QOC")
    assert found["refused"].startswith("it changes a figure (£0.99, £1.99)")


def test_a_file_that_says_nothing_can_be_named(edition: Edition, workbench: Path, tmp_path: Path, spf: Spf) -> None:
    path = edited(edition.folder / "QOC" / "briefing.docx", tmp_path / "back.docx", keywords="budget; board")
    done = spf("returned", path, cwd=workbench)
    assert done.returncode == 15
    assert "the file does not say which briefing it is: its keywords are 'budget; board'" in done.stderr
    assert "--target" in done.stderr
    assert spf("returned", path, "--target", "QOC", cwd=workbench).stdout.startswith("No change and no comment")
    assert "no target" in spf("returned", path, "--target", "national-fond", cwd=workbench).stderr


def test_an_untouched_file_asks_for_nothing_and_leaves_nothing(edition: Edition, workbench: Path, tmp_path: Path, spf: Spf) -> None:
    for target in ("QOC", "national-fund", "national-evidence"):
        path = edited(edition.folder / target / "briefing.docx", tmp_path / f"{target}.docx")
        done = spf("returned", path, cwd=workbench)
        assert done.stdout == "No change and no comment: there is nothing to decide, and no review was written.\n"
        assert not path.with_suffix(".review.yaml").exists()


def test_what_we_changed_since_is_not_taken_for_an_edit(edition: Edition, workbench: Path, tmp_path: Path, spf: Spf) -> None:
    template = workbench / AREA
    template.write_text(template.read_text(encoding="utf-8").replace("it is no league table", "nobody is ranked"), encoding="utf-8")
    claims = workbench / "evidence" / "claims" / "vcfse.yaml"
    claims.write_text(claims.read_text(encoding="utf-8").replace("seldom recover", "rarely recover"), encoding="utf-8")
    original = edition.folder / "QOC" / "briefing.docx"
    untouched = edited(original, tmp_path / "untouched.docx")
    assert remarks_of(spf("returned", untouched, "--json", cwd=workbench)) == []
    assert spf("build", "QOC", "--formats", "docx", "--typesetter", "embedded", cwd=workbench).returncode == 0
    second = edited(original, tmp_path / "second.docx", track("not as a test", "not as an exam"), silently("£0.99", "£1.99"))
    done = spf("returned", second, "--out", "review.yaml", cwd=workbench)
    assert "One remark, 0 refused" in done.stdout, "the text that was sent is gone, so that only what was tracked is told"
    assert "--published" in done.stdout
    done = spf("returned", second, "--published", original, "--out", "again.yaml", cwd=workbench)
    assert re.search(r"\w+ remarks, \d refused", done.stdout)
    assert "league" not in done.stdout
    assert "seldom" not in done.stdout
    other = spf("returned", second, "--published", edition.folder / "S1Y5D" / "briefing.docx", "--out", "third.yaml", cwd=workbench)
    assert "what came back was not made from this file" in other.stderr


def test_without_a_published_file_the_same_text_is_made_once_more(edition: Edition, workbench: Path, tmp_path: Path, spf: Spf) -> None:
    shutil.rmtree(workbench / "reports")
    path = edited(edition.folder / "QOC" / "briefing.docx", tmp_path / "back.docx", silently("nobody has said on", "no one has said on"))
    (found,) = remarks_of(spf("returned", path, "--json", cwd=workbench))
    assert found["kind"] == "untracked change"


def test_a_word_processor_may_drop_the_fingerprint(edition: Edition, workbench: Path, tmp_path: Path, spf: Spf) -> None:
    path = edited(edition.folder / "QOC" / "briefing.docx", tmp_path / "back.docx", silently("nobody has said on", "no one has said on"))
    without_property(path, tmp_path / "bare.docx", "docProps/custom.xml")
    (found,) = remarks_of(spf("returned", tmp_path / "bare.docx", "--json", cwd=workbench))
    assert found["kind"] == "untracked change"


def test_a_file_that_libreoffice_saved_reads_as_it_did(
    edition: Edition, workbench: Path, tmp_path: Path, spf: Spf, needed: Callable[..., str]
) -> None:
    program = needed("soffice", "libreoffice")
    path = edited(
        edition.folder / "QOC" / "briefing.docx",
        tmp_path / "back.docx",
        silently("Both sides stand, each with who paid", "Both stand, each with who paid"),
        comment_on_a_picture,
        track("References", "Sources"),
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [program, profile, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "saved"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    found = remarks_of(spf("returned", tmp_path / "saved" / "back.docx", "--json", cwd=workbench))
    assert [(item["kind"], item["before"][:11], item["after"][:10]) for item in found] == [
        ("comment", "[picture]", ""),
        ("change", "References", "Sources"),
        ("untracked change", "Both sides ", "Both stand"),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"<html>"])
def test_what_is_no_word_file_is_told(content: bytes, workbench: Path, spf: Spf) -> None:
    (workbench / "letter.docx").write_bytes(content)
    done = spf("returned", "letter.docx", cwd=workbench)
    assert done.returncode == 15
    assert "letter.docx: the file is no Word document that can be read" in done.stderr


def test_a_word_file_of_somebody_else_is_told(edition: Edition, workbench: Path, spf: Spf) -> None:
    with zipfile.ZipFile(edition.folder / "QOC" / "briefing.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["docProps/core.xml"] = re.sub(rb"<cp:keywords>.*?</cp:keywords>", b"", parts["docProps/core.xml"])
    with zipfile.ZipFile(workbench / "letter.docx", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    done = spf("returned", "letter.docx", cwd=workbench)
    assert "the file does not say which briefing it is" in done.stderr


@pytest.mark.parametrize("target", ["QOC", "national-fund", "national-evidence"])
def test_every_sentence_has_an_origin(target: str, edition: Edition, workbench: Path, tmp_path: Path) -> None:
    from spf_analysis.publishing.returned.origins import UNKNOWN, Origins
    from spf_analysis.publishing.returned.reading import read_returned
    from spf_analysis.publishing.returned.sending import template_of
    from spf_analysis.publishing.returned.tracing import traced
    from spf_analysis.workbench import open_workbench

    bench = open_workbench(folder=workbench)
    context = json.loads((edition.folder / target / "context.json").read_text(encoding="utf-8"))
    origins = Origins(bench, context, traced(template_of(bench, context), context, bench.settings.templates))
    read = read_returned(edition.folder / target / "briefing.docx")
    found = [
        (sentence.sent, origins.of(sentence.sent, sentence.sent, stands=paragraph.stands))
        for paragraph in read.paragraphs
        for sentence in paragraph.sentences()
    ]
    assert [text for text, origin in found if origin.kind == UNKNOWN] == []
    said = {text: origin.said for text, origin in found}
    assert all("macros.qmd, line 5" in origin for text, origin in said.items() if text.startswith("What people reported; "))
    assert all(READINGS in origin for text, origin in said.items() if text.startswith("Instead: "))
