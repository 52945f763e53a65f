"""Owns what the memory of this process is."""

from __future__ import annotations

import sys
from pathlib import Path


def resident_megabytes() -> float:
    """What this process holds in memory now. Raises OSError where /proc does not say it."""
    return _of_status("VmRSS")


def highest_megabytes() -> float:
    """The most that this process ever held in memory."""
    if sys.platform == "linux":
        return _of_status("VmHWM")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _of_status(name: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status does not say {name}")
