"""Starting a workbench elsewhere: the Fund's tables and rules, facets of the coding frame, instruments, notebooks and templates to adapt.

Nothing that was coded is taken along: no finding, claim, case study or gap, no ledger line and no edition. Of the sources only those
are registered that the Fund's tables and rules and the instruments refer to.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from spf_analysis.errors import TypesettingError, UsageError
from spf_analysis.evidence.checking import OPEN_GROUPS
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.application_reading import COLUMNS as APPLICATIONS
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, NATIONAL, PARTICIPATION
from spf_analysis.fund.offer_reading import COLUMNS as OFFERS
from spf_analysis.periods import FinancialYear
from spf_analysis.records import read_json, read_text, read_yaml
from spf_analysis.settings import FILE, Settings, read_settings

LINE_WIDTH = 140
_SKIPPED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "ledger", ".DS_Store")
_LEDGERS = {"participation.csv": PARTICIPATION, "contributions.csv": CONTRIBUTIONS, "national_commitments.csv": NATIONAL}
_LEDGERS |= {"offers.csv": OFFERS, "applications.csv": APPLICATIONS}
_EMPTY = {"gaps.yaml": "gaps", "contradictions.yaml": "contradictions"}
_FOLDERS = ("findings", "claims", "case_studies", "editions", "quality/appraisals")
_INSTRUMENTS = "quality/instruments"
_IGNORED = "reports/*\n!reports/README.md\nevidence/fund/ledger/confidential/\n.ipynb_checkpoints/\n__pycache__/\n"
_REPORTS = "# Reports\n\n`spf build` writes here. Open `<edition>/index.html`. Nothing but this page is kept in version control.\n"
_README = """# A workbench

Started with `spf init`. It holds the Fund's tables and rules, the three facets of the coding frame, and notebooks and templates to adapt.

1. Correct the title and publisher in `spf.toml`, and the edition in `evidence/editions.yaml`.
2. Register sources in `evidence/sources.yaml` and `evidence/library.json`; code findings, claims, case studies and gaps.
3. Let the notebooks say the claims that you have: those that they name now are not here yet.

`spf check` says whether all inputs hold together, `spf areas` and `spf fund share AREA` work at once, `spf lab` opens the notebooks,
`spf build` makes the briefings.
"""


def start(folder: Path, like: Path | None = None, *, day: date) -> Path:
    """Start a workbench in a new or empty folder, with one edition dated `day`; returns the folder.

    It is made like the workbench `like`, or like the one that comes with the package. The folder is put in place as a whole.
    Raises UsageError for a folder that holds something, TypesettingError where it cannot be written.
    """
    folder = folder.expanduser().resolve()
    require_empty(folder)
    origin = read_settings(like or starter())
    draft = folder.parent / f".{folder.name}.{os.getpid()}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _fill(draft, origin, day)
        _place(draft, folder)
    except OSError as error:
        hint = "Choose another folder, or make room."
        raise TypesettingError(f"the folder cannot be written ({error.strerror})", where=folder.name, hint=hint) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def starter() -> Path:
    """What a workbench is started from: the files that come with the installed package, or those of the checkout around it.

    Raises UsageError where the installation has neither.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "starter", package.parent):
        if (folder / FILE).is_file():
            return folder
    raise UsageError("this installation lacks the files to start from", where="spf_analysis/starter", hint="Install the workbench again.")


def require_empty(folder: Path) -> None:
    """Raises UsageError where there is a file, or a folder that already holds something."""
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError("the folder is not empty", where=folder.name, hint="Name a new or empty one.")
    if folder.exists() and not folder.is_dir():
        raise UsageError("there is a file of this name", where=folder.name, hint="Name a new or empty folder.")


def _fill(draft: Path, origin: Settings, day: date) -> None:
    draft.mkdir()
    for name in ("notebooks", "templates"):
        shutil.copytree(getattr(origin, name), draft / name, ignore=_SKIPPED)
    _text(draft / FILE, _settings(origin))
    evidence = draft / "evidence"
    shutil.copytree(origin.evidence / "fund", evidence / "fund", ignore=_SKIPPED)
    for name, columns in _LEDGERS.items():
        _text(evidence / "fund" / "ledger" / name, ",".join(columns) + "\n")
    fund = read_fund(evidence / "fund")
    _coding_frame(origin.evidence, evidence)
    shutil.copytree(origin.evidence / _INSTRUMENTS, evidence / _INSTRUMENTS, ignore=_SKIPPED)
    _register(origin.evidence, evidence, fund.sources() | _instruments(evidence))
    _text(evidence / "editions.yaml", _edition(day, fund))
    for name, key in _EMPTY.items():
        _text(evidence / name, f"schema: 1\n{key}: []\n")
    for name in _FOLDERS:
        _text(evidence / name / ".gitkeep", "")
    for name, text in ((".gitignore", _IGNORED), ("README.md", _README), ("reports/README.md", _REPORTS)):
        _text(draft / name, text)


def _text(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def _settings(origin: Settings) -> str:
    """The settings of the origin, with the folders' usual names, into which its folders were copied."""
    lines = read_text(origin.folder / FILE, "usage").splitlines()
    names = ("evidence", "notebooks", "templates", "reports")
    usual = {name: f'{name} = "{name}"' for name in names}
    return "\n".join(usual.get(line.partition("=")[0].strip(), line) for line in lines) + "\n"


def _coding_frame(origin: Path, evidence: Path) -> None:
    """The facets of funding, themes and outcomes: the groups that belong to no one source and need no finding yet."""
    for path in sorted((origin / "coding_frame").glob("*.yaml")):
        group = read_yaml(path, "evidence").content
        if path.name == "frame.yaml" or group.get("facet") or group.get("group") in OPEN_GROUPS:
            _text(evidence / "coding_frame" / path.name, read_text(path, "evidence"))


def _instruments(evidence: Path) -> frozenset[str]:
    """The works that the instruments of quality appraisal come from."""
    return frozenset(read_yaml(path, "evidence").content["source"] for path in sorted((evidence / _INSTRUMENTS).glob("*.yaml")))


def _register(origin: Path, evidence: Path, wanted: frozenset[str]) -> None:
    """The register and the library with the wanted sources only; comments and order stay."""
    editor = YAML()
    editor.preserve_quotes, editor.width = True, LINE_WIDTH
    editor.indent(mapping=2, sequence=4, offset=2)
    register: Any = editor.load(read_text(origin / "sources.yaml", "evidence"))
    register["sources"][:] = [source for source in register["sources"] if source["id"] in wanted]
    with (evidence / "sources.yaml").open("w", encoding="utf-8") as file:
        editor.dump(register, file)
    works = [work for work in read_json(origin / "library.json", "evidence") if work["id"] in wanted]
    _text(evidence / "library.json", json.dumps(works, ensure_ascii=False, indent=2) + "\n")


def _edition(day: date, fund: Fund) -> str:
    priced = fund.priced_years()
    year = min(max(FinancialYear.containing(day), priced[0]), priced[-1])
    name = str(year).replace("/", "-")
    fields = (f"id: {name}-first", f"title: First edition for {year}", f"date: {day.isoformat()}", f"year: {year}", "previous: null")
    comment = "# Every edition that was or will be published. All dates in a briefing come from here, never from a clock.\n"
    return f"{comment}schema: 1\neditions:\n  - " + "\n    ".join(fields) + "\n"


def _place(draft: Path, folder: Path) -> None:
    """Put what was made in place: as a whole, or, where the empty folder is there already, into it."""
    if not folder.exists():
        draft.rename(folder)
        return
    for path in sorted(draft.iterdir()):
        path.rename(folder / path.name)
