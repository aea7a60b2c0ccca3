"""How long an edition takes: by `spf build`, by the naive loop of the tools' own commands, and beside the floor.

    python benchmarks/edition.py                            # the whole edition, with the embedded typesetter
    python benchmarks/edition.py --targets 4 --json         # a quick look at four targets
    python benchmarks/edition.py --typesetter quarto        # where Quarto is on the PATH
    python benchmarks/edition.py --areas 150 --no-naive     # with invented further areas, in a generated workbench that says so
    python benchmarks/edition.py --write                    # keeps the result, and puts its figures into docs/scale.md

Both sides build from nothing into a temporary folder, in the same environment, one after the other, with byte code kept as pip leaves
it. The naive loop runs papermill with the stock kernel, `jupyter nbconvert`, one command that writes the charts and the Markdown, and
the typesetter once for each document and format. The floor is the processor time of the cells, chart conversion, nbconvert, pandoc and
Typst in a warm process, divided by the processors; it is measured on a few targets of each kind and taken times their number. Memory is
the peak of the proportional set size (PSS) of all processes. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import floor
import invented
import naive
from measuring import Cost, measured

from spf_analysis.publishing.edition import FORMATS, Planned, open_edition, plan, targets_of

ROOT = Path(__file__).parents[1]
# Only what runs where evidence and ledger are: with a cluster, the rest is done elsewhere.
_TELL = """
import sys
from pathlib import Path
from spf_analysis.publishing.contexts import contexts_of
from spf_analysis.publishing.edition import open_edition
if __name__ == "__main__":
    found = contexts_of(open_edition(None, Path(sys.argv[1])), sys.argv[3:], jobs=int(sys.argv[2]))
    sys.exit(str(found.problems) if found.problems else 0)
"""
RESULTS = ROOT / "benchmarks" / "results" / "edition.json"
PROGRAM = Path(sys.executable).with_name("spf")
SAMPLED = 4


def benchmark(options: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked to be measured, as plain values."""
    with tempfile.TemporaryDirectory(prefix="spf-benchmark-") as scratch:
        folder = Path(scratch)
        workbench = invented.copied(ROOT, folder / "workbench")
        added = invented.add_areas(workbench, options.areas) if options.areas else []
        planned = _planned(workbench, options, folder / "spf")
        warm_up(planned[0].job.target, workbench, folder / "warm", options)
        content = _about(planned, options, len(added))
        ours, size = _ours(planned, workbench, folder / "spf", options)
        content["spf build"] = {**_said(ours), "megabytes_on_disk": size}
        content["nothing changed"] = _said(measured(_command(planned, folder / "spf", options), workbench, _told(workbench)))
        if options.typesetter == "embedded":
            content |= _floor(planned, folder / "floor", ours)
        if not added:
            content["notebooks"] = _said(_notebooks(planned, workbench, folder, options))
        if options.naive:
            stages = naive.build(planned, folder / "naive", options.typesetter)
            content["naive"] = {**_said(stages.total), "stages": {name: _said(cost) for name, cost in stages.costs.items()}}
            content["ratio"] = round(stages.total.wall / ours.wall, 2)
    return content


def _planned(workbench: Path, options: argparse.Namespace, out: Path) -> list[Planned]:
    bench = open_edition(None, workbench)
    known = list(targets_of(bench))
    step = max(len(known) // options.targets, 1) if options.targets else 1
    chosen = [*known[::step][: options.targets - 1], known[-1]] if options.targets else known
    return plan(bench, chosen, FORMATS, options.typesetter, out)


def warm_up(target: str, workbench: Path, out: Path, options: argparse.Namespace) -> None:
    """Make one target unmeasured, so that byte code and files are where they are after a first use, for both sides."""
    measured([PROGRAM, "build", target, "--typesetter", options.typesetter, "--out", out], workbench, _told(workbench))


def _told(workbench: Path) -> Mapping[str, str]:
    return {"SPF_WORKBENCH": str(workbench)}


def _command(planned: Sequence[Planned], out: Path, options: argparse.Namespace) -> list[str | Path]:
    named = [item.job.target for item in planned] if options.targets else []
    return [PROGRAM, "build", *named, "--typesetter", options.typesetter, "--jobs", str(options.jobs), "--out", out]


def _ours(planned: Sequence[Planned], workbench: Path, out: Path, options: argparse.Namespace) -> tuple[Cost, float]:
    cost = measured(_command(planned, out, options), workbench, _told(workbench))
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    return cost, round(size / 1e6, 1)


def _notebooks(planned: Sequence[Planned], workbench: Path, folder: Path, options: argparse.Namespace) -> Cost:
    program = folder / "tell.py"  # a file, since processes that are spawned import it
    program.write_text(_TELL, encoding="utf-8")
    return measured([sys.executable, program, workbench, str(options.jobs), *(item.job.target for item in planned)], workbench)


def _about(planned: Sequence[Planned], options: argparse.Namespace, added: int) -> dict[str, Any]:
    return {
        "targets": len(planned),
        "subset": bool(options.targets),
        "areas": options.areas - added if options.areas else len([item for item in planned if "area" in item.job.parameters]),
        "invented_areas": added,
        "typesetter": planned[0].job.typesetter,
        "jobs": options.jobs,
        "processors": os.cpu_count(),
        "python": sys.version.split()[0],
    }


def _floor(planned: Sequence[Planned], folder: Path, ours: Cost) -> dict[str, Any]:
    """The floor from a few targets of each kind of briefing, each kind taken times the number of its targets."""
    stages: dict[str, float] = {}
    for name in dict.fromkeys(item.job.notebook for item in planned):
        kind = [item for item in planned if item.job.notebook == name]
        sampled = kind[:SAMPLED]
        for stage, seconds in floor.stages_of(sampled, folder).items():
            stages[stage] = stages.get(stage, 0.0) + seconds * len(kind) / len(sampled)
    seconds = sum(stages.get(stage, 0.0) for stage in floor.IN_FLOOR) / (os.cpu_count() or 1)
    each = {stage: round(total / len(planned), 3) for stage, total in stages.items()}
    return {"processor_seconds_each": each, "floor": round(seconds, 2), "times_the_floor": round(ours.wall / seconds, 2)}


def _said(cost: Cost) -> dict[str, Any]:
    used = 100 * cost.cpu / (cost.wall * (os.cpu_count() or 1)) if cost.wall else 0
    return {
        "seconds": round(cost.wall, 2),
        "processor_seconds": round(cost.cpu, 2),
        "processors_used_per_cent": round(used),
        "peak_megabytes": cost.peak_megabytes,
    }


def _print(content: Mapping[str, Any]) -> None:
    print(f"{content['targets']} targets, {content['typesetter']} typesetter, {content['jobs']} jobs, {content['processors']} processors")
    for name in ("spf build", "nothing changed", "notebooks", "naive"):
        if name in content:
            _print_cost(name, content[name])
    for name, cost in content.get("naive", {}).get("stages", {}).items():
        _print_cost(f"  {name}", cost)
    if "ratio" in content:
        print(f"spf build is {content['ratio']} times as fast as the naive loop")
    if "floor" in content:
        print(f"floor {content['floor']} s; spf build takes {content['times_the_floor']} times that")
        print(
            "processor seconds for each target:", ", ".join(f"{name} {value}" for name, value in content["processor_seconds_each"].items())
        )


def _print_cost(name: str, cost: Mapping[str, Any]) -> None:
    said = (
        f"{cost['seconds']:9.2f} s",
        f"{cost['processor_seconds']:9.2f} processor s",
        f"{cost['processors_used_per_cent']:4d} % of processors",
    )
    print(f"{name:22}", *said, f"{cost['peak_megabytes']:6d} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--typesetter", choices=("embedded", "quarto"), default="embedded")
    parser.add_argument("--targets", type=int, default=0, help="a subset of so many targets, spread over the edition")
    parser.add_argument("--areas", type=int, default=0, help="so many areas, those that do not exist being invented")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-naive", dest="naive", action="store_false", help="leave the naive loop out")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--write", action="store_true", help="keep the result under its name and put its figures into docs/scale.md")
    return parser.parse_args()


def _keep(content: Mapping[str, Any]) -> None:
    """The result beside those of other typesetters and numbers of areas, and the page that is written from them."""
    import scale

    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    kept[scale.name_of(content)] = content
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    scale.rewrite(kept)


def main() -> None:
    """Measure, print, and keep where that is asked for."""
    options = _options()
    content = benchmark(options)
    if options.write:
        _keep(content)
    if options.json:
        print(json.dumps(content, indent=1))
    else:
        _print(content)


if __name__ == "__main__":
    main()
