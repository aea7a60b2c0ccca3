"""The page from which an edition's briefings are opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2

from spf_analysis.publishing.manifest import Entry
from spf_analysis.settings import PACK_KINDS
from spf_analysis.workbench import Workbench

MISSING = "missing"


def index_page(bench: Workbench, entries: Mapping[str, Entry], targets: Mapping[str, str], regions: Mapping[str, str]) -> str:
    """`index.html` of an edition: national briefings, then areas by region, with links to every format and the audit trail.

    `targets` are those that the edition has, each with its title; one without an entry is shown as not built yet. `regions` gives the
    region of each area.
    """
    loader = jinja2.FileSystemLoader(str(Path(__file__).parent))
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    missing = {name: Entry(name, title, MISSING, {"area": name}, {}) for name, title in targets.items() if name not in entries}
    found = {**missing, **entries}
    groups = {group: sorted(rows, key=lambda entry: entry.title) for group, rows in _groups(found, regions).items() if rows}
    return environment.get_template("index.html.j2").render(
        title=bench.settings.title,
        edition=bench.edition.as_dict(),
        file_name=bench.edition.file_name,
        groups=groups,
        regions=sorted(set(regions.values()) & groups.keys()),
        counts={result: sum(entry.result == result for entry in found.values()) for result in ("built", "failed", MISSING)},
        changed=any(entry.changes for entry in found.values()),
    )


def _groups(entries: Mapping[str, Entry], regions: Mapping[str, str]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {name: [] for name in ("National briefings", "Brokerage packs", *sorted(set(regions.values())))}
    for name, entry in entries.items():
        pack = name.startswith(f"{PACK_KINDS[0]}-")
        groups[regions.get(name, "Brokerage packs" if pack else "National briefings")].append(entry)
    return groups
