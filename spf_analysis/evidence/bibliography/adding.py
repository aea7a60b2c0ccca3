"""Adding the works of a file to the register: each once, under a citation key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.bibliography import csl
from spf_analysis.evidence.bibliography.duplicates import KnownWorks, clashing, side_by_side
from spf_analysis.evidence.bibliography.entries import Entry, Remark, citation_key, title_says, year_of
from spf_analysis.evidence.bibliography.interchange import Batch
from spf_analysis.evidence.bibliography.register import Register


@dataclass(frozen=True)
class Clash:
    """A record that was left out because a work of the register has its DOI, though with another title and year: a person decides.

    `fields` stand side by side: name, the register's, the record's, and whether they agree.
    """

    where: str
    known: str
    fields: tuple[tuple[str, str, str, bool], ...]

    def as_dict(self) -> dict[str, Any]:
        """The clash as JSON."""
        fields = [{"field": name, "ours": ours, "theirs": theirs, "agree": agree} for name, ours, theirs, agree in self.fields]
        return {"where": self.where, "known": self.known, "fields": fields}


@dataclass(frozen=True)
class Added:
    """What an import did: the citation keys given in the order of the file, what was repaired or left out, what waits for a decision."""

    keys: tuple[str, ...]
    remarks: tuple[Remark, ...]
    clashes: tuple[Clash, ...] = ()

    @classmethod
    def of_all(cls, parts: Sequence[Added]) -> Added:
        """The imports of several files as one."""
        keys, remarks = (key for part in parts for key in part.keys), (remark for part in parts for remark in part.remarks)
        return cls(tuple(keys), tuple(remarks), tuple(clash for part in parts for clash in part.clashes))

    @property
    def left_out(self) -> tuple[Remark, ...]:
        """What did not come in."""
        return tuple(remark for remark in self.remarks if remark.left_out)

    def as_dict(self) -> dict[str, Any]:
        """The import as JSON."""
        remarks = [remark.as_dict() for remark in self.remarks]
        return {"added": list(self.keys), "remarks": remarks, "clashes": [clash.as_dict() for clash in self.clashes]}


def add(register: Register, batch: Batch) -> Added:
    """Register the works of a file that are not there yet; nothing is written before the register is saved.

    A work that is there already, in the register or earlier in the file, is left out and told. Where only the DOI is the same, and
    title and year are others, it is shown beside the registered one. A citation key of our form is kept where it is free; any other
    is replaced.
    """
    known = KnownWorks(register.works.values())
    taken, keys, remarks, clashes = register.taken, [], list(batch.remarks), []
    for entry, where in zip(batch.entries, batch.places, strict=True):
        same = known.same(entry)
        if same:
            ours = register.works[same[0]]
            said = f"it is '{same[0]}' already ({same[1]}): left out"
            if clashing(ours, entry):
                clashes.append(Clash(where, same[0], side_by_side(ours, entry)))
                said = _said_of_clash(same[0], ours, entry)
            remarks.append(Remark(where, said, True))
            continue
        key = citation_key(entry, taken)
        if entry.get("id") in taken:
            remarks.append(Remark(where, f"the key '{entry['id']}' is given already: it became '{key}'"))
        spoilt = title_says(entry)
        if spoilt:
            remarks.append(Remark(where, f"its title says {spoilt}, and so does the register"))
        kept = {**entry, "id": key}
        register.add({name: kept[name] for name in sorted(kept, key=csl.rank)})
        known.add(kept)
        taken.add(key)
        keys.append(key)
    return Added(tuple(keys), tuple(remarks), tuple(clashes))


def _said_of_clash(known: str, ours: Entry, entry: Entry) -> str:
    theirs, registered = (f"'{work.get('title', '')}' ({year_of(work)})" for work in (entry, ours))
    return f"same DOI, other title and year: {theirs} is left out, '{known}' is {registered}; decide whose DOI is wrong"
