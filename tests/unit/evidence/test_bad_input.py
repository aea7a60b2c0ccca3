"""Each folder of tests/samples/bad/evidence lies over the sample base and earns the messages in its message.txt.

SPF_REWRITE=1 writes them anew; reviewing the wording is reviewing text.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from spf_analysis.errors import EvidenceError, exit_code_for
from spf_analysis.evidence.checking import problems_of

BAD = Path(__file__).parents[2] / "samples" / "bad" / "evidence"
CASES = sorted(path for path in BAD.iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_input_earns_its_message(case: Path, folder: Path) -> None:
    shutil.copytree(case, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("message.txt"))
    problems = problems_of(folder)
    said = "\n".join(str(problem) for problem in problems) + "\n"
    if os.environ.get("SPF_REWRITE"):
        (case / "message.txt").write_text(said, encoding="utf-8")
    assert said == (case / "message.txt").read_text(encoding="utf-8")
    assert all(problem.where and problem.message and problem.hint for problem in problems)
    assert exit_code_for(problems) == EvidenceError.exit_code


def test_the_sample_base_itself_is_clean(folder: Path) -> None:
    assert problems_of(folder) == []


def test_a_missing_library_and_frame_are_told_once(folder: Path) -> None:
    (folder / "library.json").unlink()
    (folder / "coding_frame" / "frame.yaml").unlink()
    assert [problem.where for problem in problems_of(folder)] == ["evidence/coding_frame/frame.yaml", "evidence/library.json"]
