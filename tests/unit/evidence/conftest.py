from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.reading import read_evidence

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def base() -> EvidenceBase:
    """The small sample base, which holds together."""
    return read_evidence(SAMPLES / "base")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample base that a test may change."""
    return Path(shutil.copytree(SAMPLES / "base", tmp_path / "evidence"))


@pytest.fixture(scope="session")
def texts() -> Path:
    """The texts of the sample base's two source texts."""
    return SAMPLES / "texts"
