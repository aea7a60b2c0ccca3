"""Many machines: what notebooks told is handed to a Dask cluster to be set; what comes back is placed by the one who asked.

Notebooks run here, where evidence and ledger are, and a job carries what its own notebook read and shows, and nothing more of them. What
is held in confidence does not travel: each job is searched for it first.

Dask speaks pickle, so that whoever reaches a scheduler can run code: beyond loopback it is spoken to with TLS and certificates only.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, as_completed, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from spf_analysis.errors import Problem, UsageError
from spf_analysis.publishing import workers
from spf_analysis.publishing.shipping import Parcel, Shipment, set_there, shipment_of, tell_for_sending, unpack, without_paths
from spf_analysis.publishing.target import Job, Made, Told, keep_notebook
from spf_analysis.publishing.workers import Hands
from spf_analysis.workbench import Workbench

if TYPE_CHECKING:
    from distributed import Client

CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")
_INSTALL = "Install it with: pip install 'spf-analysis[cluster]'."
_MOST_LOST = 3
_AHEAD = 4  # notebooks run ahead for each processor of the cluster; more would only wait there
Sent = dict[Future[Parcel], tuple[Job, Told]]


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


def hands(cluster: Cluster, bench: Workbench, at_once: int) -> Hands:
    """What makes jobs on a cluster, to be given to a build; so many notebooks run here at once.

    Raises UsageError where Dask is not installed.
    """
    _require_dask()
    shipment = shipment_of(bench.settings)
    return lambda jobs: made(jobs, at_once, cluster, shipment)


def _require_dask() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise UsageError("Dask is not installed", where="--scheduler", hint=_INSTALL) from error


def made(jobs: Sequence[Job], at_once: int, cluster: Cluster, shipment: Shipment) -> Generator[Made, None, None]:
    """Run the notebooks of the jobs here, have the briefings set on a cluster, and place what comes back; yields each when it is done.

    The jobs of a worker that is lost are done again by another. Raises UsageError where the scheduler does not answer.
    """
    if not jobs:
        return
    by_target = {job.target: job for job in jobs}
    sent: Sent = {}
    with _client(cluster) as client, contextlib.closing(workers.done(jobs, at_once, tell_for_sending)) as results:
        # A task, not data: where the worker that holds the archive is lost, the scheduler has it made again.
        archive = client.submit(_as_it_is, shipment, key=f"spf-{shipment.digest}", pure=True)
        pool: Executor = client.get_executor(pure=False)
        most = _AHEAD * max(sum(client.ncores().values()), 1)
        for told in results:
            if isinstance(told, Made):
                yield told
                continue
            job = by_target[told.target]
            sent[pool.submit(set_there, archive, without_paths(job), told)] = (job, told)
            yield from _arrived(sent, most)
        for future in as_completed(list(sent)):
            yield _placed(future, *sent.pop(future))


def _as_it_is(shipment: Shipment) -> Shipment:
    return shipment


def _arrived(sent: Sent, most: int) -> Iterator[Made]:
    """What has come back so far; where as many as `most` are on their way, the first of them is waited for."""
    ready, _ = wait(sent, timeout=None if len(sent) >= most else 0, return_when=FIRST_COMPLETED)
    for future in ready:
        yield _placed(future, *sent.pop(future))


def _placed(future: Future[Parcel], job: Job, told: Told) -> Made:
    from distributed.scheduler import KilledWorker

    try:
        done = unpack(future.result(), job)
    except KilledWorker:
        hint = "They may have run out of memory; give the workers more, or build here with --jobs 1."
        problem = Problem("typesetting", job.target, f"{_MOST_LOST + 1} workers were lost while they made it", hint)
        done = Made(job.target, job.title, problems=(problem,))
    return replace(done, kept=keep_notebook(told, job)) if done.problems else done


@contextlib.contextmanager
def _client(cluster: Cluster) -> Iterator[Client]:
    import dask
    from distributed import Client

    # Dask reports home nothing; its own log would stand between the lines of the progress bar.
    with dask.config.set({"distributed.scheduler.allowed-failures": _MOST_LOST, "distributed.logging.distributed": "critical"}):
        if not cluster.address:
            with _own(cluster.workers) as own, Client(own) as client:
                yield client
            return
        try:
            client = Client(cluster.address, security=_security(cluster), timeout="15s")
        except (OSError, ValueError, TypeError) as error:
            hint = "Is it running, and do the certificates fit? See docs/scale.md."
            raise UsageError(f"the scheduler does not answer ({type(error).__name__})", where="--scheduler", hint=hint) from error
        with client:
            yield client


def _security(cluster: Cluster) -> Any:
    from distributed.security import Security

    if not cluster.address.startswith("tls://"):
        return None
    if cluster.certificates is None:
        return Security(require_encryption=True)
    authority, certificate, key = (str(cluster.certificates / name) for name in CERTIFICATES)
    return Security(require_encryption=True, tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key)


@contextlib.contextmanager
def _own(number: int) -> Iterator[Any]:
    """Workers of our own on loopback, without a dashboard; certificates made for the occasion keep other users of the machine out."""
    from distributed import LocalCluster
    from distributed.security import Security

    own = LocalCluster(
        n_workers=number,
        threads_per_worker=1,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address=None,
        worker_dashboard_address=None,
        silence_logs=50,
        local_directory=None,
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    try:
        yield own
    finally:
        own.close()
