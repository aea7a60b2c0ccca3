"""The workbench: joins evidence, Fund and areas for one edition, and records what is read. All that a notebook needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from spf_analysis import records
from spf_analysis.areas import Area, Setting
from spf_analysis.briefing import Briefing
from spf_analysis.changes import Change, changes_since
from spf_analysis.context import BriefingContext
from spf_analysis.editions import Edition, read_editions
from spf_analysis.errors import BriefingError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.library import short_citation
from spf_analysis.evidence.nearest import Nearest, nearest
from spf_analysis.evidence.removal import without
from spf_analysis.evidence.snapshot import snapshot
from spf_analysis.fund.basis import basis_of
from spf_analysis.fund.fund import Fund
from spf_analysis.fund.share import Share
from spf_analysis.periods import FinancialYear
from spf_analysis.printed import printed
from spf_analysis.released import folder_of, is_released, read_released
from spf_analysis.settings import Settings, find_workbench, read_settings

NATIONAL = {
    "national-evidence": ("Funding and commissioning social prescribing: what the evidence says", "National evidence briefing"),
    "national-fund": ("A Social Prescribing Fund for England: what the draft would mean", "National Fund briefing"),
}


def open_workbench(year: str | None = None, edition: str | None = None, *, folder: Path | str | None = None) -> Workbench:
    """Open the workbench for an edition (the last registered one by default) and a financial year such as "2026/27".

    Raises UsageError where there is no workbench, BriefingError for an unregistered edition.
    """
    settings = read_settings(find_workbench(Path(folder) if folder else None))
    editions = read_editions(settings.evidence / "editions.yaml")
    known = {item.id: item for item in editions}
    named = known.get(edition or "", editions[-1])
    chosen = named.for_year(FinancialYear.parse(year)) if year else named
    if edition and edition not in known and edition != chosen.id:
        raise BriefingError(
            f"the edition '{edition}' is not registered", where="evidence/editions.yaml", hint=f"Registered are: {', '.join(known)}."
        )
    return Workbench(settings, chosen)


T = TypeVar("T")
_read: dict[tuple[str, Path], tuple[object, Any]] = {}


def _remembered(name: str, folder: Path, read: Callable[[Path], T]) -> T:
    """What `read` gives for a folder, read anew only when a file in it has changed since."""
    seen = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(folder.rglob("*")) if file.is_file())
    known = _read.get((name, folder))
    if known is None or known[0] != seen:
        known = _read[name, folder] = (seen, read(folder))
    found: T = known[1]
    return found


class Workbench:
    """Evidence, Fund and areas of one edition. What is read is recorded, so that a build knows what a briefing rests on."""

    def __init__(self, settings: Settings, edition: Edition) -> None:
        self.settings = settings
        self.edition = edition
        self.year = edition.year
        self._reads: set[str] = set()

    def __repr__(self) -> str:
        return f"Workbench for {self.edition.label}"

    @cached_property
    def evidence(self) -> EvidenceBase:
        """The coded evidence base. Raises EvidenceError with every problem of its files."""
        from spf_analysis.evidence.reading import read_evidence

        self._reads.add("evidence")
        base = _remembered("evidence", self.settings.evidence, read_evidence)
        return without(base, self.settings.without_source) if self.settings.without_source else base

    @cached_property
    def fund(self) -> Fund:
        """The Fund's rules, dated parameters, tables and ledgers. Raises FundError with every problem of its files."""
        from spf_analysis.fund.reading import read_fund

        self._reads.add("fund")
        return _remembered("fund", self.settings.evidence / "fund", read_fund)

    def files(self, category: str) -> dict[str, str]:
        """The files of one category of inputs ("evidence", "fund" or "editions"), by path below the workbench, each with its SHA-256.

        "editions" is the record of the edition before this one, from which a briefing tells what changed.
        """
        base = self.settings.evidence
        fund = base / "fund"
        if category == "editions":
            return self._hashed(folder_of(base, self.edition.previous).rglob("*")) if self.edition.previous else {}
        files = fund.rglob("*") if category == "fund" else (file for file in base.rglob("*") if fund not in file.parents)
        skipped = {base / "editions.yaml"}
        return self._hashed(file for file in files if file not in skipped and base / "editions" not in file.parents)

    def _hashed(self, files: Iterable[Path]) -> dict[str, str]:
        root = self.settings.evidence.parent
        return {file.relative_to(root).as_posix(): records.sha256(file) for file in sorted(files) if file.is_file()}

    def area(self, code: str) -> Area:
        """The area of an ODS code in this edition's year. Raises FundError for an unknown or abolished one."""
        return self.fund.areas.get(code, self.year.first_day)

    def areas_in_force(self) -> tuple[Area, ...]:
        """The areas in force on the first day of this edition's year."""
        return self.fund.areas.on(self.year.first_day)

    def setting(self, area: Area) -> Setting:
        """What an area is like: residents, density, need, region, deprivation."""
        return self.fund.setting(area.code, self.year)

    def share(self, area: Area) -> Share:
        """What an area would raise in this edition's year, with its steps and interpretations."""
        return self.fund.share(area.code, self.year)

    def cite(self, source: str) -> str:
        """The short citation of a source: "Cordis Bright, 2019"."""
        return short_citation(self.evidence, source)

    def cases(self, area: Area) -> Nearest:
        """The case studies nearest to an area, by the documented measure of `evidence.nearest`."""
        factor = self.fund.allocation(self.year).factor
        places = {name: _beside_england(place, factor) for name, place in self.fund.places().items()}
        return nearest(_beside_england(self.setting(area), factor), places, self.evidence.case_studies.values())

    def neighbours(self, area: Area, most: int = 8) -> tuple[Area, ...]:
        """The areas to show beside one: those nearest to it in residents and need, its own region's first.

        Nearness is the sum of the two relative differences; a region's own areas come first because they are known to each
        other. The answer is in alphabetical order: it is no league table.
        """
        here = self.setting(area)

        def distance(other: Area) -> tuple[bool, float]:
            there = self.setting(other)
            return other.region != area.region, _apart(here.residents, there.residents) + 4 * _apart(here.need, there.need)

        others = sorted((item for item in self.areas_in_force() if item.code != area.code), key=distance)
        same_region = [item for item in others if item.region == area.region][: most // 2]
        alike = sorted((item for item in others if item not in same_region), key=lambda item: distance(item)[1])
        return tuple(sorted((*same_region, *alike[: most - len(same_region)]), key=lambda item: item.short_name))

    def briefing(self, target: Area | str) -> Briefing:
        """A briefing to be filled: for an area, or for a national audience such as "national-fund"."""
        if isinstance(target, Area):
            title, subtitle = f"A Social Prescribing Fund in {target.short_name}", "Briefing for the Integrated Care Partnership"
            about = {"area": target.code, "name": target.short_name, "full_name": target.name, "region": target.region}
            kind, name = "area", target.code
        else:
            if target not in NATIONAL:
                raise BriefingError(
                    f"there is no national audience '{target}'", where="briefing", hint=f"There are: {', '.join(NATIONAL)}."
                )
            (title, subtitle), about, kind, name = NATIONAL[target], {"name": "England"}, target, target
        description = f"{subtitle}: {title}, financial year {self.year}."
        return _RecordingBriefing(
            kind=kind,
            target=name,
            title=title,
            subtitle=f"{subtitle} · {self.year}",
            edition=self.edition.as_dict(),
            evidence=self.evidence,
            about={**about, "year": str(self.year), "description": description},
            bench=self,
        )

    def changes(self, brief: Briefing) -> tuple[Change, ...]:
        """What changed in a briefing since the edition before this one: data, rule, evidence or boundary, one line each.

        Told from what was recorded when that edition was released, once all else was added to the briefing. None where nothing
        changed, where there is no edition before, or where it was never released.
        """
        previous = self.edition.previous
        if previous is None:
            return ()
        self._reads.add("editions")
        if not is_released(self.settings.evidence, previous):
            return ()
        released = read_released(self.settings.evidence, previous)
        basis, held = basis_of(self.fund, self.year), snapshot(self.evidence)
        return changes_since(released, printed(brief.context.data), basis, held, self.fund.areas)

    @property
    def reads(self) -> tuple[str, ...]:
        """The categories of inputs that were read through this workbench so far."""
        return tuple(sorted(self._reads))


class _RecordingBriefing(Briefing):
    def __init__(self, *, bench: Workbench, **fields: Any) -> None:
        super().__init__(**fields)
        self._bench = bench

    @property
    def context(self) -> BriefingContext:
        return BriefingContext({**super().context.data, "reads": list(self._bench.reads)})


def _beside_england(setting: Setting, factor: Decimal) -> Setting:
    """A setting whose need is rescaled as in the share, so that a briefing gives one value of need."""
    return setting if setting.need is None else replace(setting, need=setting.need * factor)


def _apart(one: Any, other: Any) -> float:
    if one is None or other is None:
        return 1.0
    return abs(float(one) - float(other)) / max(float(one), float(other))
