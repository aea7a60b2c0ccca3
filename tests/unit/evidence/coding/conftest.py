from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from coding_rounds import ANN, BEN, DAY, sheet

from spf_analysis.evidence.coding.beginning import begun, finished
from spf_analysis.evidence.coding.round import RoundFolder, open_round
from spf_analysis.evidence.coding.sheet import CodedUnit
from spf_analysis.evidence.pending import place
from spf_analysis.evidence.reading import read_evidence


@pytest.fixture
def start(folder: Path) -> Callable[..., RoundFolder]:
    """Begins a round of the sample base's two source texts."""

    def run(name: str = "spring", *, given: bool = False, coders: tuple[str, ...] = (ANN, BEN)) -> RoundFolder:
        _, files = begun(folder, read_evidence(folder), name, ("walker-2020", "harbour-2021"), coders, DAY, given=given)
        place(folder, files)
        return open_round(folder, name)

    return run


@pytest.fixture
def finish(folder: Path) -> Callable[..., RoundFolder]:
    """Finishes a coder's part of a round."""

    def run(found: RoundFolder, coder: str, *units: CodedUnit) -> RoundFolder:
        base: Any = read_evidence(folder)
        place(folder, finished(found, folder, base, found.round.coder(coder), sheet(*units), DAY))
        return open_round(folder, found.round.round)

    return run
