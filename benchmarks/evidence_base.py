"""How long `spf check` takes on a large evidence base, and how much memory.

    python benchmarks/evidence_base.py                      # 5,000 sources and 20,000 findings
    python benchmarks/evidence_base.py --findings 4000 --json

The base is made of copies of this workbench's own records, each spread over sources of four findings, in a temporary workbench. Every
text in it begins with "Generated for a test of size": none of it is evidence. Measured are a check from cold (nothing kept of earlier
reading), one with nothing changed since, and one after a finding, a claim, the register or the library was edited; each in a process
of its own, with the peak of its memory (proportional set size of all its processes). An import of 2,000 records from RIS is timed too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from math import ceil
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import psutil
import yaml

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.fingerprints import fingerprint
from spf_analysis.evidence.reading import read_evidence

ROOT = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).with_name("spf")
STAMP = "Generated for a test of size"
TEXT_SHA256 = "0" * 64
PER_SOURCE = 4
IMPORTED = 2_000
TEXTS = {"text", "statement", "question", "reading", "summary"}
Record = dict[str, Any]


def plain(records: Iterable[Any]) -> list[Record]:
    """Coded records as plain values."""
    return [record.model_dump(mode="json", exclude_unset=True) for record in records]


def renamed(value: Any, names: dict[str, str], number: int) -> Any:
    """A record with its ids and those that it names replaced, and its texts stamped."""
    if isinstance(value, dict):
        return {
            key: f"{STAMP}, {number}: {item}" if key in TEXTS and isinstance(item, str) else renamed(item, names, number)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [renamed(item, names, number) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def spread(base: EvidenceBase, number: int) -> dict[str, list[str]]:
    """The sources of one copy of the base, each with the findings of the base that it takes a copy of."""
    found: dict[str, list[str]] = {}
    for source in base.sources:
        keys = [finding.id for finding in base.findings_of(source)]
        for part in range(ceil(len(keys) / PER_SOURCE)):
            found[f"generated-{number:03}-{source}-{part:03}"] = keys[part * PER_SOURCE : (part + 1) * PER_SOURCE]
    return found


def write_copy(base: EvidenceBase, number: int, folder: Path, anchors: dict[str, str]) -> tuple[list[Record], list[Record]]:
    """Write one more copy of the coded records into a workbench's evidence; returns its entries for the register and the library."""
    sources, works = [], []
    copies = spread(base, number)
    names = {key: f"{source}.{key.rpartition('.')[2]}" for source, keys in copies.items() for key in keys}
    for records in (base.claims, base.gaps, base.contradictions, base.case_studies):
        names |= {key: f"{key}.copy-{number:03}" for key in records}
    for source, keys in copies.items():
        origin = base.source(base.finding(keys[0]).source)
        sections = {base.finding(key).locator.section for key in keys}
        entry = origin.model_dump(mode="json", exclude_unset=True)
        outline = [item for item in entry["outline"] if item["section"] in sections]
        sources.append(entry | {"id": source, "outline": outline, "text_sha256": TEXT_SHA256})
        works.append(base.work(origin.id).as_csl() | {"id": source, "title": f"{STAMP}, {number}: {base.work(origin.id).title}"})
        findings = [renamed(item, names, number) | {"source": source} for item in plain(base.finding(key) for key in keys)]
        write(folder / "findings" / f"{source}.yaml", {"source": source, "findings": findings})
        anchors |= {names[key]: fingerprint(base.finding(key), TEXT_SHA256) for key in keys}
    write_rest(base, number, folder, names)
    return sources, works


def write_rest(base: EvidenceBase, number: int, folder: Path, names: dict[str, str]) -> None:
    """The claims and case studies of one copy; gaps and contradictions are gathered by `generate`."""
    write(
        folder / "claims" / f"generated-{number:03}.yaml",
        {"claims": [renamed(item, names, number) for item in plain(base.claims.values())]},
    )
    for item in plain(base.case_studies.values()):
        write(folder / "case_studies" / f"{names[item['id']]}.yaml", renamed(item, names, number))
    for noun, records in (("gaps", base.gaps), ("contradictions", base.contradictions)):
        with (folder / f"{noun}.yaml").open("a", encoding="utf-8") as file:
            file.write(dumped([renamed(item, names, number) for item in plain(records.values())]))


def dumped(content: Any) -> str:
    """Values as YAML."""
    return str(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=130, indent=2))


def write(path: Path, content: Record) -> None:
    """A YAML file of the present schema."""
    path.write_text(dumped({"schema": 1, **content}), encoding="utf-8")


def generate(workbench: Path, findings: int) -> dict[str, int]:
    """Fill a workbench with at least so many findings; returns what it holds."""
    for name in ("evidence", "notebooks", "templates"):
        shutil.copytree(ROOT / name, workbench / name, ignore=shutil.ignore_patterns("confidential", "editions", ".ipynb_checkpoints"))
    shutil.copyfile(ROOT / "spf.toml", workbench / "spf.toml")
    folder = workbench / "evidence"
    base = read_evidence(folder)
    anchors = dict(base.verified)
    for noun, records in (("gaps", base.gaps), ("contradictions", base.contradictions)):
        (folder / f"{noun}.yaml").write_text(f"schema: 1\n{noun}:\n{dumped(plain(records.values()))}", encoding="utf-8")
    sources, works = plain(base.sources.values()), [work.as_csl() for work in base.library.values()]
    for number in range(1, ceil(findings / len(base.findings))):
        more = write_copy(base, number, folder, anchors)
        sources += more[0]
        works += more[1]
    write(folder / "sources.yaml", {"sources": sources})
    (folder / "library.json").write_text(json.dumps(works, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "verified.json").write_text(json.dumps({"schema": 1, "anchors": anchors}, indent=1), encoding="utf-8")
    made = read_evidence(folder)
    return {name: len(getattr(made, name)) for name in ("sources", "findings", "claims", "case_studies", "gaps", "contradictions")}


def measured(command: list[str | Path], cwd: Path, cache: Path) -> Record:
    """Seconds by the clock and of processor time, and peak megabytes, of a command. Exits where it fails: what fails measures nothing."""
    start, used = perf_counter(), _used()
    process = subprocess.Popen(command, cwd=cwd, env={**os.environ, "SPF_CACHE": str(cache)}, stdout=subprocess.PIPE, text=True)
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    said = process.communicate()[0]
    seconds = perf_counter() - start
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed: {said[:2000]}")
    watcher.join()
    return {"seconds": round(seconds, 2), "cpu_seconds": round(_used() - used, 2), "peak_megabytes": round(peak[0] / 2**20)}


def _used() -> float:
    """Seconds of processor time that the processes that were started so far have taken."""
    times = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times.ru_utime + times.ru_stime


def _watch(pid: int, peak: list[int]) -> None:
    while True:
        try:
            tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            peak[0] = max(peak[0], sum(item.memory_full_info().pss for item in tree))
        except (psutil.Error, AttributeError):
            if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
        sleep(0.05)


def edited(path: Path) -> None:
    """Change one text of a file that holds generated records."""
    text = path.read_text(encoding="utf-8")
    at = text.rindex(STAMP)
    path.write_text(f"{text[:at]}{STAMP} and edited{text[at + len(STAMP) :]}", encoding="utf-8")


def checks(workbench: Path, cache: Path) -> dict[str, Record]:
    """The check from cold, with nothing changed, and after one edit each."""
    folder = workbench / "evidence"
    check: list[str | Path] = [PROGRAM, "check"]
    found = {"cold": measured(check, workbench, cache), "nothing changed": measured(check, workbench, cache)}
    for what, path in (
        ("a finding changed", sorted((folder / "findings").glob("generated-*.yaml"))[0]),
        ("a claim changed", sorted((folder / "claims").glob("generated-*.yaml"))[0]),
        ("the library changed", folder / "library.json"),
    ):
        edited(path)
        found[what] = measured(check, workbench, cache)
    register = folder / "sources.yaml"
    register.write_text(register.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    return found | {"the register changed": measured(check, workbench, cache)}


def imported(folder: Path, cache: Path) -> Record:
    """An import of 2,000 records from RIS into a new workbench."""
    subprocess.run([PROGRAM, "init", folder / "review"], check=True, stdout=subprocess.DEVNULL)
    entries = (
        f"TY  - JOUR\nAU  - Generated, Ann {number}\nTI  - {STAMP}, {number}\nPY  - {1980 + number % 40}\n"
        f"DO  - 10.9999/generated.{number}\nER  - \n"
        for number in range(IMPORTED)
    )
    (folder / "records.ris").write_text("\n".join(entries), encoding="utf-8")
    return measured([PROGRAM, "library", "import", folder / "records.ris"], folder / "review", cache)


def main() -> None:
    """Generate, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--findings", type=int, default=20_000, help="at least so many findings, on a quarter as many sources")
    arguments.add_argument("--json", action="store_true", help="print one JSON document")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="spf-size-") as name:
        workbench, cache = Path(name) / "workbench", Path(name) / "cache"
        holds = generate(workbench, given.findings)
        found = checks(workbench, cache)
        found["2,000 records imported"] = imported(Path(name) / "import", cache)
        kept = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    if given.json:
        print(json.dumps({"schema": 1, "holds": holds, "kept_megabytes": round(kept / 2**20), "measured": found}))
        return
    print(", ".join(f"{count:,} {noun.replace('_', ' ')}" for noun, count in holds.items()))
    for what, item in found.items():
        print(f"{what:<28}{item['seconds']:>8.2f} s{item['cpu_seconds']:>8.2f} s of processor time{item['peak_megabytes']:>6} MB")


if __name__ == "__main__":
    main()
