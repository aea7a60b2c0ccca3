"""The page from which an edition's briefings are opened."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jinja2

from spf_analysis.changes import KINDS
from spf_analysis.editions import read_editions
from spf_analysis.publishing.manifest import Entry
from spf_analysis.settings import PACK_KINDS
from spf_analysis.workbench import Workbench

MISSING = "missing"


def index_page(
    bench: Workbench, entries: Mapping[str, Entry], targets: Mapping[str, str], regions: Mapping[str, str], folder: Path | None = None
) -> str:
    """`index.html` of an edition: national briefings, then areas by region, with links to every format and the audit trail.

    `targets` are those that the edition has, each with its title; one without an entry is shown as not built yet, and what was built
    of others is named as left behind. `regions` gives the region of each area. What is gone from the edition's `folder`, where one is
    given, is not linked.
    """
    loader = jinja2.FileSystemLoader(str(Path(__file__).parent))
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    there = {name: _as_it_lies(entry, folder) for name, entry in entries.items() if name in targets}
    missing = {name: Entry(name, title, MISSING, {"area": name}, {}) for name, title in targets.items()}
    found = missing | {name: entry for name, entry in there.items() if entry.outputs or entry.result == "failed"}
    shared = _shared(found[name] for name in found if name in regions)
    groups = {group: sorted(rows, key=lambda entry: entry.title) for group, rows in _groups(found, regions).items() if rows}
    return environment.get_template("index.html.j2").render(
        title=bench.settings.title,
        edition=bench.edition.as_dict(),
        file_name=bench.edition.file_name,
        groups=groups,
        regions=sorted(set(regions.values()) & groups.keys()),
        counts={result: sum(entry.result == result for entry in found.values()) for result in ("built", "failed", MISSING)},
        changed=_changed(found.values()),
        shared=shared,
        areas=set(regions),
        left=sorted(name for name in entries if name not in targets and _as_it_lies(entries[name], folder).outputs),
        command=lambda target: _command(bench, target),
    )


def _as_it_lies(entry: Entry, folder: Path | None) -> Entry:
    """An entry with those of its files that are there still."""
    if folder is None:
        return entry
    return replace(entry, outputs={name: digest for name, digest in entry.outputs.items() if (folder / entry.target / name).is_file()})


def _command(bench: Workbench, target: str) -> str:
    """The command that makes a target of the bench's edition in the workbench.

    Of a sample or a scenario's file that lies outside the workbench it tells no path: where that is, is no matter for readers.
    """
    words = ["spf", "build", target]
    if bench.year != read_editions(bench.settings.evidence / "editions.yaml")[-1].year:
        words += ["--year", str(bench.year)]
    supposing = bench.supposing
    if bench.scenario:
        words += ["--scenario", bench.scenario.id if supposing["scenario"] == bench.scenario.id else "FILE"]
    if "sample" in supposing:
        sample = Path(supposing["sample"])
        words += ["--sample", sample.name if ".." in sample.parts else sample.as_posix()]
    return shlex.join(words)


def _changed(entries: Iterable[Entry]) -> list[tuple[str, int, int]]:
    """Each kind of change with how many different ones there are, and in how many briefings."""
    told = {entry.target: entry.changes for entry in entries if entry.changes}
    found = []
    for kind in KINDS:
        lines = {target: {change["text"] for change in changes if change["kind"] == kind} for target, changes in told.items()}
        found.append((kind, len(set().union(*lines.values())), sum(bool(some) for some in lines.values())))
    return [line for line in found if line[1]]


def _shared(areas: Iterable[Entry]) -> list[dict[str, str]]:
    """The changes that every area's briefing tells alike, where there are several."""
    told: list[list[dict[str, Any]]] = [area.changes for area in areas if area.outputs]
    return [change for change in told[0] if all(change in others for others in told)] if len(told) > 1 else []


def _groups(entries: Mapping[str, Entry], regions: Mapping[str, str]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {name: [] for name in ("National briefings", "Brokerage packs", *sorted(set(regions.values())))}
    for name, entry in entries.items():
        pack = name.startswith(f"{PACK_KINDS[0]}-")
        groups[regions.get(name, "Brokerage packs" if pack else "National briefings")].append(entry)
    return groups
