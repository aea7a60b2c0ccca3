"""The record of a released edition: what its briefings printed and what they rested on, as plain text under `evidence/editions`.

Four files: `edition.yaml` (the edition, its targets, what the Fund's figures rest on), `claims.yaml` (every claim's sentence, confidence
and support), `records.csv` (digests of the coded records and of the Fund's files) and `printed.csv` (what each briefing printed).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from spf_analysis.editions import FOLDER, folder_of, is_released
from spf_analysis.errors import BriefingError, SpfError
from spf_analysis.evidence.snapshot import ClaimState, Snapshot
from spf_analysis.fund.basis import Basis
from spf_analysis.printed import Printed, PrintedItem
from spf_analysis.records import Document, read_csv, read_yaml

SCHEMA = 1
KIND = BriefingError.kind
_FILE = "Fund file"
_RECORD_COLUMNS = ("noun", "id", "digest")
_PRINTED_COLUMNS = ("target", "kind", "section", "item", "label", "said", "digest")
_LABELLED = ("figure",)
_TUPLES = ("primary_for", "primary_against", "reviews_for", "reviews_against")
_HINT = "Restore the folder from version control, or write it anew with 'spf release --again' at the commit that was released."
T = TypeVar("T")


@dataclass(frozen=True)
class Released:
    """What `spf release` recorded of an edition.

    `edition` is the edition as registered then, `frame` the version of the coding frame, `files` the SHA-256 of each of the Fund's
    files, `printed` what each briefing printed.
    """

    edition: Mapping[str, Any]
    made_with: str
    frame: str
    basis: Basis
    snapshot: Snapshot
    files: Mapping[str, str]
    printed: Mapping[str, Printed] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """The content of the four files by name; the same record gives the same bytes."""
        return {
            "edition.yaml": self._edition(),
            "claims.yaml": _yaml({"schema": SCHEMA, "claims": [_stripped(claim.as_dict()) for claim in _by_id(self.snapshot.claims)]}),
            "records.csv": _csv(_RECORD_COLUMNS, self._records()),
            "printed.csv": _csv(_PRINTED_COLUMNS, self._printed()),
        }

    def _edition(self) -> str:
        about = {"made_with": self.made_with, "coding_frame": self.frame, "fund": self.basis.as_dict()}
        titles = {name: self.printed[name].title for name in sorted(self.printed)}
        return _yaml({"schema": SCHEMA, "edition": dict(self.edition), **about, "targets": titles})

    def _records(self) -> Iterator[tuple[str, ...]]:
        for noun, found in self.snapshot.records.items():
            for key, digest in sorted(found.items()):
                yield noun, key, digest
        for name, digest in sorted(self.files.items()):
            yield _FILE, name, digest

    def _printed(self) -> Iterator[tuple[str, ...]]:
        for target in sorted(self.printed):
            for item in self.printed[target].items:
                told = (item.label, item.said) if item.kind in _LABELLED else ("", "")
                yield target, item.kind, item.section, item.id, *told, item.digest


def read_released(evidence: Path, edition: str) -> Released:
    """The record of a released edition. Raises BriefingError where there is none, or where its files cannot be read."""
    folder = folder_of(evidence, edition)
    if not is_released(evidence, edition):
        raise BriefingError(f"the edition '{edition}' has not been released", where=f"evidence/{FOLDER}", hint="Release it: spf release.")
    try:
        return _read(folder)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BriefingError(
            f"the record of the released edition is damaged ({error})", where=f"evidence/{FOLDER}/{edition}", hint=_HINT
        ) from error
    except BriefingError:
        raise
    except SpfError as error:
        raise BriefingError(error.problems) from error


def _read(folder: Path) -> Released:
    about, claims = _document(folder / "edition.yaml"), _document(folder / "claims.yaml")
    states = {item["id"]: ClaimState(**_tupled(item)) for item in claims["claims"]}
    records: dict[str, dict[str, str]] = {}
    for row in read_csv(folder / "records.csv", _RECORD_COLUMNS, KIND):
        records.setdefault(row["noun"], {})[row["id"]] = row["digest"]
    files = records.pop(_FILE, {})
    fund = about["fund"]
    basis = Basis(
        str(fund["year"]), str(fund["vintage"]), tuple(fund["areas"]), *(dict(fund[name]) for name in ("data", "rules", "readings"))
    )
    shown = _printed_of(folder, about["targets"], states)
    return Released(about["edition"], about["made_with"], about["coding_frame"], basis, Snapshot(records, states), files, shown)


def _printed_of(folder: Path, titles: Mapping[str, str], claims: Mapping[str, ClaimState]) -> dict[str, Printed]:
    items: dict[str, list[PrintedItem]] = {target: [] for target in titles}
    for row in read_csv(folder / "printed.csv", _PRINTED_COLUMNS, KIND):
        text = claims[row["item"]].text if row["kind"] == "claim" and row["item"] in claims else ""
        label, said = (row["label"], row["said"]) if row["kind"] in _LABELLED else (text, text)
        items[row["target"]].append(PrintedItem(row["kind"], row["section"], row["item"], label, said, row["digest"]))
    return {target: Printed(target, titles[target], tuple(found)) for target, found in items.items()}


def _document(path: Path) -> dict[str, Any]:
    document: Document = read_yaml(path, KIND)
    schema = document.content.get("schema") if isinstance(document.content, dict) else None
    if schema != SCHEMA:
        raise BriefingError(f"the file has schema {schema!r}, this version reads {SCHEMA}", where=document.where("schema"), hint=_HINT)
    return dict(document.content)


def _tupled(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if name in _TUPLES else value for name, value in item.items()}


def _stripped(item: Mapping[str, Any]) -> dict[str, Any]:
    """A record without its empty fields, so that a reviewer reads what is there."""
    return {name: value for name, value in item.items() if value not in ("", [], 0)}


def _by_id(found: Mapping[str, T]) -> list[T]:
    return [found[key] for key in sorted(found)]


def _yaml(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()
