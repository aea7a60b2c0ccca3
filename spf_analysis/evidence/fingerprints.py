"""What makes an anchor the same anchor: a hash over all that was looked up in the source's text."""

from __future__ import annotations

import hashlib
import json

from spf_analysis.evidence.model import Finding

_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def fingerprint(finding: Finding, text_sha256: str) -> str:
    """The SHA-256 of a finding's anchor, locator and figures as written, together with the hash of the text they stand in.

    A change in any of them asks for a new verification; a change of the statement or its codes does not.
    """
    place = [finding.locator.section, finding.locator.paragraph, finding.locator.item]
    looked_up = [finding.anchor, place, [figure.as_written for figure in finding.figures], text_sha256]
    return hashlib.sha256(_WRITE(looked_up).encode()).hexdigest()
