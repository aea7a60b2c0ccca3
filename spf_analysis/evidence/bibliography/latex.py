"""Text as BibTeX writes it: accents and special characters by LaTeX's commands, and back."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = dict(
    zip("`'^\"~=.uvHckdbr", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u0323\u0331\u030a", strict=True)
)
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ",
    "pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "S": "§", "copyright": "©", "textendash": "–", "textemdash": "—",
    "textbackslash": "\\", "textbraceleft": "\x01", "textbraceright": "\x02", "textasciitilde": "\x03", "textasciicircum": "^",
    "ldots": "…", "dots": "…", "textquoteright": "’", "textquoteleft": "‘",
}  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:([`'^\"~=.])\s*|([uvHckdbr])(?:\s+|(?=\{)))(?:\{\s*(\\[ij](?![A-Za-z])|[^\W\d_])\s*\}|(\\[ij](?![A-Za-z])|[^\W\d_]))"
)
_NAMED = re.compile(r"\\(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])(?:\{\}|[ \t]*)")
_STYLE = re.compile(r"\\(?:emph|textit|textbf|textsc|textrm|text|url|href|mbox|enquote)(?=\{)")
_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
}  # fmt: skip


def decoded(text: str) -> str:
    """LaTeX as plain text: accents and letters by name are put in, braces and emphasis taken out, spaces made single."""
    text = _ACCENT.sub(_accented, text)
    text = re.sub(r"\\\\", " ", text)
    text = re.sub(r"\\([&%$#_{}])", lambda match: {"{": "\x01", "}": "\x02"}.get(match[1], match[1]), text)
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”").replace("~", " ")
    text = _STYLE.sub("", text)
    text = _NAMED.sub(lambda match: _LETTERS[match[1]], text)
    text = re.sub(r"[{}]", "", text)
    text = text.translate({1: "{", 2: "}", 3: "~"})
    return " ".join(unicodedata.normalize("NFC", text).split())


def _accented(match: re.Match[str]) -> str:
    letter = (match[3] or match[4]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1] or match[2]])


def encoded(text: str) -> str:
    """Plain text for a BibTeX field in braces: `decoded` gives it back. Letters with accents stay as they are, in UTF-8."""
    signs = "".join(_SIGNS.get(sign, sign) for sign in text)
    return re.sub(r"([-`'])(?=\1)", r"\1{}", signs)
