"""What nobody may change in a returned Word file: figures in digits and words, dates, and citations; and the reasons that are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.publishing.returned.refusing import published_figures, refusal, stated_in


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("in seven studies", "in nine studies", "it changes a figure (seven, nine)"),
        ("in five studies", "in fifty studies", "it changes a figure (five, fifty)"),
        ("Six to eight areas", "Ten to twelve areas", "it changes a figure (Six, eight, Ten, twelve)"),
        ("£5.70 million", "£5.70 billion", "it changes a figure (£5.70 million, £5.70 billion)"),
        ("total +£3,731,489.", "total −£3,731,489.", "it changes a figure (+£3,731,489, −£3,731,489)"),
        ("a cost of £3 million", "a cost of -£3 million", "it changes a figure (£3 million, -£3 million)"),
        ("by five per cent a year", "by ten per cent a year", "it changes a figure (five per cent, ten per cent)"),
        ("rose by 5 per cent", "rose by 5 percentage points", "it changes a figure (5 per cent, 5 percentage points)"),
        ("after seven days", "after seven weeks", "it changes a figure (seven days, seven weeks)"),
        ("twenty-five people", "twenty-six people", "it changes a figure (twenty-five, twenty-six)"),
        ("a hundred people", "a thousand people", "it changes a figure (hundred, thousand)"),
        ("a third of them", "half of them", "it changes a figure (a third, half)"),
        ("version 2.3.4", "version 2.3.5", "it changes a figure (2.3.4, 2.3.5)"),
        ("in seven studies", "in studies", "it takes out a figure (seven)"),
        ("between £5 and £6", "between £6 and £5", "it puts figures in another order (£5, £6)"),
        ("from £5 to £6", "on 3 May from £6 to £5", "it puts figures in another order (£5, £6)"),
        ("of 2026/27", "of 2027/28", "it changes a date (2026/27, 2027/28)"),
        ("since 1997", "since 1998", "it changes a date (1997, 1998)"),
        ("by 31 March 2027", "by 30 April 2027", "it changes a date (31 March 2027, 30 April 2027)"),
        ("", "They spent £40,000.", "it brings in a figure (£40,000) that has no source here"),
        ("It helped.", "It helped nine schemes.", "it brings in a figure (nine) that has no source here"),
        ("was key (Goodman, 2019).", "was key.", "it touches a citation (Goodman, 2019)"),
        ("so (NASP, 2024, sect. C).", "so (NASP, 2024, sect. D).", "it touches a citation (NASP, 2024, sect. C), (NASP, 2024, sect. D)"),
        ("as NASP (no date) says", "as NASP says", "it touches a citation (no date)"),
        ("was key.", "was key (Dyer, 2020).", "it brings in a citation (Dyer, 2020)"),
    ],
)
def test_an_edit_of_what_was_published_is_refused_with_its_reason(before: str, after: str, said: str) -> None:
    assert refusal(before, after).startswith(said)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("nobody has said", "no one has said"),
        ("was key (Goodman, 2019).", "was the key (Goodman, 2019)."),
        ("28% of them", "28 per cent of these"),
        ("seven days", "7 days"),
        ("£5.70 million", "£5,700,000"),
        ("5-6 areas", "5 to 6 areas"),
        ("It helped.", "It helped. Our board agreed on 3 December."),
        ("", "In 2025 the board met again."),
    ],
)
def test_wording_may_change_beside_figures_and_dates_may_be_added(before: str, after: str) -> None:
    assert refusal(before, after) == ""


def test_a_figure_may_be_said_again_where_it_can_be_known_again() -> None:
    published = published_figures(["The area would raise £520,590.", "Seven studies looked at it."])
    assert refusal("", "That is £520,590.", published) == ""
    assert refusal("", "These seven are few.", published).startswith("it brings in a figure (seven)")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_edit_of_digits_slips_through(before: str, after: str) -> None:
    kept = [[one for one in text if one.isdecimal()] for text in (before, after)]
    assert refusal(before, before) == ""
    if not kept[1] and kept[0] and any("0" <= one <= "9" for one in kept[0]):
        assert refusal(before, after) != ""


def test_figures_come_in_order() -> None:
    assert [one.words for one in stated_in("Of £3m, seven of 20 areas got 5% by May 2027 (X, 2019).")] == [
        "£3m",
        "seven",
        "20",
        "5%",
        "May 2027",
    ]
