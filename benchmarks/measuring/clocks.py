"""Clocks that a benchmark may measure by."""

from __future__ import annotations

import time
from collections.abc import Callable


def processor_seconds() -> float:
    """Seconds of processors that this process and the programs it has called have used: says more where others use the machine."""
    import resource  # which not every system has

    used = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "processor": processor_seconds}
