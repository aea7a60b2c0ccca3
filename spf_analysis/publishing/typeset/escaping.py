"""Plain text into Markdown that shows it: whatever a source, a ledger or a name holds appears as text in every format.

Every ASCII punctuation mark gets a backslash, which pandoc's Markdown takes away again; so nothing of Markdown, HTML, TeX, citations,
shortcodes, tables or smart punctuation is left to be read. Spaces and line ends become single spaces, and what no document may
hold (control characters, half surrogates, characters that turn the direction of the page's text around) is dropped.
"""

from __future__ import annotations

import re

_SPACES = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def escape(text: str) -> str:
    """`text` as Markdown that is read back as exactly these words, on one line; an empty text stays empty."""
    clean = _NOT_TEXT.sub("", _SPACES.sub(" ", text))
    clean = _SPACES.sub(" ", "".join(letter for letter in clean if ord(letter) & 0xFFFE != 0xFFFE)).strip(" ")
    return _PUNCTUATION.sub(_marked, clean)


def _marked(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
