"""What fails is named and kept, what does not is published, and no process is left behind; however odd the failure is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from built_edition import EDITION, Spf, edit, kernels

EMBEDDED = ("--typesetter", "embedded", "--formats", "html", "--jobs", "2")


class Failed:
    """A build of three areas: a cell fails for QGH, the kernel dies for QWE, nothing is wrong with QOC."""

    def __init__(self, workbench: Path, done: subprocess.CompletedProcess[str]) -> None:
        self.workbench, self.code, self.stdout, self.stderr = workbench, done.returncode, done.stdout, done.stderr
        self.folder = workbench / "reports" / EDITION
        self.kept = workbench / "reports" / "failed" / EDITION
        self.left = kernels(workbench)

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.stdout)
        return found

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
    assert not list(failed.folder.rglob("QGH*"))


def test_the_cell_is_named_and_its_notebook_kept(failed: Failed) -> None:
    problem = failed.problem("QGH")
    assert problem["kind"] == "briefing"
    assert "area = QGH" in problem["where"]
    kept = nbformat.read(failed.kept / "QGH.ipynb", as_version=4)
    (wrong,) = [cell for cell in kept.cells if any(output.output_type == "error" for output in cell.get("outputs", []))]
    assert problem["message"] == f"cell {wrong.execution_count} failed with AssertionError: nothing fits evidence"
    assert any("An Exception was encountered" in cell.source for cell in kept.cells)


def test_a_kernel_that_dies_is_named_too(failed: Failed) -> None:
    assert failed.problem("QWE")["message"] == "cell 6 killed its kernel"
    assert "Kernel died" not in failed.stderr, "it is told once, and in our words"


def test_the_manifest_and_the_index_list_failures_without_a_path_of_the_machine(failed: Failed) -> None:
    manifest = (failed.folder / "manifest.json").read_text()
    entries = json.loads(manifest)["targets"]
    assert {name: entry["result"] for name, entry in entries.items()} == {
        name: "built" if name == "QOC" else "failed" for name in ("QGH", "QHL", "QWE", "QOC")
    }
    assert entries["QGH"]["kept"] == f"failed/{failed.folder.name}/QGH.ipynb"
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
    assert not (failed.kept / "QGH.ipynb").exists()


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


ODD = """
from IPython.display import display
charts = [each for each in brief.context.data["exhibits"].values() if each["kind"] == "chart"]
if area == "QGH":
    raise ValueError("cannot open [/data/x] of [b]ours[/b]")
if area == "QWE":
    charts[0]["spec"] = {"mark": "nothing", "data": {"values": []}}
if area == "QKK":
    del charts[0]["spec"]
if area == "QHL":
    display({"application/vnd.spf.briefing+json": {"title": area}}, raw=True)
else:
    display(brief.context)
"""


@pytest.fixture(scope="module")
def odd(another: Callable[[], Path], spf: Spf) -> Failed:
    """A build of five areas, four of which fail in ways that nobody would think of, told as to a person."""
    workbench = another()
    path = workbench / "notebooks" / "area_briefing.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = ODD
    nbformat.write(notebook, path)
    done = spf("build", "QGH", "QWE", "QKK", "QHL", "QOC", *EMBEDDED, cwd=workbench)
    return Failed(workbench, done)


def test_the_oddest_target_does_not_keep_the_rest_from_being_published(odd: Failed) -> None:
    assert odd.code == 14
    assert odd.stdout.startswith("One briefing built, 0 still fresh, 4 failed.")
    assert (odd.folder / "QOC" / "briefing.html").is_file()
    kept = sorted(path.name for path in odd.kept.iterdir())
    assert kept == ["QGH.ipynb", "QHL.ipynb", "QKK.ipynb", "QKK.txt", "QWE.ipynb"]


@pytest.mark.parametrize(
    "said",
    [
        "failed with ValueError: cannot open [/data/x] of [b]ours[/b]",
        "fig-bridge: the chart cannot be drawn: TypeError: Cannot read properties of undefined (reading 'filled')\n",
        "area_briefing.ipynb: its last cell gives a context without exhibits, references and illustrative\n",
        "QKK: this is a bug: KeyError: 'spec'\n  → Report it; `spf build` keeps its traceback as QKK.txt in failed/, beside the edition.",
    ],
)
def test_what_was_odd_is_told_in_a_line_and_as_it_was_said(said: str, odd: Failed) -> None:
    assert said in odd.stderr
    assert "Traceback" not in odd.stderr


def test_each_that_failed_is_marked_as_it_happens(odd: Failed) -> None:
    assert odd.stderr.count("✗") == 4


def test_the_traceback_of_a_bug_is_kept_beside_the_notebook(odd: Failed) -> None:
    assert (odd.kept / "QKK.txt").read_text().rstrip().endswith("KeyError: 'spec'")
