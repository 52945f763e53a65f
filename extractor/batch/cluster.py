"""Owns reaching a Dask cluster, as an executor for `extract_many`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from extractor._version import __version__
from extractor.errors import WorkersUnavailable

_CONNECT_SECONDS = 30.0
_MISSING = "a cluster needs the package distributed, which is not installed; run: pip install 'invoice-extractor[cluster]'"


def installed_version() -> str:
    """The version of this package where this is called: on a worker, the worker's."""
    return __version__


@contextmanager
def cluster_executor(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor on the workers of a scheduler (`tcp://host:8786`), and how many documents keep them busy.

    The connection is closed at the end; the cluster stays. Raises WorkersUnavailable: `distributed` is not installed, no scheduler
    answers, or workers have no such version of this package.
    """
    try:
        import distributed
    except ImportError as error:
        raise WorkersUnavailable(_MISSING) from error
    dask: Any = distributed  # it has no types
    try:
        dask.comm.get_address_host(address)  # a client that is given an address of no known kind cannot be closed
        client = dask.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise WorkersUnavailable(f"no scheduler answers at {address}: {error or type(error).__name__}") from error
    with client:
        _check_versions(client)
        yield client.get_executor(), max(2, 2 * sum(client.nthreads().values()))


def _check_versions(client: Any) -> None:
    """Refuses workers that would read documents otherwise than this process does."""
    try:
        found: dict[str, str] = client.run(installed_version)
    except Exception as error:  # whatever is raised on a worker
        raise WorkersUnavailable(f"the workers of the cluster cannot run this package; install invoice-extractor {__version__} there: {error}") from error
    if others := sorted(set(found.values()) - {__version__}):
        raise WorkersUnavailable(f"workers of the cluster have version {', '.join(others)} of this package, and this is {__version__}; install the same")
