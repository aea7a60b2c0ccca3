"""The workbench: joins evidence, Fund and areas for one edition, and records what is read. All that a notebook needs.

What is slow to import is imported where it is first needed, so that a build that finds nothing changed is over at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from spf_analysis import records
from spf_analysis.areas import Area, Areas, Setting, read_areas
from spf_analysis.editions import Edition, folder_of, is_released, read_editions
from spf_analysis.errors import BriefingError
from spf_analysis.periods import FinancialYear
from spf_analysis.reads import Reads, digest_of, noted, put_again, question_of
from spf_analysis.settings import Settings, find_workbench, read_settings

if TYPE_CHECKING:
    from spf_analysis.briefing import Briefing
    from spf_analysis.changes import Change
    from spf_analysis.evidence.base import EvidenceBase
    from spf_analysis.evidence.nearest import Nearest
    from spf_analysis.fund.basis import Basis
    from spf_analysis.fund.fund import Fund
    from spf_analysis.fund.path_view import PathView
    from spf_analysis.fund.position import AreaPosition
    from spf_analysis.fund.scenarios import Scenario
    from spf_analysis.fund.share import Share
    from spf_analysis.packs import Pack

CONFIDENTIAL = "confidential"
CATEGORIES = ("evidence", "fund", "editions")
NATIONAL = {
    "national-evidence": ("Funding and commissioning social prescribing: what the evidence says", "National evidence briefing"),
    "national-fund": ("A Social Prescribing Fund for England: what the draft would mean", "National Fund briefing"),
    "evidence-review": ("What the coded evidence says, and where it is silent", "Evidence review"),
}


def open_workbench(
    year: str | None = None, edition: str | None = None, *, folder: Path | str | None = None, scenario: str = "", sample: str = ""
) -> Workbench:
    """Open the workbench for an edition (the last registered one by default) and a financial year such as "2026/27".

    `scenario` is the id of a scenario, or a file that holds one; `sample` a folder with an invented ledger, named from the workbench's
    folder. Raises UsageError where there is no workbench, BriefingError for an unregistered edition, FundError for an unknown scenario
    and for a folder that is no sample.
    """
    settings = read_settings(find_workbench(Path(folder) if folder else None))
    editions = read_editions(settings.evidence / "editions.yaml")
    known = {item.id: item for item in editions}
    named = known.get(edition or "", editions[-1])
    chosen = named.for_year(FinancialYear.parse(year)) if year else named
    supposed = _supposed(settings, scenario) if scenario else None
    invented = _invented(settings, sample) if sample else None
    chosen = chosen.under(supposed.id, supposed.title) if supposed else chosen
    chosen = chosen.as_illustrative() if invented else chosen
    if edition and edition not in known and edition != chosen.id:
        raise BriefingError(
            f"the edition '{edition}' is not registered", where="evidence/editions.yaml", hint=f"Registered are: {', '.join(known)}."
        )
    return Workbench(settings, chosen, supposed, invented)


def _supposed(settings: Settings, scenario: str) -> Scenario:
    from spf_analysis.fund.scenarios import read_scenarios, scenario_named

    return scenario_named(scenario, read_scenarios(settings.evidence / "fund", []))


def _invented(settings: Settings, sample: str) -> Path:
    from spf_analysis.fund.illustrative import sample_folder

    return sample_folder(settings.folder, sample)


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

    def __init__(self, settings: Settings, edition: Edition, scenario: Scenario | None = None, sample: Path | None = None) -> None:
        self.settings, self.scenario, self.sample = settings, scenario, sample
        self.edition = edition
        self.year = edition.year
        self.reads_so_far = Reads()

    def __repr__(self) -> str:
        return f"Workbench for {self.edition.label}"

    @cached_property
    def evidence(self) -> EvidenceBase:
        """The coded evidence base; what is looked up in it is noted. Raises EvidenceError with every problem of its files."""
        from spf_analysis.recorded import RecordedEvidence

        return RecordedEvidence(self._evidence, self.reads_so_far)

    @cached_property
    def fund(self) -> Fund:
        """The Fund's rules, dated parameters, tables and ledgers; what is asked of it is noted. Raises FundError with every problem."""
        from spf_analysis.recorded import Recorded

        return cast("Fund", Recorded(self._fund, self.reads_so_far, "fund"))

    @cached_property
    def _areas(self) -> Areas:
        return _remembered("areas", self.settings.evidence / "fund", read_areas)

    @property
    def supposing(self) -> dict[str, str]:
        """What a notebook is given so that it opens this workbench: its scenario, by id where the workbench holds it, and its sample."""
        found: dict[str, str] = {}
        if self.scenario:
            from spf_analysis.fund.scenarios import read_scenarios

            known = self.scenario in read_scenarios(self.settings.evidence / "fund", [])
            found["scenario"] = self.scenario.id if known else self.scenario.as_text()
        if self.sample:
            found["sample"] = Path(os.path.relpath(self.sample, self.settings.folder)).as_posix()
        return found

    @cached_property
    def _evidence(self) -> EvidenceBase:
        from spf_analysis.evidence.reading import read_evidence
        from spf_analysis.evidence.removal import without

        base = _remembered("evidence", self.settings.evidence, read_evidence)
        if self.sample:
            from spf_analysis.evidence.sample import with_sample_source
            from spf_analysis.fund.illustrative import MARK

            base = with_sample_source(base, MARK)
        return without(base, self.settings.without_source) if self.settings.without_source else base

    @cached_property
    def _fund(self) -> Fund:
        from spf_analysis.fund.reading import read_fund

        name = f"fund with {self.sample}" if self.sample else "fund"
        found = _remembered(name, self.settings.evidence / "fund", lambda folder: read_fund(folder, self.sample))
        return found.under(self.scenario) if self.scenario else found

    @property
    def ledger_folder(self) -> Path:
        """Where the ledger's files lie: in `evidence/fund`, or in the sample that is shown instead."""
        return self.sample / "ledger" if self.sample else self.settings.evidence / "fund" / "ledger"

    def files(self, category: str) -> dict[str, str]:
        """The files of one category of inputs ("evidence", "fund" or "editions"), by path below the workbench, each with its SHA-256.

        "editions" is the record of the edition before this one, from which a briefing tells what changed. Confidential lines are
        never among them: nothing is told of them, and no digest of them is kept.
        """
        base = self.settings.evidence
        fund = base / "fund"
        if category == "editions":
            return self._hashed(folder_of(base, self.edition.previous).rglob("*")) if self.edition.previous else {}
        files = fund.rglob("*") if category == "fund" else (file for file in base.rglob("*") if fund not in file.parents)
        skipped = {base / "editions.yaml", fund / "README.md", *self._confidential()}
        found = self._hashed(file for file in files if file not in skipped and base / "editions" not in file.parents)
        return found | self._hashed(self.sample.rglob("*")) if self.sample and category == "fund" else found

    def files_digest(self, category: str) -> str | None:
        """One digest over the files of a category; None where confidential lines stand beside them, since they count in sums."""
        return None if category == "fund" and self._confidential() else digest_of(self.files(category))

    def all_digest(self) -> str:
        """One digest over all that an answer can rest on, confidential lines among them: for the user's own cache, never for publishing."""
        quiet = self._hashed(self._confidential())
        return digest_of([quiet, *map(self.files, CATEGORIES), self.edition.as_dict(), self.supposing])

    def _confidential(self) -> list[Path]:
        return list((self.ledger_folder / CONFIDENTIAL).rglob("*"))

    def _hashed(self, files: Iterable[Path]) -> dict[str, str]:
        root = self.settings.folder
        return {Path(os.path.relpath(file, root)).as_posix(): records.sha256(file) for file in sorted(files) if file.is_file()}

    @noted
    def area(self, code: str) -> Area:
        """The area of an ODS code in this edition's year. Raises FundError for an unknown or abolished one."""
        return self._areas.get(code, self.year.first_day)

    @noted
    def areas_in_force(self) -> tuple[Area, ...]:
        """The areas in force on the first day of this edition's year."""
        return self._areas.on(self.year.first_day)

    @noted
    def setting(self, area: Area) -> Setting:
        """What an area is like: residents, density, need, region, deprivation."""
        return self._fund.setting(area.code, self.year)

    @noted
    def share(self, area: Area) -> Share:
        """What an area would raise in this edition's year, with its steps and interpretations."""
        return self._fund.share(area.code, self.year)

    @noted
    def position(self, area: Area) -> AreaPosition:
        """Where an area stands in this edition's year; what a confidential line stands behind is kept back."""
        found = self._fund.position(self.year).of(area.code)
        assert found is not None
        return found

    @noted
    def path_view(self, area: Area | None = None) -> PathView | None:
        """The years of the initial term for an area, or for England, under a scenario; None where no scenario reaches so far."""
        from spf_analysis.fund.path_view import view_of

        return view_of(self._fund, area.code if area else None, self.year)

    @noted
    def path_views(self) -> tuple[PathView, ...]:
        """The same for England, scenario by scenario; that of the workbench alone where it has one."""
        from spf_analysis.fund.path_view import view_of

        under = [self._fund] if self.scenario else [self._fund.under(item) for item in self._fund.scenarios]
        return tuple(view for fund in under if (view := view_of(fund, None, self.year)))

    @noted
    def boundary_change(self, area: Area) -> str | None:
        """Why figures of an area cannot simply be compared with those of the year before; None where its footprint is the same."""
        from spf_analysis.fund.carrying import change_between

        before = self.year.plus(-1).first_day
        if before < self._fund.areas.vintages[0].start:
            return None
        return change_between(area.code, before, self.year.first_day, self._fund.areas, self._fund.divisions)

    def cite(self, source: str) -> str:
        """The short citation of a source: "Cordis Bright, 2019"."""
        from spf_analysis.evidence.library import short_citation

        return short_citation(self.evidence, source)

    @noted
    def national_investor(self) -> str | None:
        """The statutory national investor on record for this edition's year; None while there is none."""
        found = self._fund.national_investor(self.year)
        return found.investor if found else None

    @noted
    def cases(self, area: Area) -> Nearest:
        """The case studies nearest to an area, by the documented measure of `evidence.nearest`."""
        from spf_analysis.evidence.nearest import nearest

        factor = self._fund.allocation(self.year).factor
        places = {name: _beside_england(place, factor) for name, place in self._fund.places().items()}
        here = self._fund.setting(area.code, self.year)
        return nearest(_beside_england(here, factor), places, self._evidence.case_studies.values())

    @noted
    def neighbours(self, area: Area, most: int = 8) -> tuple[Area, ...]:
        """The areas to show beside one: those nearest to it in residents and need, its own region's first.

        Nearness is the sum of the two relative differences; a region's own areas come first because they are known to each
        other. The answer is in alphabetical order: it is no league table.
        """
        settings = self._fund.settings(self.year)
        here = settings[area.code]

        def distance(other: Area) -> tuple[bool, float]:
            there = settings[other.code]
            return other.region != area.region, _apart(here.residents, there.residents) + 4 * _apart(here.need, there.need)

        others = sorted((item for item in self._fund.areas_in(self.year) if item.code != area.code), key=distance)
        same_region = [item for item in others if item.region == area.region][: most // 2]
        alike = sorted((item for item in others if item not in same_region), key=lambda item: distance(item)[1])
        return tuple(sorted((*same_region, *alike[: most - len(same_region)]), key=lambda item: item.short_name))

    def packs(self) -> dict[str, Pack]:
        """The briefings that there are only while the ledger has a subject for them, by target: for offers, and on demonstrators."""
        ledger = self.ledger_folder
        if not any(_has_rows(ledger / name) for name in ("offers.csv", "applications.csv")):
            return {}
        from spf_analysis.packs import packs_of, subjects_of

        offers, applications = _remembered("packs", ledger, lambda folder: subjects_of(folder, self._areas))
        return packs_of(offers, applications, self.settings.briefings, self.year)

    def briefing(self, target: Area | str) -> Briefing:
        """A briefing to be filled: for an area, for a national audience such as "national-fund", or a pack such as "demonstrators"."""
        from spf_analysis.recorded import RecordedBriefing

        if isinstance(target, Area):
            title, subtitle = f"A Social Prescribing Fund in {target.short_name}", "Briefing for the Integrated Care Partnership"
            about = {"area": target.code, "name": target.short_name, "full_name": target.name, "region": target.region}
            kind, name = "area", target.code
        elif pack := self.packs().get(target):
            title, subtitle, about, kind, name = pack.title, pack.subtitle, dict(pack.about), pack.kind, target
        else:
            if target not in NATIONAL:
                hint = f"There are: {', '.join((*NATIONAL, *self.packs()))}."
                raise BriefingError(f"there is no national audience '{target}', and no such pack", where="briefing", hint=hint)
            (title, subtitle), about, kind, name = NATIONAL[target], {"name": "England"}, target, target
        description = f"{subtitle}: {title}, financial year {self.year}."
        return RecordedBriefing(
            kind=kind,
            target=name,
            title=title,
            subtitle=f"{subtitle} · {self.year}",
            edition=self.edition.as_dict(),
            evidence=self.evidence,
            illustrative=self.sample is not None,
            about={**about, "year": str(self.year), "description": description, "national_investor": self.national_investor()},
            reads=self.reads_so_far,
        )

    def changes(self, brief: Briefing) -> tuple[Change, ...]:
        """What changed in a briefing since the edition before this one: data, rule, evidence or boundary, one line each.

        Told from what was recorded when that edition was released, once all else was added to the briefing. None where nothing
        changed, where there is no edition before, or where it was never released.
        """
        previous = self.edition.previous
        if previous is None or not self.released_record():
            return ()
        from spf_analysis.changes import changes_since
        from spf_analysis.evidence.snapshot import snapshot
        from spf_analysis.printed import printed
        from spf_analysis.released import read_released

        released = read_released(self.settings.evidence, previous)
        self.reads_so_far.note(question_of("fund", "areas"), self._fund.areas)
        return changes_since(released, printed(brief.context.data), self.basis(), snapshot(self._evidence), self._fund.areas)

    @noted
    def released_record(self) -> dict[str, str]:
        """The record of the edition before this one, each file with its SHA-256; empty where it was never released."""
        previous = self.edition.previous
        if previous is None or not is_released(self.settings.evidence, previous):
            return {}
        return self._hashed(folder_of(self.settings.evidence, previous).rglob("*"))

    @noted
    def basis(self) -> Basis:
        """What the Fund's figures of this edition's year rest on, in words."""
        from spf_analysis.fund.basis import basis_of

        return basis_of(self._fund, self.year)

    @property
    def reads(self) -> dict[str, str]:
        """Every question that was put through this workbench so far, with a digest of its answer."""
        return self.reads_so_far.digests()

    def put_again(self, question: str) -> str:
        """A digest of the answer that a question of an earlier workbench gets now; "gone" where it has none any more."""
        return put_again(self._asked_again, question)

    @cached_property
    def _asked_again(self) -> dict[str, Callable[[], Any]]:
        bench = Workbench(self.settings, self.edition, self.scenario, self.sample)
        return {"evidence": lambda: bench._evidence, "fund": lambda: bench._fund, "bench": lambda: bench, "areas": lambda: bench._areas}


def _has_rows(table: Path) -> bool:
    """Whether a table has a line below its heading."""
    return table.is_file() and len(table.read_bytes().split(b"\n", 1)[-1].strip()) > 0


def _beside_england(setting: Setting, factor: Decimal) -> Setting:
    """A setting whose need is rescaled as in the share, so that a briefing gives one value of need."""
    return setting if setting.need is None else replace(setting, need=setting.need * factor)


def _apart(one: Any, other: Any) -> float:
    if one is None or other is None:
        return 1.0
    return abs(float(one) - float(other)) / max(float(one), float(other))
