"""Running a notebook: parameters first, a kernel of its own, a context at the end; whatever goes wrong is a problem with a place."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from spf_analysis.errors import BriefingError
from spf_analysis.publishing import kernels, run
from spf_analysis.publishing.forking import can_fork
from spf_analysis.publishing.run import check_parameters, run_notebook
from spf_analysis.settings import USUAL, Limits

PARAMETERS = 'area: str = "QOC"  # ODS code\nyear: str = "2026/27"\nnumber: int = 3\nshare: float = 0.5\nopen_only: bool = False'
CONTEXT = """from spf_analysis.context import BriefingContext
BriefingContext({'title': area, 'figures': [], 'claims': [], 'exhibits': [], 'number': number})"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a notebook of these code cells, the first of them its parameters."""

    def write(*sources: str) -> Path:
        cells = [nbformat.v4.new_code_cell(source) for source in (PARAMETERS, *sources)]
        cells[0].metadata["tags"] = ["parameters"]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = tmp_path / "story.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    return write


def ran(notebook: Path, parameters: dict[str, Any], limits: Limits = USUAL) -> run.Executed:
    return run_notebook(notebook, parameters, notebook.with_name("running.ipynb"), folder=notebook.parent, limits=limits)


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"aera": "QOC"}, "has no such parameter", "Did you mean 'area'?"),
        ({"nothing_like_it": 1}, "has no such parameter", "It knows: area, year, number, share, open_only."),
        ({"area": 3}, "'3' is not of the type str", "QOC"),
        ({"number": "3"}, "'3' is not of the type int", "3"),
        ({"number": True}, "'True' is not of the type int", "3"),
        ({"number": 1.5}, "'1.5' is not of the type int", "3"),
        ({"open_only": "yes"}, "'yes' is not of the type bool", "False"),
        ({"share": "half"}, "'half' is not of the type float", "0.5"),
    ],
)
def test_a_wrong_parameter_is_refused_without_a_kernel(
    given: dict[str, Any], message: str, hint: str, written: Callable[..., Path]
) -> None:
    notebook = written("raise SystemExit")
    with pytest.raises(BriefingError, match=message) as caught:
        ran(notebook, given)
    assert hint in caught.value.problems[0].hint
    assert "story.ipynb, parameter" in caught.value.problems[0].where
    assert not notebook.with_name("running.ipynb").exists()


def test_all_wrong_parameters_are_told_at_once(written: Callable[..., Path]) -> None:
    with pytest.raises(BriefingError) as caught:
        check_parameters(written(), {"aera": "QOC", "yaer": "2026/27", "number": "x"})
    assert len(caught.value.problems) == 3


def test_what_fits_is_let_through(written: Callable[..., Path]) -> None:
    check_parameters(written(), {"area": "QGH", "number": 0, "share": 1, "open_only": True})


def test_the_context_of_the_last_cell_comes_back_as_plain_values(written: Callable[..., Path]) -> None:
    done = ran(written("1 + 1", CONTEXT), {"area": "QGH", "number": 7})
    assert (done.context["title"], done.context["number"]) == ("QGH", 7)
    assert type(done.context) is dict
    assert [cell.metadata.get("tags", []) for cell in done.notebook.cells][:2] == [["parameters"], ["injected-parameters"]]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 1, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "null", "\\xff"])
def test_a_file_that_is_no_notebook_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "story.ipynb").write_text(text)
    with pytest.raises(BriefingError, match="the file is no Jupyter notebook"):
        check_parameters(tmp_path / "story.ipynb", {})
    with pytest.raises(BriefingError, match="cannot be read"):
        check_parameters(tmp_path / "gone.ipynb", {})


def test_a_notebook_that_ends_in_something_else_is_refused(written: Callable[..., Path]) -> None:
    with pytest.raises(BriefingError, match="does not end in a briefing context"):
        ran(written(CONTEXT, "1 + 1"), {})


def test_a_failing_cell_is_named_and_the_notebook_kept_with_it(written: Callable[..., Path]) -> None:
    notebook = written("1 + 1", "raise ValueError('too\\nmany lines')", CONTEXT)
    with pytest.raises(BriefingError) as caught:
        ran(notebook, {"area": "QGH"})
    (problem,) = caught.value.problems
    assert problem.where == "story.ipynb with area = QGH"
    kept = nbformat.read(notebook.with_name("running.ipynb"), as_version=4)
    (wrong,) = [cell for cell in kept.cells if any(output.output_type == "error" for output in cell.get("outputs", []))]
    assert problem.message == f"cell {wrong.execution_count} failed with ValueError: too"


def test_a_path_of_the_machine_is_shortened_in_the_message(written: Callable[..., Path]) -> None:
    notebook = written("import os\nopen(os.path.abspath('evidence/nothing.csv'))")
    with pytest.raises(BriefingError, match=r"No such file or directory: 'evidence/nothing\.csv'"):
        ran(notebook, {})


HOGS = "held = []\nwhile True: held.append(bytearray(b'x') * (32 << 20))"
HOGS_BELOW = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', \"held = bytearray(b'x') * (900 << 20); input()\"])"


@pytest.mark.parametrize(
    ("source", "limits", "said", "setting"),
    [
        ("import os\nos._exit(3)", Limits(), "cell 4 killed its kernel", ""),
        ("import time\ntime.sleep(60)", Limits(cell_seconds=2), "cell 4 ran longer than 2 seconds", "cell_seconds"),
        (HOGS, Limits(notebook_megabytes=400), "cell 4 used more memory than the 400 MB that a notebook may", "notebook_megabytes"),
        (HOGS_BELOW, Limits(notebook_megabytes=600), "cell 4 used more memory than the 600 MB that a notebook may", "notebook_megabytes"),
    ],
    ids=["dies", "hangs", "hogs", "hogs below"],
)
def test_a_cell_that_ends_its_kernel_is_named_and_marked_with_the_reason(
    source: str, limits: Limits, said: str, setting: str, written: Callable[..., Path]
) -> None:
    notebook = written("1 + 1", source, CONTEXT)
    with pytest.raises(BriefingError) as caught:
        ran(notebook, {"area": "QGH"}, limits)
    (problem,) = caught.value.problems
    assert (problem.where, problem.message) == ("story.ipynb with area = QGH", said)
    assert problem.hint.startswith("Open the kept notebook; the cell is marked.")
    assert setting in problem.hint
    kept = nbformat.read(notebook.with_name("running.ipynb"), as_version=4)
    (wrong,) = [cell for cell in kept.cells if any(output.output_type == "error" for output in cell.get("outputs", []))]
    assert wrong.source == source
    assert [child for child in psutil.Process().children(recursive=True) if "lean_kernel" in " ".join(child.cmdline())] == []


def test_what_keeps_within_its_limits_is_let_run(written: Callable[..., Path]) -> None:
    frugal = written("held = bytearray(b'x') * (64 << 20)\nlen(held)", CONTEXT)
    assert ran(frugal, {}, Limits(cell_seconds=20, notebook_megabytes=400)).context["title"] == "QOC"


LISTENING = (
    "import psutil\nopen_ports = [each.laddr for each in psutil.Process().net_connections('inet')]\nassert open_ports == [], open_ports"
)


def test_a_kernel_has_no_port_at_all_and_prints_all_the_same(written: Callable[..., Path]) -> None:
    done = ran(written(LISTENING, "print('said')", CONTEXT), {})
    assert [output.text for cell in done.notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"] == [
        "said\n"
    ]


def test_kernels_are_spoken_to_over_sockets_in_a_folder_and_not_over_ports(written: Callable[..., Path]) -> None:
    asked = "import json\nfrom ipykernel.connect import get_connection_info\nhow = json.loads(get_connection_info())"
    notebook = written(asked, "assert (how['transport'], how['ip'][:1]) == ('ipc', '/'), how", CONTEXT)
    assert ran(notebook, {}).context["title"] == "QOC"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server of kernels that has none to give: each is gone before it is heard."""
    with tempfile.TemporaryDirectory(prefix="s-", dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/kernels")
        listening.listen()
        ended = subprocess.Popen(["true"])
        ended.wait()

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.makefile("r").readline()
                        connection.sendall(json.dumps({"pid": ended.pid}).encode() + b"\n")

        threading.Thread(target=answer, daemon=True).start()
        yield f"{folder}/kernels"
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")
def test_where_no_kernel_can_be_forked_one_is_started(written: Callable[..., Path], server: str) -> None:
    notebook = written(CONTEXT)
    for where in (server, f"{server}-gone"):
        done = run_notebook(notebook, {}, notebook.with_name("running.ipynb"), folder=notebook.parent, kernel_server=where)
        assert done.context["title"] == "QOC"


def test_a_kernel_that_never_answers_is_told(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kernels.sys, "executable", "/bin/false")
    with pytest.raises(BriefingError) as caught:
        ran(written(CONTEXT), {"area": "QGH"})
    (problem,) = caught.value.problems
    assert (problem.where, problem.message) == ("story.ipynb with area = QGH", "its kernel died before its first answer")
    assert capfd.readouterr().err == ""
