"""The evidence base as one JSON document, for other people's scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.reading import SCHEMA


def export(base: EvidenceBase) -> dict[str, Any]:
    """The whole base: {schema, sources, library, coding_frame, findings, case_studies, claims, gaps, contradictions,
    instruments, appraisals}.

    Records are lists in the order of their files; what is not reported is null. A finding also carries `study`, the work that it is
    counted by, and `anchor_verified`.
    """
    return {
        "schema": SCHEMA,
        "sources": _plain(base.sources.values()),
        "library": [work.as_csl() for work in base.library.values()],
        "coding_frame": {
            **(base.frame.model_dump(mode="json") if base.frame else {}),
            "groups": _plain(base.groups.values()),
        },
        "findings": [as_dict(base, key) for key in base.findings],
        "case_studies": _plain(base.case_studies.values()),
        "claims": _plain(base.claims.values()),
        "gaps": _plain(base.gaps.values()),
        "contradictions": _plain(base.contradictions.values()),
        "instruments": _plain(base.instruments.values()),
        "appraisals": _plain(base.appraisals.values()),
    }


def as_dict(base: EvidenceBase, finding: str) -> dict[str, Any]:
    """One finding as JSON. Raises EvidenceError for an unknown id."""
    record = base.finding(finding)
    return {**record.model_dump(mode="json"), "study": record.study, "anchor_verified": finding in base.verified}


def _plain(records: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]
