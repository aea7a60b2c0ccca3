"""The web pages in a browser: from disk, on a phone and on paper, by keyboard, in the light and in the dark."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from built_edition import Edition, Spf
from reading_back import Element, Page, pdf_text, squeezed

PAGES = ("index.html", "QOC/briefing.html", "QOC/audit.html", "national-fund/briefing.html")
NESTING = """() => [...document.documentElement.querySelectorAll('*')].map(each => {
  let depth = 0;
  for (let at = each; at !== document.documentElement; at = at.parentElement) depth++;
  return depth + each.localName.toLowerCase();
})"""
BRIEFINGS = ("QOC/briefing.html", "national-fund/briefing.html", "national-evidence/briefing.html")
CUT = r"""() => {
  const cut = [];
  for (const cell of document.querySelectorAll('th, td')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[+−]?[£\p{L}\p{N}.,%’']+/gu)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(each => Math.round(each.top))).size > 1) cut.push(word[0]);
      }
    }
  }
  return cut;
}"""
LETTERS = """() => [...document.querySelectorAll('figure svg text')].filter(each => each.textContent.trim()).map(each => {
  const svg = each.ownerSVGElement;
  return parseFloat(getComputedStyle(each).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
})"""
FRAMES = """() => [...document.querySelectorAll('.table-frame, .chart-frame')].map(each => ({
  of: each.parentElement.id, scrolls: each.scrollWidth > each.clientWidth + 1, says: getComputedStyle(each, '::before').content
}))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = "document.activeElement.id || document.activeElement.className || document.activeElement.localName"


@pytest.fixture
def shown(browser: Any, edition: Edition) -> Iterator[Callable[..., Any]]:
    """Opens a page of the edition from disk, at a width and in a colour scheme."""
    contexts = []

    def show(name: str, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Any:
        contexts.append(browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}))
        page = contexts[-1].new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto((edition.folder / name).as_uri())
        return page

    yield show
    for context in contexts:
        context.close()


def nesting(element: Element, depth: int = 1) -> Iterator[str]:
    for child in element.within:
        yield f"{depth}{child.name}"
        yield from nesting(child, depth + 1)


@pytest.mark.parametrize("name", PAGES)
def test_it_opens_from_disk_asks_for_nothing_and_holds_no_mistake_that_a_browser_would_mend(
    name: str, shown: Callable[..., Any], edition: Edition
) -> None:
    page = shown(name)
    assert page.asked == [(edition.folder / name).as_uri()]
    assert page.complaints == []
    (written,) = Page(edition.folder / name).root.all("html")
    assert page.evaluate(NESTING) == list(nesting(written))


@pytest.mark.parametrize("name", PAGES)
def test_it_may_load_and_send_nothing_even_if_something_slipped_in(name: str, edition: Edition) -> None:
    page = Page(edition.folder / name)
    (policy,) = [found.attributes for found in page.root.all("meta") if found.attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy["content"].split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", page.source, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert rules.pop("script-src", "") == " ".join(hashes), "write the hash of the changed script into the page's policy"
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("index.html", 360, "light"),
        ("index.html", 1280, "dark"),
        ("QOC/briefing.html", 360, "dark"),
        ("QOC/audit.html", 360, "dark"),
        ("national-fund/briefing.html", 360, "light"),
    ],
)
def test_axe_finds_nothing_and_a_phone_shows_it_whole(name: str, width: int, scheme: str, shown: Callable[..., Any]) -> None:
    from axe_core_python.sync_playwright import Axe

    page = shown(name, width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = Axe().run(page)
    assert [(violation["id"], [node["html"][:160] for node in violation["nodes"][:3]]) for violation in found["violations"]] == []
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("name", BRIEFINGS)
def test_the_letters_of_a_chart_are_never_too_small_on_a_phone(name: str, shown: Callable[..., Any]) -> None:
    sizes = shown(name, 375).evaluate(LETTERS)
    assert len(sizes) > 20
    assert min(sizes) >= 8.9


@pytest.mark.parametrize("name", BRIEFINGS)
def test_what_is_too_wide_for_a_phone_says_that_it_scrolls_and_nothing_else_does(name: str, shown: Callable[..., Any]) -> None:
    frames = shown(name, 375).evaluate(FRAMES)
    assert {frame["scrolls"] for frame in frames} == {True, False}
    assert [frame for frame in frames if frame["scrolls"] != ("Scroll sideways" in frame["says"])] == []


def test_a_phone_shows_what_need_adds_to_the_share_without_scrolling(shown: Callable[..., Any]) -> None:
    page = shown("QOC/briefing.html", 375)
    edges = page.evaluate("[...document.querySelectorAll('#figure_bridge svg text')].map(each => each.getBoundingClientRect().right)")
    assert len(edges) > 8
    assert max(edges) <= 375


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("name", ["QOC/audit.html", "national-evidence/audit.html", *BRIEFINGS])
def test_no_number_and_no_word_in_a_table_is_cut_in_two(name: str, width: int, shown: Callable[..., Any]) -> None:
    assert shown(name, width).evaluate(CUT) == []


def test_the_evidence_review_cuts_no_word_in_two_and_prints_words_only(
    edition: Edition, shown: Callable[..., Any], spf: Spf, tmp_path: Path
) -> None:
    done = spf("evidence", "review", "--rows", "money", "--out", tmp_path, cwd=edition.workbench)
    assert done.returncode == 0, done.stdout + done.stderr
    page = shown(str(tmp_path / "evidence_review.html"))
    assert page.evaluate(CUT) == []
    said = page.evaluate("[...document.querySelectorAll('th, td')].map(each => each.textContent)")
    assert [text for text in said if "['" in text or re.search(r"[a-z]_[a-z]", text)] == []


def test_the_keyboard_reaches_the_text_and_opens_the_figures_of_a_chart(shown: Callable[..., Any]) -> None:
    page = shown("QOC/briefing.html")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "skip-link"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "main"
    page.locator("details.chart-data summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.chart-data[open]").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "chart-data-table"


@pytest.mark.parametrize("name", ["QOC/briefing.html", "national-fund/briefing.html"])
def test_below_each_chart_stand_its_figures_as_the_briefing_says_them(name: str, edition: Edition) -> None:
    import json

    page = Page(edition.folder / name)
    context = json.loads((edition.folder / name).with_name("context.json").read_text(encoding="utf-8"))
    charts = {exhibit["caption"]: exhibit for exhibit in context["exhibits"].values() if exhibit["kind"] == "chart"}
    opened = [found for found in page.root.all("details") if found.attributes.get("class") == "chart-data"]
    assert len(opened) == len(page.pictures) == len(charts)
    for details in opened:
        (named,) = [found.attributes["aria-label"] for found in details.all("div")]
        assert details.all("td")
        exhibit = charts[named.removeprefix("The figures of: ")]
        rows = [[cell.said for cell in row.all("th", "td")] for row in details.all("tr")]
        assert rows == [[" ".join(str(cell).split()) for cell in row] for row in (exhibit["columns"], *exhibit["rows"])]


def test_it_prints_on_paper_without_what_only_a_screen_needs(
    shown: Callable[..., Any], edition: Edition, tmp_path: Path, needed: Callable[..., str]
) -> None:
    page = shown("QOC/briefing.html", scheme="dark")
    page.pdf(path=str(tmp_path / "printed.pdf"), prefer_css_page_size=True)
    text = squeezed(pdf_text(tmp_path / "printed.pdf", needed("pdftotext")))
    main = Page(edition.folder / "QOC" / "briefing.html").root.all("main")[0]
    assert [found.said for found in main.all("h2", "h3", "figcaption") if squeezed(found.said) not in text] == []
    assert not any(squeezed(words) in text for words in ("Skip to the briefing", "The figures in this chart"))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.set_viewport_size({"width": 640, "height": 900})
    assert page.evaluate(OVERFLOW) <= 0


def test_a_name_that_would_send_the_reader_elsewhere_is_only_shown(shown: Callable[..., Any], tmp_path: Path) -> None:
    import nbformat

    from spf_analysis.publishing.audit import audit_html, audit_notebook

    name = '<meta http-equiv="refresh" content="0;url=http://evil.example/"><img src="http://evil.example/a" onerror="alert(1)">'
    written = tmp_path / "audit.html"
    written.write_text(audit_html(audit_notebook(nbformat.v4.new_notebook(), {"Area": name}, {}), name), encoding="utf-8")
    page = shown(str(written))
    page.wait_for_timeout(500)
    assert page.asked == [written.as_uri()]
    assert page.locator("td").last.inner_text() == name


def visible(page: Any) -> list[str]:
    return list(page.locator("tr[data-words]:visible th").all_inner_texts())


def test_the_index_is_filtered_by_region_and_searched(shown: Callable[..., Any]) -> None:
    page = shown("index.html", 360)
    everything = visible(page)
    page.get_by_label("Region").select_option("London")
    london = visible(page)
    assert "South East London (QKK)" in london
    assert 1 < len(london) < len(everything)
    page.get_by_label("Find a briefing").fill("qkk")
    assert visible(page) == ["South East London (QKK)"]
    assert page.get_by_role("status").inner_text() == "1 found"
    page.get_by_label("Region").select_option("Midlands")
    assert visible(page) == []
    page.get_by_label("Find a briefing").fill("")
    page.get_by_label("Region").select_option("")
    assert visible(page) == everything
