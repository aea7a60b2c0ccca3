"""Waiting as a server asks: requests that failed for a while are sent again, and a server's wish for a pause is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from spf_analysis.errors import SourceError

_PASSING = frozenset({429, 500, 502, 503, 504})
_ASKING = ("Retry-After", "Backoff")


@dataclass(frozen=True)
class Patience:
    """How often a request is sent, how long an answer and a pause may take, in seconds, and how the time passes."""

    attempts: int = 4
    timeout: float = 30.0
    first_pause: float = 1.0
    longest_pause: float = 120.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)


class PatientTransport(httpx2.BaseTransport):
    """A transport that sends a request again after time-outs, lost connections, 429 and 5xx, and pauses where the server says so.

    Raises SourceError where a server asks for a longer pause than a person would sit through.
    """

    def __init__(self, patience: Patience, inner: httpx2.BaseTransport | None = None) -> None:
        self._patience = patience
        self._inner = inner or httpx2.HTTPTransport()
        self._not_before = 0.0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, as often as patience allows."""
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), self._patience.timeout)
        for attempt in range(1, self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            self._wait(self._not_before - time.monotonic())
            try:
                response = self._inner.handle_request(request)
            except httpx2.TransportError:
                if last:
                    raise
                self._wait(self._patience.first_pause * 2 ** (attempt - 1))
                continue
            asked = self._asked(response)
            if response.status_code not in _PASSING or last:
                return response
            response.close()
            if not asked:
                self._wait(self._patience.first_pause * 2 ** (attempt - 1))
        raise AssertionError("patience allows at least one attempt")

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._patience.sleep(seconds)

    def _asked(self, response: httpx2.Response) -> bool:
        """Whether the answer asks for a pause; it is noted, and the header taken off, so that nobody pauses twice."""
        seconds = 0.0
        for name in _ASKING:
            if name in response.headers:
                seconds = max(seconds, _seconds(response.headers[name]))
                del response.headers[name]
        if seconds > self._patience.longest_pause:
            response.close()
            raise SourceError(
                f"Zotero asks for a pause of {seconds:,.0f} seconds; nothing was changed", where="Zotero", hint="Run it again after that."
            )
        if seconds:
            self._not_before = max(self._not_before, time.monotonic() + seconds)
        return seconds > 0


def _seconds(value: str) -> float:
    """The pause that a header asks for: a number of seconds, or the time at which it ends; 0 where it says neither."""
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max((until - datetime.now(UTC if until.tzinfo else None)).total_seconds(), 0.0)
