"""Library entries as they come from elsewhere: put into the CSL-JSON that the library keeps, with a remark on all that was repaired."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from spf_analysis.evidence.bibliography import csl

Entry = dict[str, Any]
MAX_TEXT = 20_000
_MARKUP = re.compile(
    r"</?(?:jats:)?(?:p|i|b|em|strong|u|sup|sub|sc|br|div|span|sec|title|italic|bold|list|list-item|li|ul|ol|h[1-6]|inline-formula|mml:\w+)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}|\\^`]+", re.IGNORECASE)
_WEB = re.compile(r"(?:https?|ftp)://[^\s<>\"]+", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?/?")
_OWN_KEY = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+")
_SPOILT = re.compile(r"\s*\[?(retracted|withdrawn)\b(?: article| paper| publication)?\]?\s*[:.\-–—]", re.IGNORECASE)


@dataclass(frozen=True)
class Remark:
    """What was repaired in an entry that came in, or why it was left out, and where it stood."""

    where: str
    said: str
    left_out: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The remark as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Tidied:
    """An entry as the library would keep it, `None` where it cannot be cited, with what was repaired or why it was left out."""

    entry: Entry | None
    said: tuple[str, ...] = ()


def tidied(raw: Mapping[str, Any]) -> Tidied:
    """A CSL-JSON entry as the library keeps it: known variables, plain text, dates in parts, names of somebody.

    The id is kept as it came. An entry without a title is left out, since it cannot be cited.
    """
    said: list[str] = []
    entry: Entry = {}
    for name in sorted(raw, key=csl.rank):
        value = _value(name, raw[name], said)
        if value not in (None, "", [], {}):
            entry[name] = value
    if not entry.get("title"):
        return Tidied(None, ("it has no title, so it cannot be cited",))
    if entry.get("type") not in csl.TYPES:
        said.append(f"the type '{plain(str(raw.get('type', '')))[:40]}' is not known: entered as a document")
        entry["type"] = "document"
    if not any(entry.get(name) for name in ("author", "editor", "publisher")):
        entry |= _somebody(entry, said)
    return Tidied({name: entry[name] for name in sorted(entry, key=csl.rank)}, tuple(said))


def _somebody(entry: Entry, said: list[str]) -> Entry:
    """Who stands for a work that names neither author, editor nor publisher, since nothing else could be cited."""
    if entry.get("container-title"):
        said.append("it names no author, editor or publisher: where it appeared stands as its publisher")
        return {"publisher": entry["container-title"]}
    said.append("it names no author, editor or publisher: entered as 'Anonymous'")
    return {"author": [{"literal": "Anonymous"}]}


def _value(name: str, value: Any, said: list[str]) -> Any:
    if name == "id":
        return str(value)
    if name in csl.NAMES:
        return list(_names(name, value, said))
    if name in csl.DATES:
        return _date(name, value, said)
    if name == "custom" and isinstance(value, dict):
        return value
    if name not in csl.TEXTS and name != "type":
        said.append(f"the field '{plain(name)[:40]}' is no variable of CSL: left out")
        return None
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        if value is not None:
            said.append(f"the field '{name}' holds no text: left out")
        return None
    return _text(name, str(value), said)


def _text(name: str, value: str, said: list[str]) -> str | None:
    if name == "DOI":
        return _doi(value, said)
    if name == "URL":
        return _url(value, said)
    text = plain(value)
    if _MARKUP.search(value):
        said.append(f"markup was taken out of '{name}'")
    if len(text) > MAX_TEXT:
        said.append(f"'{name}' was cut after {MAX_TEXT:,} characters")
        text = text[:MAX_TEXT].rstrip()
    return text


def plain(value: str) -> str:
    """Text without markup, entities, control characters and runs of space. What only looks like markup ("<5 years") stays as it is."""
    for _ in range(3):
        cleared = html.unescape(_MARKUP.sub(" " if "<p" in value.lower() or "<br" in value.lower() else "", value))
        if cleared == value:
            break
        value = cleared
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", value)).split())


def doi(value: str) -> str | None:
    """A DOI without the address in front of it, as it was written; `None` where the text holds none."""
    found = _DOI.search(value)
    return found[0].rstrip(".,;)") if found else None


def _doi(value: str, said: list[str]) -> str | None:
    found = doi(plain(value))
    if found is None:
        said.append("the DOI is none: left out")
    elif found != value:
        said.append("the DOI was freed of what stood around it")
    return found


def _url(value: str, said: list[str]) -> str | None:
    found = _WEB.search(plain(value))
    if found is None:
        said.append("the web address is none that can be opened safely: left out")
        return None
    return found[0]


def _names(field: str, value: Any, said: list[str]) -> Iterator[Entry]:
    for item in value if isinstance(value, list) else [value]:
        parts = {"literal": item} if isinstance(item, str) else item if isinstance(item, dict) else {}
        name = {key: plain(str(part)) for key, part in parts.items() if key in csl.NAME_PARTS and isinstance(part, str) and plain(part)}
        flags = {key: part for key, part in parts.items() if key in csl.NAME_FLAGS and isinstance(part, bool | str)}
        if name.get("family") or name.get("literal"):
            yield {**name, **flags}
        elif name.get("given"):
            said.append(f"a name in '{field}' has only a given name: taken as it stands")
            yield {"literal": name["given"]}
        else:
            said.append(f"an empty name in '{field}' was left out")


def _date(field: str, value: Any, said: list[str]) -> Entry | None:
    if isinstance(value, str | int):
        value = {"raw": str(value)}
    if not isinstance(value, dict):
        said.append(f"the date '{field}' cannot be read: left out")
        return None
    parts = [_parts(part) for part in value.get("date-parts") or [] if isinstance(part, list)]
    if parts and all(parts):
        kept = {key: value[key] for key in ("season", "circa") if key in value and isinstance(value[key], bool | int | str)}
        return {"date-parts": parts, **kept}
    words = plain(str(value.get("raw") or value.get("literal") or ""))
    return dated(words, field, said)


def dated(words: str, field: str = "issued", said: list[str] | None = None) -> Entry | None:
    """A CSL date from words such as "2019", "2019/03/01/" or "March 2019"; `None`, with a remark, where they hold no year."""
    if not words:
        return None
    found = _ISO.fullmatch(words)
    if found:
        return {"date-parts": [_parts([part for part in found.groups() if part])]}
    year = _YEAR.search(words)
    if year is None:
        (said if said is not None else []).append(f"the date '{words[:40]}' in '{field}' holds no year: left out")
        return None
    month = next((number for name, number in csl.MONTHS.items() if re.search(rf"\b{name}", words, re.IGNORECASE)), None)
    return {"date-parts": [[int(year[0]), month] if month else [int(year[0])]]}


def _parts(part: list[Any]) -> list[int]:
    """Year, month and day as far as they are numbers that a calendar knows."""
    limits = ((1, 9999), (1, 24), (1, 31))
    found: list[int] = []
    for value, (low, high) in zip(part, limits, strict=False):
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", text) or not low <= int(text) <= high:
            break
        found.append(int(text))
    return found


def year_of(entry: Entry) -> str | None:
    """The year of publication, `None` where the entry is undated."""
    parts = (entry.get("issued") or {}).get("date-parts") or [[]]
    return str(parts[0][0]) if parts[0] else None


def surnames(entry: Entry) -> tuple[str, ...]:
    """The authors' family names or bodies' names, or those of the editors where there is no author."""
    names = entry.get("author") or entry.get("editor") or []
    return tuple(str(name.get("family") or name.get("literal") or "") for name in names)


def title_says(entry: Entry) -> str | None:
    """ "retracted" or "withdrawn" where the title begins by saying so, as databases mark such works."""
    found = _SPOILT.match(entry.get("title", ""))
    return found[1].lower() if found else None


def citation_key(entry: Entry, taken: Collection[str], item: str = "") -> str:
    """A citation key that nobody has: author and year, with a letter where that is taken; an entry's own key of our form is kept."""
    own = str(entry.get("id", ""))
    if _OWN_KEY.fullmatch(own) and len(own) <= csl.LONGEST_KEY and own not in taken:
        return own
    name = next((slug(part) for part in surnames(entry) if slug(part)), "") or slug(entry.get("publisher", "")) or slug(item) or "work"
    stem = f"{name[:40].strip('-')}-{year_of(entry) or 'nd'}"
    return next(key for key in _numbered(stem) if key not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    for letter in "bcdefghijklmnopqrstuvwxyz":
        yield f"{stem}{letter}"
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def slug(text: str) -> str:
    """Lower-case letters and digits of a text, joined by hyphens; accents are dropped."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", letters.replace("'", "")))
