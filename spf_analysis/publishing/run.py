"""Running a notebook with Papermill: parameters checked first, a kernel of its own under limits, a context at the end."""

from __future__ import annotations

import contextlib
import difflib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.context import MIME
from spf_analysis.errors import BriefingError, Problem
from spf_analysis.publishing.failing import first_line
from spf_analysis.publishing.lean_kernel import block_slow_imports
from spf_analysis.publishing.watching import MemoryWatch
from spf_analysis.settings import USUAL, Limits

block_slow_imports()

import nbformat  # noqa: E402
import papermill  # noqa: E402
from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: E402
from papermill.engines import NBClientEngine, papermill_engines  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402
from papermill.iorw import write_ipynb  # noqa: E402

from spf_analysis.publishing.forking import still_serves  # noqa: E402
from spf_analysis.publishing.kernels import KERNEL, NoKernelError, kernel_class  # noqa: E402
from spf_analysis.publishing.scratch import scratch_folder  # noqa: E402

LONGEST_FOLDER = 75  # of characters, so that the address of a socket in it stays under 104
_TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "bool": bool, "float": (int, float)}


class IpcEngine(NBClientEngine):
    """Papermill's engine with a kernel of its own that is stopped at once when the notebook ends, however it ends.

    A cell that takes too long or too much memory, or whose kernel dies, is marked in the notebook, which is kept.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, kernel_server: str = "", megabytes: int = USUAL.notebook_megabytes, **kwargs: Any
    ) -> Any:
        nb_man.save = _not_yet
        watch = MemoryWatch(megabytes)
        try:
            with scratch_folder(LONGEST_FOLDER) as folder:
                manager = kernel_class(folder, kernel_server, watch)
                return super().execute_managed_notebook(nb_man, KERNEL, kernel_manager_class=manager, shutdown_kernel="immediate", **kwargs)
        except (CellTimeoutError, DeadKernelError) as error:
            ended = _Ended(nb_man.nb, error, watch, kwargs["execution_timeout"])
            write_ipynb(ended.marked(), nb_man.output_path)
            raise ended from None
        finally:
            watch.stop()


def _not_yet(**_: Any) -> None:
    """Papermill would write the notebook twice for each cell; here it is written once, when it has ended or failed."""


class _Ended(Exception):
    """A notebook whose kernel did not live to its end: which cell ran last, and why it went no further."""

    def __init__(self, notebook: nbformat.NotebookNode, error: Exception, watch: MemoryWatch, seconds: int) -> None:
        self.notebook = notebook
        begun = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("start_time")]
        self.cell = begun[-1] if begun else None
        self.hint = "Open the kept notebook; the cell is marked."
        if watch.exceeded is not None:
            said, self.hint = f"used more memory than the {watch.megabytes} MB that a notebook may", _more("notebook_megabytes")
        elif isinstance(error, CellTimeoutError):
            said, self.hint = f"ran longer than {seconds} seconds", _more("cell_seconds")
        else:
            said = "killed its kernel"
        self.said = f"cell {len([cell for cell in begun if cell.source.strip()])} {said}"
        super().__init__(self.said)

    def marked(self) -> nbformat.NotebookNode:
        """The notebook with what went wrong below the cell that ran last."""
        if self.cell is not None:
            told = nbformat.v4.new_output("error", ename="Ended", evalue=self.said, traceback=[self.said])
            self.cell.outputs = [*self.cell.outputs, told]
        return self.notebook


def _more(setting: str) -> str:
    return f"Open the kept notebook; the cell is marked. If it needs more, give it more: {setting} under [limits] in spf.toml."


papermill_engines.register("spf-ipc", IpcEngine)
for _name in ("papermill", "traitlets"):
    logging.getLogger(_name).disabled = True  # what goes wrong is told once, by whoever runs the notebook


@dataclass(frozen=True)
class Executed:
    """A notebook that ran to its end, and the briefing context that it ends in."""

    notebook: nbformat.NotebookNode
    context: dict[str, Any]


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that the notebook does not know or that are of another type, before any kernel starts.

    Papermill itself would log a warning and run on the defaults. Raises BriefingError with a "did you mean", and for a notebook that
    is missing or no notebook.
    """
    _check_readable(notebook)
    known = papermill.inspect_notebook(str(notebook))
    problems = [
        problem for name, value in parameters.items() if (problem := _parameter_problem(notebook.name, name, value, known)) is not None
    ]
    if problems:
        raise BriefingError(problems)


def _check_readable(notebook: Path) -> None:
    try:
        nbformat.validate(nbformat.read(notebook, as_version=4))
    except OSError as error:
        hint = "Restore it, or correct its name in spf.toml."
        raise BriefingError(f"the notebook cannot be read ({error.strerror})", where=notebook.name, hint=hint) from error
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        hint = "Open it in JupyterLab and save it again, or restore it."
        raise BriefingError("the file is no Jupyter notebook", where=notebook.name, hint=hint) from error


def _parameter_problem(notebook: str, name: str, value: Any, known: Mapping[str, Mapping[str, Any]]) -> Problem | None:
    where = f"{notebook}, parameter '{name}'"
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"It knows: {', '.join(known) or 'none'}."
        return Problem("briefing", where, "the notebook has no such parameter", hint)
    wanted = str(known[name]["inferred_type_name"])
    if wanted in _TYPES and (not isinstance(value, _TYPES[wanted]) or (wanted != "bool" and isinstance(value, bool))):
        return Problem("briefing", where, f"'{value}' is not of the type {wanted}", f"The notebook's default is {known[name]['default']}.")
    return None


@contextlib.contextmanager
def _told_of(workbench: Path) -> Iterator[None]:
    """While the notebook runs, its kernel is told of the workbench; afterwards this process's environment is as it was."""
    before = os.environ.get("SPF_WORKBENCH")
    os.environ["SPF_WORKBENCH"] = str(workbench)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SPF_WORKBENCH"]
        else:
            os.environ["SPF_WORKBENCH"] = before


def run_notebook(
    notebook: Path, parameters: Mapping[str, Any], kept: Path, *, folder: Path, kernel_server: str = "", limits: Limits = USUAL
) -> Executed:
    """Execute a notebook and return it with its context.

    `kept` is where the notebook is written when it has ended; when a cell failed it lies there with the cell marked.
    `folder` is the workbench; `kernel_server` the socket at which kernels can be had, where there is one; `limits` what a cell may take.
    Where that server is gone, or its kernel dies before it answers, the notebook is run once more on a kernel started without it.
    Raises BriefingError naming the cell.
    """
    check_parameters(notebook, parameters)
    where = f"{notebook.name} with {_said(parameters)}"
    try:
        done = _executed(notebook, parameters, kept, folder=folder, kernel_server=kernel_server, limits=limits)
    except PapermillExecutionError as error:
        raise BriefingError(
            f"cell {error.exec_count} failed with {error.ename}: {_first_line(error.evalue, folder)}",
            where=where,
            hint="Open the kept notebook; the cell is marked.",
        ) from None
    except _Ended as ended:
        raise BriefingError(ended.said, where=where, hint=ended.hint) from None
    except NoKernelError as error:
        hint = "Build it again, with --jobs 1 where the machine is short of memory."
        raise BriefingError(str(error), where=where, hint=hint) from None
    return Executed(done, _context_of(done, notebook.name))


def _executed(notebook: Path, *given: Any, kernel_server: str, **more: Any) -> nbformat.NotebookNode:
    """The notebook as it ran; once more where its kernel did not even begin, or went down with the server that forked it."""
    try:
        return _executed_once(notebook, *given, kernel_server=kernel_server, **more)
    except NoKernelError:
        pass
    except _Ended:
        if not kernel_server or still_serves(kernel_server):
            raise
    return _executed_once(notebook, *given, kernel_server="", **more)


def _executed_once(
    notebook: Path, parameters: Mapping[str, Any], kept: Path, *, folder: Path, kernel_server: str, limits: Limits
) -> nbformat.NotebookNode:
    with _told_of(folder):
        return papermill.execute_notebook(
            str(notebook),
            str(kept),
            parameters=dict(parameters),
            engine_name="spf-ipc",
            kernel_server=kernel_server,
            kernel_name=KERNEL,
            language="python",
            cwd=str(folder),
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            execution_timeout=limits.cell_seconds,
            megabytes=limits.notebook_megabytes,
        )


def _first_line(text: str, folder: Path) -> str:
    """The first line of an error's message; paths are shortened to what lies below the workbench or the home folder."""
    return first_line(text).replace(f"{folder}/", "").replace(f"{Path.home()}/", "~/")


def _said(parameters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in parameters.items())


def _context_of(notebook: nbformat.NotebookNode, name: str) -> dict[str, Any]:
    for cell in reversed(notebook.cells):
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                plain: dict[str, Any] = json.loads(json.dumps(output["data"][MIME]))
                return plain
        if cell.cell_type == "code" and cell.source.strip():
            break
    raise BriefingError("the notebook does not end in a briefing context", where=name, hint="Let its last cell be `brief.context`.")
