"""What fails is named and kept, what does not is published, and no process is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from built_edition import Spf

EMBEDDED = ("--typesetter", "embedded", "--formats", "html", "--jobs", "2")
EDITION = "2026-27-first"


def edit(workbench: Path, number: int, source: str, notebook: str = "area_briefing.ipynb") -> None:
    """Put a line in front of a code cell of a notebook."""
    path = workbench / "notebooks" / notebook
    content = nbformat.read(path, as_version=4)
    cell = [cell for cell in content.cells if cell.cell_type == "code"][number]
    cell.source = f"{source}\n{cell.source}"
    nbformat.write(content, path)


def kernels(workbench: Path) -> list[str]:
    """The command lines of processes that work in a workbench or were told of it, dead ones aside."""
    found = []
    for process in psutil.process_iter():
        try:
            told = [process.cwd(), process.environ().get("SPF_WORKBENCH", ""), *process.cmdline()]
            if process.status() != psutil.STATUS_ZOMBIE and str(workbench) in told:
                found.append(" ".join(process.cmdline()))
        except (psutil.Error, OSError):
            continue
    return found


class Failed:
    """A build of three areas: a cell fails for QGH, the kernel dies for QWE, nothing is wrong with QOC."""

    def __init__(self, workbench: Path, done: subprocess.CompletedProcess[str]) -> None:
        self.workbench, self.code, self.stderr = workbench, done.returncode, done.stderr
        self.said: dict[str, Any] = json.loads(done.stdout)
        self.folder = workbench / "reports" / EDITION
        self.left = kernels(workbench)

    def problem(self, target: str) -> dict[str, str]:
        (found,) = [item for item in self.said["failed"] if item["target"] == target]
        (problem,) = found["problems"]
        return dict(problem)


@pytest.fixture(scope="module")
def failed(another: Callable[[], Path], spf: Spf) -> Failed:
    workbench = another()
    edit(workbench, 4, 'assert area != "QGH", f"nothing fits {bench.settings.folder}/evidence"')
    edit(workbench, 4, 'import os\nif area == "QWE": os._exit(3)')
    edit(workbench, 4, 'assert area != "QHL", "ZOTERO_AP" + "I_KEY=abcdefghijklmnopqrstuvwx"')
    return Failed(workbench, spf("build", "QGH", "QHL", "QWE", "QOC", *EMBEDDED, "--json", cwd=workbench))


def test_the_others_are_published_and_the_exit_code_says_so(failed: Failed) -> None:
    assert failed.code == 14
    assert failed.said["built"] == ["QOC"]
    assert [item["target"] for item in failed.said["failed"]] == ["QGH", "QHL", "QWE"]
    assert (failed.folder / "QOC" / "briefing.html").is_file()
    assert not (failed.folder / "QGH").exists()
    assert not (failed.folder / "QWE").exists()
    assert not (failed.folder / ".staging").exists()


def test_the_cell_is_named_and_its_notebook_kept(failed: Failed) -> None:
    problem = failed.problem("QGH")
    assert problem["kind"] == "briefing"
    assert "area = QGH" in problem["where"]
    kept = nbformat.read(failed.folder / "failed" / "QGH.ipynb", as_version=4)
    (wrong,) = [cell for cell in kept.cells if any(output.output_type == "error" for output in cell.get("outputs", []))]
    assert problem["message"] == f"cell {wrong.execution_count} failed with AssertionError: nothing fits evidence"
    assert any("An Exception was encountered" in cell.source for cell in kept.cells)


def test_a_kernel_that_dies_is_named_too(failed: Failed) -> None:
    assert failed.problem("QWE")["message"] == "cell 6 killed its kernel"


def test_the_manifest_and_the_index_list_failures_without_a_path_of_the_machine(failed: Failed) -> None:
    manifest = (failed.folder / "manifest.json").read_text()
    entries = json.loads(manifest)["targets"]
    assert {name: entry["result"] for name, entry in entries.items()} == {
        name: "built" if name == "QOC" else "failed" for name in ("QGH", "QHL", "QWE", "QOC")
    }
    assert entries["QGH"]["kept"] == "failed/QGH.ipynb"
    index = (failed.folder / "index.html").read_text()
    assert "Not made this time" in index
    assert not any(private in text for text in (manifest, index) for private in (str(failed.workbench.parent), "ZOTERO_API_KEY"))
    assert "what went wrong cannot be told here" in entries["QHL"]["problem"]
    assert failed.problem("QHL")["message"].endswith("ZOTERO_API_KEY=abcdefghijklmnopqrstuvwx")


def test_no_process_is_left(failed: Failed) -> None:
    assert failed.left == []


def test_once_it_is_put_right_it_is_built_and_the_kept_notebook_goes(failed: Failed, untouched: Path, spf: Spf) -> None:
    notebook = failed.workbench / "notebooks" / "area_briefing.ipynb"
    notebook.write_bytes((untouched / "notebooks" / "area_briefing.ipynb").read_bytes())
    done = spf("build", "QGH", *EMBEDDED, cwd=failed.workbench)
    assert done.returncode == 0, done.stderr
    assert (failed.folder / "QGH" / "briefing.html").is_file()
    assert not (failed.folder / "failed" / "QGH.ipynb").exists()


def test_a_mistyped_parameter_is_refused_before_a_kernel_starts(workbench: Path, spf: Spf) -> None:
    notebook = workbench / "notebooks" / "area_briefing.ipynb"
    notebook.write_text(notebook.read_text().replace('area: str = \\"QOC\\"', 'aera: str = \\"QOC\\"'))
    done = spf("build", "QOC", *EMBEDDED, "--json", cwd=workbench)
    (failure,) = json.loads(done.stdout)["failed"]
    assert done.returncode == 14
    assert failure["kept"] is None
    assert failure["problems"] == [
        {
            "kind": "briefing",
            "where": "area_briefing.ipynb, parameter 'area'",
            "message": "the notebook has no such parameter",
            "hint": "Did you mean 'aera'?",
        }
    ]


def test_a_template_that_asks_for_something_missing_leaves_what_was_published(failed: Failed, untouched: Path, spf: Spf) -> None:
    before = {path: path.read_bytes() for path in (failed.folder / "QOC").iterdir()}
    notebook = failed.workbench / "notebooks" / "area_briefing.ipynb"
    notebook.write_bytes((untouched / "notebooks" / "area_briefing.ipynb").read_bytes())
    template = failed.workbench / "templates" / "area_briefing.qmd"
    lines = len(template.read_text().splitlines())
    template.write_text(template.read_text().rstrip("\n") + "\n\nThe << about.mayor >> says so.\n")
    done = spf("build", "QOC", *EMBEDDED, "--json", cwd=failed.workbench)
    (failure,) = json.loads(done.stdout)["failed"]
    (problem,) = failure["problems"]
    assert done.returncode == 14
    assert problem["where"] == f"templates/area_briefing.qmd, line {lines + 2}"
    assert "'mayor'" in problem["message"]
    assert {path: path.read_bytes() for path in (failed.folder / "QOC").iterdir()} == before
    assert "Before that:" in (failed.folder / "index.html").read_text()


def interrupted(workbench: Path, number: int) -> tuple[int, str, str]:
    """Start a build of four areas, send it a signal when two kernels are at work, and wait for its end."""
    program = Path(sys.executable).with_name("spf")
    command = [str(program), "build", "QOC", "QGH", "QWE", "QKK", *EMBEDDED]
    edit(workbench, 2, "import time\ntime.sleep(60)")
    process = subprocess.Popen(command, cwd=workbench, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    staging = workbench / "reports" / EDITION / ".staging"
    while time.monotonic() < deadline and len(list(staging.glob("*"))) < 2:
        time.sleep(0.1)
    time.sleep(3)
    assert len(kernels(workbench)) >= 2, process.communicate(timeout=90)
    os.kill(process.pid, number)
    output, told = process.communicate(timeout=120)
    return process.returncode, output, told


def gone(workbench: Path) -> bool:
    deadline = time.monotonic() + 10
    while kernels(workbench) and time.monotonic() < deadline:
        time.sleep(0.1)
    return kernels(workbench) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_an_interrupted_build_leaves_no_process_and_goes_on_next_time(number: int, workbench: Path, untouched: Path, spf: Spf) -> None:
    code, _, told = interrupted(workbench, number)
    assert code == {signal.SIGINT: 130, signal.SIGTERM: 143}.get(signal.Signals(number), -number)
    assert "Traceback" not in told
    assert gone(workbench)
    if number != signal.SIGINT:
        return
    assert "Interrupted. What was published before stands" in told
    notebook = workbench / "notebooks" / "area_briefing.ipynb"
    notebook.write_bytes((untouched / "notebooks" / "area_briefing.ipynb").read_bytes())
    done = spf("build", "QOC", *EMBEDDED, cwd=workbench)
    assert done.returncode == 0, done.stderr
    assert not (workbench / "reports" / EDITION / ".staging").exists()
