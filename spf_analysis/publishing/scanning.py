"""What must never be published: keys, paths of this machine, names that may not be given, and what was told in confidence.

Every file of a briefing is searched before it is put in place, and the text that the PDF was set from. This is the last door and not
the first: nothing confidential should reach a briefing at all.
"""

from __future__ import annotations

import csv
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from html import unescape
from pathlib import Path

from spf_analysis import wording
from spf_analysis.errors import BriefingError, Problem
from spf_analysis.publishing.manifest import digest

CONFIDENTIAL = "confidential"
# What a key or a path looks like, by a piece that every one of its kind holds: a search for that piece costs next to nothing.
_KEYS: tuple[tuple[bytes, bytes], ...] = (
    (b"ZOTERO_API_KEY", rb"ZOTERO_API_KEY\s*[=:]"),
    (b"key=", rb"\bkey=[A-Za-z0-9]{24}\b"),
    (b"AKIA", rb"\bAKIA[0-9A-Z]{16}\b"),
    (b"ghp_", rb"\bghp_[A-Za-z0-9]{36}"),
    (b"github_pat_", rb"\bgithub_pat_\w{20}"),
    (b"glpat-", rb"\bglpat-[\w-]{20}"),
    (b"xox", rb"\bxox[abeoprs]-[\w-]{10}"),
    (b"pypi-", rb"\bpypi-AgEI[\w-]{20}"),
    (b"PRIVATE KEY-----", rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    (b"eyJ", rb"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}"),
    (b"@", rb"\w://[^\s/:@\"'<>]+:[^\s/:@\"'<>]+@"),
    *((word, rb"%s[\"']?\s*[=:]\s*[\"']?(?=[^\s\"'<]*\d)[^\s\"'<]{6}" % word) for word in (b"password", b"PASSWORD", b"passwd")),
    *((word, rb"%s[\"']?\s*[=:]\s*[\"']?[\w/+-]{12}" % word) for word in (b"access_key", b"ACCESS_KEY", b"api_key", b"API_KEY")),
    *((b"/%s/" % root, rb"(?<![\w./+=-])/%s/[\w.-]+" % root) for root in (b"home", b"Users", b"root", b"tmp", b"mnt", b"var/folders")),
    (b":\\", rb"\b[A-Za-z]:\\+Users\\+\w"),
)
_SHORTEST = 5  # characters: a shorter name or path would be found in any text
_NAMES = ("contributor", "offerer")
_ROUND = 1000
_TAG = re.compile(r"<[^>]+>")
_TOLD = "the notebook tells a name or an amount that the ledger keeps in confidence, so that it is not sent to another machine"
_TOLD_HINT = "Take it out of notebook and template: only sums that give nothing away may be printed."
_OPEN = (".csv", ".yaml", ".json", ".qmd")


@dataclass(frozen=True)
class Confidence:
    """What a ledger holds in confidence: names, and amounts in pounds that stand nowhere in the open."""

    names: tuple[str, ...] = ()
    amounts: tuple[Decimal, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """What to look for in a text, None where nothing is held in confidence."""
        forms = [_spaced(name) for name in self.names] + [form for amount in self.amounts for form in _forms(amount)]
        return re.compile("|".join(forms), re.IGNORECASE) if forms else None


def scan(done: Path, draft: Path, workbench: Path, ledger: Path) -> None:
    """Refuse to publish what holds a key, a path of this machine, or anything that `ledger` holds in confidence.

    `done` holds what would be published, `draft` the text and the charts that it was set from, which can be searched where a PDF cannot.
    Raises BriefingError naming every such file; what was found is not repeated.
    """
    confidence = confidence_of(ledger, workbench).pattern
    files = [*sorted(done.iterdir()), *sorted(file for file in draft.iterdir() if file.suffix in (".qmd", ".svg"))]
    problems = [problem for file in files for problem in _problems(file, workbench, confidence)]
    if problems:
        raise BriefingError(problems)


def require_discreet(content: object, where: str, workbench: Path, ledger: Path) -> None:
    """Refuse to hand on plain values (texts, numbers, lists, mappings) that say anything that `ledger` holds in confidence.

    Raises BriefingError naming `where`; what was found is not repeated.
    """
    confidence = confidence_of(ledger, workbench).pattern
    if confidence and any(confidence.search(_text(text.encode())) for text in _leaves(content)):
        raise BriefingError(_TOLD, where=where, hint=_TOLD_HINT)


def _leaves(content: object) -> Iterator[str]:
    """The texts and numbers in plain values, each on its own, names of fields among them."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            yield str(name)
            yield from _leaves(value)
    elif isinstance(content, (list, tuple)):
        for value in content:
            yield from _leaves(value)
    elif content is not None:
        yield str(content)


def publishable(text: str, workbench: Path, ledger: Path) -> str:
    """What an error says, or, where it holds what must not be published, a sentence in its place."""
    confidence = confidence_of(ledger, workbench).pattern
    told = _names_a_secret(text.encode(), workbench) or (confidence and confidence.search(_text(text.encode())))
    return "what went wrong cannot be told here: it holds a key, a path, or something told in confidence" if told else text


def _problems(file: Path, workbench: Path, confidence: re.Pattern[str] | None) -> Iterator[Problem]:
    content = _content(file)
    if _names_a_secret(content, workbench):
        hint = "Find where the notebook or template prints it."
        yield Problem("briefing", file.name, "the file holds a key or a path of this machine", hint)
    if confidence and confidence.search(_text(content)):
        yield Problem("briefing", file.name, "the file holds a name or an amount that the ledger keeps in confidence", _TOLD_HINT)


def _names_a_secret(content: bytes, workbench: Path) -> bool:
    own = {str(workbench), sys.prefix, str(Path(__file__).parents[2]), os.environ.get("ZOTERO_API_KEY", "")}
    if any(text.encode() in content for text in own if len(text) >= _SHORTEST):
        return True
    return any(re.search(pattern, content) for piece, pattern in _KEYS if piece in content)


def _content(file: Path) -> bytes:
    if file.suffix == ".docx":
        with zipfile.ZipFile(file) as parts:
            return b"\n".join(parts.read(name) for name in parts.namelist())
    return file.read_bytes()


def _text(content: bytes) -> str:
    """Content as a reader sees it, with and without its markup, so that a name is found across tags and escapes."""
    raw = content.decode("utf-8", errors="replace")
    return f"{raw}\n{unescape(_TAG.sub('', raw))}\n{raw.replace(chr(92), '')}"


def _spaced(name: str) -> str:
    words = r"\s+".join(re.escape(part) for part in name.split())
    return rf"(?<!\w){words}(?!\w)"


def _forms(amount: Decimal) -> Iterator[str]:
    """How an amount is printed, in words and in data."""
    for form in {wording.pounds(amount), wording.pounds_and_pence(amount)}:
        yield rf"{re.escape(form)}(?!\d|[.,]\d)"
    if amount % _ROUND:
        yield rf'(?<![\w.,"])"?{re.escape(format(amount.normalize(), "f"))}(?:\.0+)?(?![\w,]|\.\d)'


def confidence_of(ledger: Path, workbench: Path) -> Confidence:
    """What a ledger's folder holds in confidence, worked out once while its files stay as they are.

    A name counts where a line is confidential, or where its contributor may not be named, and no other line may name it; an amount
    where its line is confidential. What stands openly in evidence, tables
    or templates is no secret either way.
    """
    return _read(ledger, workbench, tuple((file, digest(file)) for file in _tables(ledger)))


@cache
def _read(ledger: Path, workbench: Path, tables: tuple[tuple[Path, str], ...]) -> Confidence:
    lines = [(CONFIDENTIAL in file.relative_to(ledger).parts, row) for file, _ in tables for row in _rows(file)]
    hidden = [row for confidential, row in lines if confidential]
    shown = {_name(row) for confidential, row in lines if not confidential and _may_be_named(row)}
    unnamed = [row for confidential, row in lines if confidential or not _may_be_named(row)]
    names = {name for row in unnamed if len(name := _name(row)) >= _SHORTEST} - shown
    amounts = {amount for row in hidden if (amount := _amount(row)) is not None}
    in_the_open = "\n".join(_open_texts(workbench, ledger)) if names or amounts else ""
    return Confidence(
        tuple(sorted(name for name in names if not re.search(_spaced(name), in_the_open, re.IGNORECASE))),
        tuple(sorted(amount for amount in amounts if not re.search(rf"(?<!\d){_either(amount)}(?!\d)", in_the_open))),
    )


def _may_be_named(row: dict[str, str]) -> bool:
    return row.get("may_be_named", "yes").strip() == "yes"


def _tables(ledger: Path) -> list[Path]:
    return sorted(file for file in ledger.rglob("*.csv") if file.is_file())


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        return [{name: value or "" for name, value in row.items() if isinstance(name, str)} for row in csv.DictReader(opened)]


def _name(row: dict[str, str]) -> str:
    return next((row[column].strip() for column in _NAMES if row.get(column)), "")


def _amount(row: dict[str, str]) -> Decimal | None:
    try:
        found = Decimal(row.get("amount", "").replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None


def _either(amount: Decimal) -> str:
    return f"(?:{re.escape(wording.whole(amount))}|{re.escape(format(amount.normalize(), 'f'))})"


def _open_texts(workbench: Path, ledger: Path) -> Iterator[str]:
    for folder in ("evidence", "templates"):
        for file in sorted((workbench / folder).rglob("*")):
            if file.is_file() and file.suffix in _OPEN and ledger not in file.parents and CONFIDENTIAL not in file.parts:
                yield file.read_text(encoding="utf-8", errors="replace")
