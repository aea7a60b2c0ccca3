"""Bringing the library up to date with Zotero: what changed there, what of it can be taken over, and what waits for a decision.

Three versions of an entry are compared: as Zotero last gave it, as Zotero gives it now, and ours. What changed there alone is taken, what
changed here alone is kept. Where both changed, or where local work rests on the source, ours stays until somebody decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from spf_analysis.errors import Problem, UsageError
from spf_analysis.evidence.base import did_you_mean
from spf_analysis.evidence.bibliography import csl
from spf_analysis.evidence.bibliography.duplicates import KnownWorks
from spf_analysis.evidence.bibliography.entries import Entry, Remark, citation_key, tidied, title_says
from spf_analysis.evidence.bibliography.register import SCHEMA, Register, uses
from spf_analysis.evidence.bibliography.zotero import Snapshot, ZoteroItem, ZoteroLibrary

Kind = Literal["new", "linked", "changed", "moved", "gone", "back", "waiting"]


@dataclass(frozen=True)
class SyncChange:
    """One thing that a sync did, or leaves to somebody: kind, Zotero item, source, in words, and the fields as (name, ours, theirs)."""

    kind: Kind
    item: str
    source: str
    said: str
    fields: tuple[tuple[str, Any, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The change as JSON."""
        fields = [{"field": name, "ours": ours, "theirs": theirs} for name, ours, theirs in self.fields]
        return {"kind": self.kind, "item": self.item, "source": self.source, "said": self.said, "fields": fields}


@dataclass(frozen=True)
class SyncReport:
    """What a sync did: the library's version then, the changes, what waits for a decision, and what was repaired or left out."""

    library: str
    version: int
    changes: tuple[SyncChange, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def waiting(self) -> tuple[SyncChange, ...]:
        """What is kept as it was until somebody decides."""
        return tuple(change for change in self.changes if change.kind == "waiting")

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "library": self.library,
            "version": self.version,
            "changes": [change.as_dict() for change in self.changes],
            "remarks": [remark.as_dict() for remark in self.remarks],
        }


@dataclass(frozen=True)
class Decisions:
    """What somebody decided: sources for which Zotero's version is accepted, and sources for which ours is kept."""

    accept: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()


def since(register: Register, library: ZoteroLibrary) -> int:
    """The library version up to which the register has been synced; 0 where it was another library, collection or interface."""
    state = register.zotero
    same = all(state.get(name) == value for name, value in _scope(library).items())
    return int(state.get("version", 0)) if same else 0


def known(register: Register, library: ZoteroLibrary) -> set[str]:
    """The keys of the items that sources are linked to and whose end has not been told yet."""
    links = register.links(library.name)
    return {key for key, source in links.items() if not (register.base.sources[source].zotero or {}).get("gone")}


def _scope(library: ZoteroLibrary) -> dict[str, Any]:
    return {"interface": library.interface, "library": library.name, "collection": library.collection}


def waiting(register: Register) -> tuple[SyncChange, ...]:
    """What earlier syncs left to somebody, as the record of the last sync holds it."""
    items = register.zotero.get("items", {})
    return tuple(_told_waiting(register, key, item) for key, item in items.items() if item.get("theirs") or item.get("fate"))


def _told_waiting(register: Register, key: str, item: Mapping[str, Any]) -> SyncChange:
    source = item["source"]
    why = uses(register.base, source)
    rests = f"{why} rest on it" if why else "both sides changed it"
    if item.get("fate"):
        return SyncChange("waiting", key, source, f"{item['fate']} in Zotero, but {rests}: kept")
    fields = tuple(_differing(register.works[source], item["theirs"], item["entry"]))
    return SyncChange("waiting", key, source, f"changed in Zotero, but {rests}: kept as it was", fields)


def _differing(ours: Entry, theirs: Entry, before: Entry | None = None) -> Iterable[tuple[str, Any, Any]]:
    """The fields that differ between ours and theirs; given what theirs was before, only those that changed there."""
    for name in sorted({*ours, *theirs} - {"id"}, key=csl.rank):
        if ours.get(name) != theirs.get(name) and (before is None or before.get(name) != theirs.get(name)):
            yield name, ours.get(name), theirs.get(name)


@dataclass
class Sync:
    """A sync in the making over a register: takes a snapshot in, notes what changed, and leaves the register to be saved."""

    register: Register
    library: ZoteroLibrary
    decisions: Decisions = field(default_factory=Decisions)
    changes: list[SyncChange] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def take(self, snapshot: Snapshot | None) -> SyncReport:
        """Apply decisions and a snapshot (`None`: Zotero has nothing new). Raises UsageError for a decision that nobody asked for."""
        state = self.register.zotero
        if state.get("library") != self.library.name:
            state = {}
        self.items: dict[str, Any] = dict(state.get("items", {}))
        self.links = self.register.links(self.library.name)
        self.known = KnownWorks(self.register.works.values())
        if snapshot is not None:
            for item in snapshot.items:
                self._item(item)
            for key, fate in snapshot.gone.items():
                self._gone(key, fate)
        self._check_decisions()
        self._decide()
        version = snapshot.version if snapshot is not None else int(state.get("version", 0))
        self.register.zotero = {"schema": SCHEMA, **_scope(self.library), "version": version, "items": dict(sorted(self.items.items()))}
        self.changes += [
            _told_waiting(self.register, key, item) for key, item in self.items.items() if item.get("theirs") or item.get("fate")
        ]
        return SyncReport(self.library.name, version, tuple(self.changes), tuple(self.remarks))

    def _item(self, item: ZoteroItem) -> None:
        result = tidied({**item.entry, "id": ""})
        self.remarks += [Remark(f"Zotero item {item.key}", said, result.entry is None) for said in result.said]
        if result.entry is None:
            return
        entry = {name: value for name, value in result.entry.items() if name != "id"}
        source = self.links.get(item.key)
        if source is None:
            self._new(item, entry)
            return
        self._restored(item, source)
        self._changed(item, source, entry)

    def _new(self, item: ZoteroItem, entry: Entry) -> None:
        same = self.known.same(entry)
        linked = same and same[0] in self.register.base.sources and not self.register.base.sources[same[0]].zotero
        if same and linked and same[0] not in self.links.values():
            source = same[0]
            self.register.link(source, self._link(item))
            fields = tuple(_differing(self.register.works[source], entry))
            self.changes.append(
                SyncChange("linked", item.key, source, f"it is a source already ({same[1]}): linked, ours stays as it is", fields)
            )
        else:
            source = citation_key({**entry, "id": entry.get("citation-key", "")}, self.register.taken, item.key)
            self.register.add({"id": source, **entry}, self._link(item))
            self.known.add({"id": source, **entry})
            twice = f"; it looks like '{same[0]}' ({same[1]}): see 'spf library duplicates'" if same else ""
            spoilt = title_says(entry)
            marked = f"; its title says {spoilt}, and so does the register" if spoilt else ""
            self.changes.append(SyncChange("new", item.key, source, f"registered{twice}{marked}"))
        self.links[item.key] = source
        self.items[item.key] = self._record(item, source, entry)

    def _link(self, item: ZoteroItem) -> dict[str, str]:
        return {"library": self.library.name, "item": item.key, "version": str(item.version)}

    @staticmethod
    def _record(item: ZoteroItem, source: str, entry: Entry) -> dict[str, Any]:
        return {"source": source, "version": item.version, "collections": sorted(item.collections), "entry": entry}

    def _restored(self, item: ZoteroItem, source: str) -> None:
        record = self.register.base.sources.get(source)
        held = self.items.get(item.key, {})
        if held.pop("fate", None) or (record is not None and (record.zotero or {}).get("gone")):
            self.register.link(source, self._link(item))
            self.changes.append(SyncChange("back", item.key, source, "back in Zotero: followed again"))

    def _changed(self, item: ZoteroItem, source: str, entry: Entry) -> None:
        held = self.items.get(item.key)
        ours = {name: value for name, value in self.register.works[source].items() if name != "id"}
        before = held["entry"] if held else ours
        if held and sorted(item.collections) != held["collections"]:
            self.changes.append(SyncChange("moved", item.key, source, "moved to other collections"))
        record = self._record(item, source, before)
        self.items[item.key] = record
        if not [*_differing(before, entry)]:
            return
        taken, conflict = _merged(before, entry, ours)
        if taken == ours and not conflict:
            record["entry"] = entry
        elif uses(self.register.base, source) or conflict:
            record["theirs"] = entry
        else:
            self._apply(item.key, item.version, source, taken, entry)

    def _apply(self, key: str, version: int, source: str, taken: Entry, entry: Entry) -> None:
        fields = tuple(_differing(self.register.works[source], taken))
        self.register.works[source] = {"id": source, **{name: taken[name] for name in sorted(taken, key=csl.rank)}}
        self.register.link(source, {"library": self.library.name, "item": key, "version": str(version)})
        self.items[key] = {name: value for name, value in self.items[key].items() if name != "theirs"} | {"entry": entry}
        spoilt = title_says(taken)
        hint = f"; its title says {spoilt}: set its status in the register" if spoilt else ""
        self.changes.append(SyncChange("changed", key, source, f"taken over: {', '.join(name for name, _, _ in fields)}{hint}", fields))

    def _gone(self, key: str, fate: str) -> None:
        source = self.links[key]
        held = self.items.setdefault(key, {"source": source, "version": 0, "collections": [], "entry": self._ours(source)})
        if uses(self.register.base, source):
            held["fate"] = fate
            held.pop("theirs", None)
            return
        self._let_go(key, source, fate)

    def _ours(self, source: str) -> Entry:
        return {name: value for name, value in self.register.works[source].items() if name != "id"}

    def _let_go(self, key: str, source: str, fate: str) -> None:
        version = str(self.items.pop(key, {}).get("version", 0))
        self.register.link(source, {"library": self.library.name, "item": key, "version": version, "gone": fate})
        self.changes.append(SyncChange("gone", key, source, f"{fate} in Zotero: it stays registered and is no longer followed"))

    def _check_decisions(self) -> None:
        open_ones = {item["source"] for item in self.items.values() if item.get("theirs") or item.get("fate")}
        wrong = sorted((self.decisions.accept | self.decisions.keep) - open_ones)
        both = sorted(self.decisions.accept & self.decisions.keep)
        problems = [
            Problem("usage", "--accept, --keep", f"nothing waits for a decision on '{key}'", did_you_mean(key, open_ones)) for key in wrong
        ]
        problems += [Problem("usage", "--accept, --keep", f"'{key}' is both accepted and kept", "Choose one.") for key in both]
        if problems:
            raise UsageError(problems)

    def _decide(self) -> None:
        for key, item in [*self.items.items()]:
            source = item["source"]
            if source in self.decisions.accept:
                if item.get("fate"):
                    self._let_go(key, source, item["fate"])
                else:
                    taken, _ = _merged(item["entry"], item["theirs"], self._ours(source), theirs_win=True)
                    self._apply(key, item["version"], source, taken, item["theirs"])
            elif source in self.decisions.keep:
                self._keep(key, source, item)

    def _keep(self, key: str, source: str, item: dict[str, Any]) -> None:
        if item.get("fate"):
            del self.items[key]
            self.register.link(source, None)
            self.changes.append(SyncChange("gone", key, source, "kept as a source of our own, without a link to Zotero"))
            return
        self.items[key] = {name: value for name, value in item.items() if name != "theirs"} | {"entry": item["theirs"]}
        self.changes.append(SyncChange("changed", key, source, "ours was kept; it is told again when Zotero changes it again"))


def _merged(before: Entry, theirs: Entry, ours: Entry, *, theirs_win: bool = False) -> tuple[Entry, bool]:
    """Ours with what changed there alone, and whether both sides changed the same field differently."""
    found, conflict = dict(ours), False
    for name in {*before, *theirs} - {"id"}:
        there, here = theirs.get(name), ours.get(name)
        if before.get(name) == there or there == here:
            continue
        if before.get(name) != here and not theirs_win:
            conflict = True
        elif there is None:
            found.pop(name, None)
        else:
            found[name] = there
    return found, conflict
