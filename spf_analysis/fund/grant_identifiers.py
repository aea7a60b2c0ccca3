"""Identifiers in grant data, checked by form: of grants (360G-…) and of organisations (GB-CHC-…, GB-COH-…).

An organisation's identifier is the code of a list, as org-id.guide registers it, and the number in that list. Whether the number
is given to anybody is not looked up.
"""

from __future__ import annotations

import re

from spf_analysis.wording import listed

GRANT = re.compile(r"360G-[A-Za-z0-9_]+-\S.*")
_LIST = re.compile(r"([A-Z]{2}-[A-Z0-9]+)-(.+)")
_COMPANY = r"([0-9]{8}|[A-Z]{2}[0-9]{5}[0-9R])"
LISTS: dict[str, tuple[str, str, str]] = {
    "GB-CHC": ("registered charity", r"[0-9]{6,7}(-[0-9]+)?", "six or seven digits"),
    "GB-SC": ("registered charity", r"SC[0-9]{6}", "SC and six digits"),
    "GB-NIC": ("registered charity", r"[1-9][0-9]{5}", "six digits"),
    "GB-REV": ("charity known to HMRC", r"[A-Z]{1,2}[0-9]{1,6}", "one or two letters and a number"),
    "GB-COH": ("company", _COMPANY, "eight digits, or two letters and six more"),
    "GB-MPR": ("mutual society", r"[A-Z]{0,2}[0-9]{1,6}[A-Z]?", "a number, with or without letters around it"),
    "GB-CASC": ("sports club", r"[A-Z0-9]{2,10}", "letters and digits"),
    "GB-LAE": ("local authority", r"[A-Z]{3,4}", "three or four capitals"),
    "GB-LANI": ("local authority", r"[A-Z]{2,4}", "two to four capitals"),
    "GB-LAS": ("local authority", r"[A-Z]{2,4}", "two to four capitals"),
    "GB-PLA": ("local authority", r"[A-Z]{3,4}", "three or four capitals"),
    "GB-NHS": ("NHS body", r"[A-Z0-9]{3,6}", "an ODS code of three to six letters and digits"),
    "GB-GOR": ("government body", r"[A-Z]{1,3}[0-9]{1,5}", "letters and a number"),
    "GB-EDU": ("school or college", r"[0-9]{6}", "six digits"),
    "GB-UKPRN": ("school or college", r"1[0-9]{7}", "eight digits that begin with 1"),
    "GB-SHPE": ("housing provider", r"[A-Z0-9]{4,6}", "four to six letters and digits"),
    "XI-GRID": ("research body", r"grid\.[0-9]+\.[0-9a-f]+", "as grid.1234.5"),
    "XI-ROR": ("research body", r"0[a-z0-9]{8}", "nine small letters and digits that begin with 0"),
}


def form_of_grant(text: str) -> str | None:
    """What is wrong with a grant's identifier, or None: it begins with the publisher's prefix, 360G-publisher-."""
    return None if GRANT.fullmatch(text) else f"'{text}' is not a grant's identifier: 360G-, the publisher's prefix, and a reference"


def form_of_organisation(text: str) -> str | None:
    """What is wrong with an organisation's identifier, or None. One that a publisher gave itself (360G-…) is accepted as it is."""
    if GRANT.fullmatch(text):
        return None
    found = _LIST.fullmatch(text)
    if found is None:
        return f"'{text}' is not an organisation's identifier: the code of a list and a number, as GB-CHC-1234567"
    code, number = found[1], found[2]
    if code not in LISTS:
        return f"'{text}' names the list '{code}', which is not known here; known are {listed(LISTS)}" if code.startswith("GB-") else None
    return None if re.fullmatch(LISTS[code][1], number) else f"'{text}' is not of the form of {code}: {LISTS[code][2]}"


def type_of(text: str) -> str | None:
    """What kind of organisation the list of an identifier holds: "registered charity", "company"; None where the list does not tell."""
    found = _LIST.fullmatch(text)
    return LISTS[found[1]][0] if found and found[1] in LISTS else None
