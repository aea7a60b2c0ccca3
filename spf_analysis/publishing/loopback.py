"""A Dask cluster of our own for the length of a build: over loopback, with certificates for the occasion, and without any web page.

Dask's scheduler and workers answer HTTP on a port of their own even where no dashboard is asked for, and ask nobody who they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import dask
from distributed import Nanny, Scheduler, SpecCluster, Worker
from distributed.security import Security

from spf_analysis.publishing.scratch import scratch_folder

_HERE = {"host": "127.0.0.1", "protocol": "tls://"}
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class PagelessScheduler(Scheduler):
    """A scheduler that is spoken to over TLS only."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """No web page is served."""


class PagelessWorker(Worker):
    """A worker that is spoken to over TLS only."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """No web page is served."""


@contextlib.contextmanager
def own_cluster(workers: int) -> Iterator[SpecCluster]:
    """So many workers of one thread each, and all that they keep meanwhile in one folder that goes with them."""
    security = Security.temporary()  # other users of a machine reach its loopback too
    with scratch_folder() as folder, dask.config.set({"temporary-directory": folder}):
        told = {
            **_HERE,
            "security": security,
            "nthreads": 1,
            "memory_limit": 1 / workers,
            "dashboard": False,
            "silence_logs": 50,
            "env": {**_ONE_THREAD, "TMPDIR": folder},
            "worker_class": PagelessWorker,
        }
        with SpecCluster(
            workers={number: {"cls": Nanny, "options": told} for number in range(workers)},
            scheduler={"cls": PagelessScheduler, "options": {**_HERE, "security": security, "dashboard": False}},
            security=security,
            silence_logs=50,
        ) as own:
            yield own
