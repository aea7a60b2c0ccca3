"""Full texts from Zotero for verifying anchors: kept in a folder outside the project, since they are other people's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.errors import SourceError, UsageError
from spf_analysis.evidence.bibliography.entries import slug
from spf_analysis.evidence.bibliography.zotero import ZoteroClient

INDEX = "zotero-texts.json"


@dataclass(frozen=True)
class StoredText:
    """A full text that was stored: its source, file and SHA-256, by which the register knows a source text."""

    source: str
    file: str
    sha256: str

    def as_dict(self) -> dict[str, str]:
        """The text as JSON."""
        return {"source": self.source, "file": self.file, "sha256": self.sha256}


def outside(folder: Path, workbench: Path) -> Path:
    """The folder for texts. Raises UsageError where it lies in the workbench or in the repository around it."""
    found = folder.expanduser().resolve()
    around = next((parent for parent in (workbench, *workbench.parents) if (parent / ".git").exists()), workbench).resolve()
    if found.is_relative_to(around) or around.is_relative_to(found):
        hint = "Name a folder elsewhere: full texts are not ours to keep in the project."
        raise UsageError(f"the folder '{folder.name}' lies in the project", where="--full-text", hint=hint)
    return found


def store(client: ZoteroClient, sources: Mapping[str, str], folder: Path) -> tuple[StoredText, ...]:
    """Store the full texts that Zotero holds of these items and that are not there yet. Raises SourceError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        index: dict[str, Any] = _index(folder)
        stored = []
        for key, source, version, text in client.full_texts(sources, {key: held["version"] for key, held in index.items()}):
            file = f"{source}.{slug(key)}.txt"
            content = text.encode("utf-8", errors="replace")
            (folder / file).write_bytes(content)
            found = StoredText(source, file, hashlib.sha256(content).hexdigest())
            index[key] = {"version": version, **found.as_dict()}
            (folder / INDEX).write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
            stored.append(found)
    except OSError as error:
        raise SourceError(f"the texts cannot be written ({error.strerror})", where=folder.name, hint="Choose another folder.") from error
    return tuple(stored)


def _index(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    held = content.items() if isinstance(content, dict) else ()
    return {
        key: value for key, value in held if isinstance(value, dict) and "version" in value and (folder / str(value.get("file"))).exists()
    }
