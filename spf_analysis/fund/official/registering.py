"""The source register's part of an update: which file, with which checksum, from whom and when; comments and order survive."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spf_analysis.errors import FundError
from spf_analysis.fund.official.extract import Origin
from spf_analysis.fund.official.sheet import OfficialFile


def load(text: str) -> Any:
    """A YAML document that keeps its comments, order and quotation marks when it is written again with `dump`."""
    return _yaml().load(text)


def dump(document: Any) -> str:
    """The document as text; what was not touched stays as it was."""
    text = io.StringIO()
    _yaml().dump(document, text)
    return text.getvalue()


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def text_of(path: Path) -> str:
    """A file of the register. Raises FundError where it is missing."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FundError("the source register cannot be read", where=f"evidence/{path.name}", hint="Restore it.") from error


def registered(text: str, origin: Origin, file: OfficialFile) -> str:
    """sources.yaml with the file recorded under its source, which is added where it is new. A file already recorded changes nothing."""
    document = load(text)
    sources = document["sources"]
    entry = next((item for item in sources if item["id"] == origin.id), None)
    if entry is None:
        entry = _entry(origin)
        sources.append(entry)
    files = entry.setdefault("files", [])
    if any(item["sha256"] == file.sha256 for item in files):
        return text
    files.append(_file(origin, file))
    return dump(document)


def _entry(origin: Origin) -> dict[str, Any]:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return {
        "id": origin.id,
        "kind": "data set",
        "publisher": origin.publisher,
        "licence": DoubleQuotedScalarString(origin.licence),
    }


def _file(origin: Origin, file: OfficialFile) -> dict[str, str]:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    dated = {"published": Quoted(origin.published.isoformat())} if origin.published else {}
    return {"name": Quoted(file.name), "sha256": Quoted(file.sha256), **dated, "about": Quoted(origin.about)}


def catalogued(text: str, origin: Origin) -> str:
    """library.json with an entry for the source where it is new; for a known one, the day of publication where it is later now."""
    works = json.loads(text)
    known = next((work for work in works if work["id"] == origin.id), None)
    if known is None:
        works.append(_work(origin))
    elif origin.published and tuple(known.get("issued", {}).get("date-parts", [[]])[0]) < origin.issued:
        known["issued"] = {"date-parts": [list(origin.issued)]}
    else:
        return text
    return json.dumps(works, ensure_ascii=False, indent=2) + "\n"


def _work(origin: Origin) -> dict[str, Any]:
    dated = {"issued": {"date-parts": [list(origin.issued)]}} if origin.issued else {}
    return {
        "id": origin.id,
        "type": "dataset",
        "title": origin.title,
        "author": [{"literal": origin.publisher}],
        "publisher": origin.publisher,
        **dated,
    }


def referred(text: str, table: str, columns: Iterable[str], origin: Origin) -> str:
    """columns.yaml with the columns of a table referring to the latest source; the reference before is kept under `earlier`."""
    document = load(text)
    entries = document["tables"].get(table, {})
    moved = [entries[column] for column in columns if column in entries and entries[column]["reference"]["source"] != origin.id]
    for entry in moved:
        before = dict(entry["reference"])
        if before not in entry.setdefault("earlier", []):
            entry["earlier"].append(before)
        entry["reference"]["source"], entry["reference"]["locator"] = origin.id, origin.locator
    return dump(document) if moved else text
