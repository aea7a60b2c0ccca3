"""What goes to another machine and what comes back: the workbench's inputs as one archive, and a finished briefing as a parcel."""

from __future__ import annotations

import atexit
import contextlib
import gzip
import hashlib
import io
import shutil
import socket
import tarfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from spf_analysis.errors import Problem, TypesettingError
from spf_analysis.publishing.forking import kernel_server
from spf_analysis.publishing.manifest import code_digest, digests, versions
from spf_analysis.publishing.placing import STAGING, clear, place
from spf_analysis.publishing.scratch import scratch_folder
from spf_analysis.publishing.target import Job, Made, forget_kept, kept_notebook, make
from spf_analysis.settings import FILE, Settings

_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Shipment:
    """The inputs of a workbench as an archive, and the versions that a briefing made from it has to be made with."""

    archive: bytes
    versions: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The SHA-256 of the archive."""
        return hashlib.sha256(self.archive).hexdigest()


@dataclass(frozen=True)
class Parcel:
    """What became of a job elsewhere: the finished folder as bytes by file name, and the notebook that was kept where it failed."""

    made: Made
    files: Mapping[str, bytes] = field(default_factory=dict)
    notebook: bytes | None = None


def tools() -> dict[str, str]:
    """The code and the versions of libraries that this process makes briefings with."""
    return {"code of the workbench": code_digest(), **versions()}


def shipment_of(settings: Settings) -> Shipment:
    """The settings, notebooks, templates and evidence of a workbench; the same files give the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as pressed, tarfile.open(fileobj=pressed, mode="w") as archive:
        for file in _files(settings):
            info = tarfile.TarInfo(file.relative_to(settings.folder).as_posix())
            content = file.read_bytes()
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return Shipment(packed.getvalue(), tools())


def _files(settings: Settings) -> list[Path]:
    folders = (settings.evidence, settings.notebooks, settings.templates)
    found = [file for folder in folders for file in folder.rglob("*") if file.is_file() and not _SKIPPED & set(file.parts)]
    return [settings.folder / FILE, *sorted(found)]


def make_there(shipment: Shipment, job: Job) -> Parcel:
    """Make a target from a shipment, on the machine that this runs on; nothing of it stays there.

    Where the code or a library is another than the asker's, the target fails: the same inputs would not give the same bytes.
    """
    here = tools()
    other = [name for name, version in shipment.versions.items() if here.get(name) != version]
    if other:
        hint = "Install the same version of the workbench and its libraries on every worker."
        return Parcel(_failed(job, f"a worker has another {other[0]} than this machine", hint))
    with _ALONE, scratch_folder() as folder:
        workbench, server = _unpacked(shipment)
        here_job = replace(moved(job, Path(workbench)), edition_folder=folder, kernel_server=server if _answers(server) else "")
        return _packed(make(here_job), Path(folder), here_job)


_ALONE = threading.Lock()  # one notebook at a time in one process, whatever number of threads it was given
_open: dict[str, tuple[str, str]] = {}
_held = contextlib.ExitStack()
atexit.register(_held.close)


def _unpacked(shipment: Shipment) -> tuple[str, str]:
    """The folder of the workbench here, and the server of its kernels; made once in each process, and gone when the process ends."""
    name = shipment.digest
    if name not in _open:
        folder = _held.enter_context(scratch_folder())
        with tarfile.open(fileobj=io.BytesIO(shipment.archive)) as archive:
            archive.extractall(folder, filter="data")
        _open[name] = (folder, _held.enter_context(kernel_server(Path(folder))))
    return _open[name]


def _answers(server: str) -> bool:
    if not server:
        return False
    with socket.socket(socket.AF_UNIX) as asking, contextlib.suppress(OSError):
        asking.connect(server)
        return True
    return False


def moved(job: Job, folder: Path) -> Job:
    """A job for the same workbench in another folder; its kernels are its own."""
    before = Path(job.workbench)
    notebooks, templates, ledger = (str(folder / Path(path).relative_to(before)) for path in (job.notebooks, job.templates, job.ledger))
    return replace(job, workbench=str(folder), notebooks=notebooks, templates=templates, ledger=ledger, kernel_server="")


def _packed(made: Made, edition: Path, job: Job) -> Parcel:
    final, kept = edition / job.target, kept_notebook(job, edition)
    files = {file.name: file.read_bytes() for file in sorted(final.iterdir())} if final.is_dir() else {}
    return Parcel(made, files, kept.read_bytes() if kept.is_file() else None)


def unpack(parcel: Parcel, job: Job) -> Made:
    """Put what came back in its place in the edition that the job was planned for; what came back damaged is a failure."""
    edition, made = Path(job.edition_folder), parcel.made
    staging = edition / STAGING / job.target
    try:
        clear(staging)
        kept = kept_notebook(job, edition)
        if made.problems:
            _keep(parcel, kept)
            return made
        done = staging / "done"
        done.mkdir(parents=True)
        for name, content in parcel.files.items():
            (done / Path(name).name).write_bytes(content)
        if digests(done, done.iterdir()) != made.outputs:
            return _failed(job, "what came back from a worker is not what it made", "Run the build again.")
        place(done, edition / job.target)
        forget_kept(job, edition)
        return made
    except TypesettingError as error:
        return replace(made, outputs={}, problems=error.problems)
    except OSError as error:
        return _failed(job, f"cannot write ({error.strerror})", "Choose another folder with --out, or make room.")
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _keep(parcel: Parcel, kept: Path) -> None:
    if parcel.notebook is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(parcel.notebook)


def _failed(job: Job, message: str, hint: str) -> Made:
    return Made(job.target, job.title, problems=(Problem("typesetting", job.target, message, hint),))
