"""What goes to another machine and what comes back: templates once, what each notebook told, and a finished briefing as a parcel."""

from __future__ import annotations

import atexit
import contextlib
import gzip
import hashlib
import io
import platform
import shutil
import tarfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.manifest import code_digest, digests, versions
from spf_analysis.publishing.placing import STAGING, clear
from spf_analysis.publishing.scanning import require_discreet
from spf_analysis.publishing.scratch import scratch_folder
from spf_analysis.publishing.target import DONE, DRAFT, Job, Made, Told, kept_as_told, put_in_place, set_briefing, tell
from spf_analysis.publishing.typeset import choose
from spf_analysis.settings import Settings

_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Shipment:
    """The templates of a workbench as an archive, and the versions that a briefing set with them has to be made with."""

    archive: bytes
    versions: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The SHA-256 of the archive."""
        return hashlib.sha256(self.archive).hexdigest()


@dataclass(frozen=True)
class Parcel:
    """What became of a job elsewhere: the finished folder as bytes by file name, and the text that it was set from."""

    made: Made
    files: Mapping[str, bytes] = field(default_factory=dict)
    text: bytes = b""


def tools(typesetter: str, templates: Path) -> dict[str, str]:
    """The code, and the versions of the libraries and of the typesetter's programs, that this process makes briefings with."""
    return {"code of the workbench": code_digest(), **versions(), **choose(typesetter, templates / "house").version}


def shipment_of(settings: Settings, typesetter: str) -> Shipment:
    """The templates and the house style of a workbench, to be set by this typesetter; the same files give the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as pressed, tarfile.open(fileobj=pressed, mode="w") as archive:
        for file in sorted(file for file in settings.templates.rglob("*") if file.is_file() and not _SKIPPED & set(file.parts)):
            info = tarfile.TarInfo(file.relative_to(settings.templates).as_posix())
            content = file.read_bytes()
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return Shipment(packed.getvalue(), tools(typesetter, settings.templates))


def set_there(shipment: Shipment, job: Job, told: Told) -> Parcel:
    """Set a briefing from what its notebook told, on the machine that this runs on; nothing of it stays there.

    Where the code, a library or a program of the typesetter is another than the asker's, the target fails: the same inputs would not
    give the same bytes. Whatever else stops it is returned too, and names this machine.
    """
    here = f"the worker on {platform.node()}"
    try:
        with _ALONE, scratch_folder() as folder:
            templates, staging = _unpacked(shipment), Path(folder)
            _require_same(shipment.versions, tools(job.typesetter, Path(templates)), here)
            made = set_briefing(told.executed, replace(job, templates=templates), staging)
            files = {file.name: file.read_bytes() for file in sorted((staging / DONE).iterdir())}
            return Parcel(made, files, (staging / DRAFT / "briefing.qmd").read_bytes())
    except Exception as error:
        return Parcel(Made.stopped(job, error, here))


def _require_same(asked: Mapping[str, str], found: Mapping[str, str], here: str) -> None:
    other = [name for name in sorted(asked.keys() | found.keys()) if asked.get(name) != found.get(name)]
    if other:
        hint = "Install the same version of the workbench and its libraries on every worker."
        raise TypesettingError(f"{here} has another {other[0]} than this machine", where="--scheduler", hint=hint)


_ALONE = threading.Lock()  # one briefing at a time in one process, whatever number of threads it was given
_open: dict[str, str] = {}
_held = contextlib.ExitStack()
atexit.register(_held.close)


def _unpacked(shipment: Shipment) -> str:
    """The folder of the templates here; made once in each process, and gone when the process ends."""
    name = shipment.digest
    if name not in _open:
        folder = _held.enter_context(scratch_folder())
        with tarfile.open(fileobj=io.BytesIO(shipment.archive)) as archive:
            archive.extractall(folder, filter="data")
        _open[name] = folder
    return _open[name]


def tell_for_sending(job: Job) -> Told | Made:
    """Run a job's notebook here, and search what it tells for what the ledger holds in confidence, before any of it leaves."""
    told = tell(job)
    if isinstance(told, Made):
        return told
    try:
        require_discreet([told.executed.notebook, told.context], job.target, Path(job.workbench), Path(job.ledger))
    except Exception as error:
        return kept_as_told(Made.stopped(job, error), job, told)
    return told


def without_paths(job: Job) -> Job:
    """A job as it travels: a worker knows nothing of where the workbench lies, and needs it not."""
    return replace(job, workbench="", notebooks="", templates="", ledger="", edition_folder="", kernel_server="")


def unpack(parcel: Parcel, job: Job) -> Made:
    """Put what came back in its place in the edition that the job was planned for; what came back damaged is a failure."""
    staging, made = Path(job.edition_folder) / STAGING / job.target, parcel.made
    if made.problems:
        return made
    try:
        clear(staging)
        done, draft = staging / DONE, staging / DRAFT
        for folder in (done, draft):
            folder.mkdir(parents=True)
        (draft / "briefing.qmd").write_bytes(parcel.text)
        for name, content in parcel.files.items():
            (done / Path(name).name).write_bytes(content)
        if digests(done, done.iterdir()) != made.outputs:
            hint = "Build it again; if it happens once more, look at the worker's log."
            raise TypesettingError("what came back from a worker is not what it made", where=job.target, hint=hint)
        return put_in_place(made, job, staging)
    except Exception as error:
        return Made.stopped(job, error)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
