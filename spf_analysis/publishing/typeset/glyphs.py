"""Which characters the house's fonts can print, and what stands for those that they cannot.

PDF/UA-1 forbids a character without a glyph, and a name in another script must not stop a briefing.
"""

from __future__ import annotations

import functools
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from spf_analysis.errors import TypesettingError

_INVISIBLE = frozenset({"Cf", "Zs"})
_SEGMENTS, _RANGES = 4, 12


def printable(text: str, glyphs: frozenset[int]) -> str:
    """A text in which each character without a glyph is replaced by its plain form, or by its number: [U+4E16]."""
    return text if text.isascii() else "".join(_printed(letter, glyphs) for letter in text)


def replacements(text: str, glyphs: frozenset[int]) -> dict[str, str]:
    """What is printed for each character of a text that has no glyph."""
    found = {letter: _printed(letter, glyphs) for letter in set(text)}
    return {letter: printed for letter, printed in sorted(found.items()) if printed != letter}


def _printed(letter: str, glyphs: frozenset[int]) -> str:
    if ord(letter) in glyphs or unicodedata.category(letter) in _INVISIBLE:
        return letter
    plain = unicodedata.normalize("NFKD", letter)
    return plain if all(ord(part) in glyphs for part in plain) else f"[U+{ord(letter):04X}]"


@functools.cache
def glyphs_in(fonts: Path) -> frozenset[int]:
    """The characters (as code points) that every TrueType face in the folder has. Raises TypesettingError where there is no face."""
    faces = sorted(fonts.glob("*.ttf"))
    if not faces:
        raise TypesettingError("the house style has no fonts", where=fonts.name, hint="A workbench keeps them in templates/house/fonts.")
    try:
        return frozenset.intersection(*(frozenset(_characters(face.read_bytes())) for face in faces))
    except (OSError, struct.error) as error:
        raise TypesettingError(
            "a font of the house style cannot be read", where=fonts.name, hint="Restore templates/house/fonts."
        ) from error


def _characters(font: bytes) -> Iterator[int]:
    """The code points of a font's `cmap` table (OpenType specification, formats 4 and 12)."""
    start = _table(font, b"cmap")
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">I", font, start + 8 + 8 * index)[0]
        form = struct.unpack_from(">H", font, offset)[0]
        if form == _SEGMENTS:
            yield from _segments(font, offset)
        elif form == _RANGES:
            yield from _ranges(font, offset)


def _table(font: bytes, name: bytes) -> int:
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == name:
            return int(offset)
    raise struct.error(f"no table {name!r}")


def _segments(font: bytes, offset: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, offset + 14)
    starts = struct.unpack_from(f">{count}H", font, offset + 16 + 2 * count)
    for first, last in zip(starts, ends, strict=True):
        yield from (code for code in range(first, last + 1) if code != 0xFFFF)


def _ranges(font: bytes, offset: int) -> Iterator[int]:
    count = struct.unpack_from(">I", font, offset + 12)[0]
    for index in range(count):
        first, last, _ = struct.unpack_from(">III", font, offset + 16 + 12 * index)
        yield from range(first, last + 1)
