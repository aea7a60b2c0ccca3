"""Many machines: what notebooks told is handed to a Dask cluster to be set; what comes back is placed by the one who asked.

Notebooks run here, where evidence and ledger are, and a job carries what its own notebook read and shows, and nothing more of them. What
is held in confidence does not travel: each job is searched for it first.

Dask speaks pickle, so that whoever reaches a scheduler can run code: beyond loopback it is spoken to with TLS and certificates only.
"""

from __future__ import annotations

import contextlib
import importlib
import ipaddress
import logging
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from spf_analysis.errors import Problem, TypesettingError, UsageError
from spf_analysis.publishing import workers
from spf_analysis.publishing.shipping import Parcel, Shipment, set_there, shipment_of, tell_for_sending, unpack, without_paths
from spf_analysis.publishing.target import Job, Made, Told, kept_as_told
from spf_analysis.publishing.workers import Hands
from spf_analysis.settings import Settings
from spf_analysis.workbench import Workbench

if TYPE_CHECKING:
    from distributed import Client

CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")
_INSTALL = "Install it with: pip install 'spf-analysis[cluster]'."
_MOST_LOST = 3
_AHEAD = 4  # notebooks run ahead for each processor of the cluster; more would only wait there
_NEVER = logging.CRITICAL + 1
_ANSWER_SECONDS = 15
_LOOK_SECONDS, _SILENT_SECONDS = 1.0, 5.0


@dataclass(frozen=True)
class Cluster:
    """Where jobs are handed to: a scheduler by its address, or, where there is none, so many workers of our own on loopback.

    `certificates` is the folder with ca.pem, cert.pem and key.pem for `tls://`; where none is named, Dask's own configuration counts.
    """

    address: str = ""
    workers: int = 0
    certificates: Path | None = None

    def __post_init__(self) -> None:
        if self.address:
            _check(self.address)
        missing = [name for name in CERTIFICATES if self.certificates and not (self.certificates / name).is_file()]
        if missing:
            raise UsageError(f"there is no {missing[0]}", where="--certificates", hint=f"The folder holds {', '.join(CERTIFICATES)}.")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, spoken to over loopback."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _check(address: str) -> None:
    where = "--scheduler"
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("tcp", "tls") and bool(parts.hostname) and parts.port is not None
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"'{address}' is no address of a scheduler", where=where, hint="Write it as tls://HOST:PORT.")
    if parts.scheme == "tcp" and not is_loopback(parts.hostname or ""):
        hint = "Start the scheduler and its workers with TLS, and write tls:// with --certificates."
        raise UsageError("a scheduler on another machine is spoken to with TLS only", where=where, hint=hint)


def hands(cluster: Cluster, bench: Workbench, at_once: int, say: Callable[[str], None]) -> Hands:
    """What makes jobs on a cluster, to be given to a build; so many notebooks run here at once, and `say` is told where it waits.

    Raises UsageError where Dask is not installed.
    """
    _require_dask(cluster)
    return lambda jobs: made(jobs, at_once, cluster, bench.settings, say)


def _require_dask(cluster: Cluster) -> None:
    needed = {"distributed": "Dask"} | ({} if cluster.address else {"cryptography": "the package cryptography"})
    for module, name in needed.items():
        try:
            importlib.import_module(module)
        except ImportError as error:
            where = "--scheduler" if cluster.address else "--cluster"
            raise UsageError(f"{name} is not installed", where=where, hint=_INSTALL) from error


def made(
    jobs: Sequence[Job], at_once: int, cluster: Cluster, settings: Settings, say: Callable[[str], None]
) -> Generator[Made, None, None]:
    """Run the notebooks of the jobs here, have the briefings set on a cluster, and place what comes back; yields each when it is done.

    The jobs of a worker that is lost are done again by another. Where the scheduler is lost, or no worker is there for too long, what
    was not made is yielded as failures. Raises UsageError where the scheduler does not answer.
    """
    if not jobs:
        return
    due = {job.target: job for job in jobs}
    shipment = shipment_of(settings, jobs[0].typesetter)
    with _client(cluster) as client, contextlib.closing(workers.done(jobs, at_once, tell_for_sending)) as results:
        away = _Away(client, shipment, settings.limits.worker_seconds, say)
        try:
            for each in _made(results, due, away):
                del due[each.target]
                yield each
        except TypesettingError as lost:
            for job in due.values():
                told = away.told(job.target)
                stopped = Made.stopped(job, lost)
                yield kept_as_told(stopped, job, told) if told else stopped


def _made(results: Iterable[Told | Made], due: Mapping[str, Job], away: _Away) -> Iterator[Made]:
    for told in results:
        if isinstance(told, Made):
            yield told
        else:
            away.send(due[told.target], told)
            yield from away.back()
    while away.sent:
        yield from away.back(wait_for_one=True)


class _Away:
    """The briefings that are on their way to a cluster and back, with what their notebooks told."""

    def __init__(self, client: Client, shipment: Shipment, patience: int, say: Callable[[str], None]) -> None:
        # A task, not data: where the worker that holds the archive is lost, the scheduler has it made again.
        self._archive = client.submit(_as_it_is, shipment, key=f"spf-{shipment.digest}", pure=True)
        self._client, self._pool = client, client.get_executor(pure=False)
        self._patience, self._say = patience, say
        self.sent: dict[Future[Parcel], tuple[Job, Told]] = {}

    def told(self, target: str) -> Told | None:
        """What the notebook of a target told that is on its way."""
        return next((told for job, told in self.sent.values() if job.target == target), None)

    def send(self, job: Job, told: Told) -> None:
        """Hand a briefing over."""
        self.sent[self._pool.submit(set_there, self._archive, without_paths(job), told)] = (job, told)

    def back(self, *, wait_for_one: bool = False) -> Iterator[Made]:
        """What has come back so far; one is waited for where it is asked for, and where as many are on their way as may be.

        Raises TypesettingError where the scheduler is lost, or where no worker is there for longer than one waits.
        """
        ready = wait(self.sent, timeout=0).done
        if not ready and (wait_for_one or len(self.sent) >= _AHEAD * max(self._processors(), 1)):
            ready = self._waited_for()
        for future in ready:
            made = _placed(future, *self.sent[future])
            del self.sent[future]
            yield made

    def _waited_for(self) -> set[Future[Parcel]]:
        since, told = time.monotonic(), False
        while not (ready := wait(self.sent, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED).done):
            alone = time.monotonic() - since
            if self._processors():
                since = time.monotonic()
            elif alone > self._patience:
                hint = "Start workers, and build again; worker_seconds under [limits] in spf.toml says how long to wait for one."
                raise TypesettingError(f"no worker answered for {self._patience} seconds", where="--scheduler", hint=hint)
            elif alone > _SILENT_SECONDS and not told:
                self._say(f"No worker answers. Waiting {self._patience} seconds for one.")
                told = True
        return ready

    def _processors(self) -> int:
        """How many processors the workers have that are there now."""
        try:
            return sum(self._client.ncores().values())
        except (OSError, RuntimeError) as error:
            raise _lost() from error


def _as_it_is(shipment: Shipment) -> Shipment:
    return shipment


def _lost() -> TypesettingError:
    hint = "Is it still running? Build again: what was made stands."
    return TypesettingError("the scheduler was lost", where="--scheduler", hint=hint)


def _placed(future: Future[Parcel], job: Job, told: Told) -> Made:
    """What a future brought, put in its place. Raises TypesettingError where it was given up with the scheduler that held it."""
    from distributed.scheduler import KilledWorker

    try:
        done = unpack(future.result(), job)
    except CancelledError as error:
        raise _lost() from error
    except KilledWorker:
        hint = "They may have run out of memory; give the workers more, or build here with --jobs 1."
        problem = Problem("typesetting", job.target, f"{_MOST_LOST + 1} workers were lost while they made it", hint)
        done = Made(job.target, job.title, problems=(problem,))
    except Exception as error:  # such as a worker of another version, which could not read what it was sent
        done = Made.stopped(job, error)
    return kept_as_told(done, job, told) if done.problems else done


@contextlib.contextmanager
def _client(cluster: Cluster) -> Iterator[Client]:
    import dask
    from distributed import Client
    from distributed.utils import silence_logging_cmgr

    # Dask reports home nothing; its own log would stand between the lines of the progress bar.
    with dask.config.set({"distributed.scheduler.allowed-failures": _MOST_LOST}), silence_logging_cmgr(_NEVER):
        if not cluster.address:
            from spf_analysis.publishing.loopback import own_cluster

            with own_cluster(cluster.workers) as own, Client(own) as client:
                yield client
            return
        try:
            client = Client(cluster.address, security=_security(cluster), timeout=f"{_ANSWER_SECONDS}s")
        except (OSError, ValueError, TypeError) as error:
            hint = "Is it running, and do the certificates fit? See docs/scale.md."
            raise UsageError(f"the scheduler does not answer ({_reason(error)})", where="--scheduler", hint=hint) from error
        with client:
            yield client


def _reason(error: BaseException) -> str:
    if isinstance(error, TypeError):
        return "it was given no certificates"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "the certificates do not fit"
        cause = cause.__cause__
    return f"nothing was heard for {_ANSWER_SECONDS} seconds"


def _security(cluster: Cluster) -> Any:
    from distributed.security import Security

    if not cluster.address.startswith("tls://"):
        return None
    if cluster.certificates is None:
        return Security(require_encryption=True)
    authority, certificate, key = (str(cluster.certificates / name) for name in CERTIFICATES)
    return Security(require_encryption=True, tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key)
