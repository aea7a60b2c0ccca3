"""Adding the works of a file to the register: each once, under a citation key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.bibliography import csl
from spf_analysis.evidence.bibliography.duplicates import KnownWorks
from spf_analysis.evidence.bibliography.entries import Remark, citation_key, title_says
from spf_analysis.evidence.bibliography.interchange import Batch
from spf_analysis.evidence.bibliography.register import Register


@dataclass(frozen=True)
class Added:
    """What an import did: the citation keys given, in the order of the file, and what was repaired or left out."""

    keys: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def left_out(self) -> tuple[Remark, ...]:
        """What did not come in."""
        return tuple(remark for remark in self.remarks if remark.left_out)

    def as_dict(self) -> dict[str, Any]:
        """The import as JSON."""
        return {"added": list(self.keys), "remarks": [remark.as_dict() for remark in self.remarks]}


def add(register: Register, batch: Batch) -> Added:
    """Register the works of a file that are not there yet; nothing is written before the register is saved.

    A work that is there already, in the register or earlier in the file, is left out and told. A citation key of our form is
    kept where it is free; any other is replaced.
    """
    known = KnownWorks(register.works.values())
    taken, keys, remarks = register.taken, [], list(batch.remarks)
    for entry, where in zip(batch.entries, batch.places, strict=True):
        same = known.same(entry)
        if same:
            remarks.append(Remark(where, f"it is '{same[0]}' already ({same[1]}): left out", True))
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
    return Added(tuple(keys), tuple(remarks))
