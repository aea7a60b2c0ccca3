"""The source that invented ledger lines name: known to the evidence base of a sample run alone, so that nobody else can cite it."""

from __future__ import annotations

import json
from dataclasses import replace

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.library import Work
from spf_analysis.evidence.model import Source

TITLE = "Invented lines of a sample ledger; nobody has committed any of them"
PUBLISHER = "this workbench"


def with_sample_source(base: EvidenceBase, name: str) -> EvidenceBase:
    """The base with one more source, under the name that stands in the lines of a sample."""
    source = Source(id=name, kind="data set", publisher=PUBLISHER, note=TITLE)
    entry = {"id": name, "type": "dataset", "title": TITLE, "author": [{"literal": PUBLISHER.capitalize()}]}
    work = Work.model_validate_json(json.dumps(entry))
    return replace(base, sources={**base.sources, name: source}, library={**base.library, name: work})
