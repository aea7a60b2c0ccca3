"""The page from which an edition's briefings are opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2

from spf_analysis.publishing.manifest import Entry
from spf_analysis.workbench import Workbench


def index_page(bench: Workbench, entries: Mapping[str, Entry], regions: Mapping[str, str]) -> str:
    """`index.html` of an edition: national briefings, then areas by region, with links to every format and the audit trail."""
    loader = jinja2.FileSystemLoader(str(Path(__file__).parent))
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    national = [entry for name, entry in sorted(entries.items()) if name not in regions]
    groups = [("National briefings", national)] if national else []
    for region in sorted(set(regions.values())):
        found = [entry for name, entry in entries.items() if regions.get(name) == region]
        if found:
            groups.append((region, sorted(found, key=lambda entry: entry.title)))
    return environment.get_template("index.html.j2").render(title=bench.settings.title, edition=bench.edition.as_dict(), groups=groups)
