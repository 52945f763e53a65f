"""A night's 500 documents, good, bad and damaged, through a run that is killed again and again: the end is that of a run that nobody disturbed."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from disturbed import DATA, LONG, assert_each_is_there_once, batch, exported, kill_at_random, recorded, write_inbox, write_real_inbox

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")]
KILLS = 20
real = pytest.mark.skipif(not DATA.is_dir(), reason="the documents of third parties, ../shared/data, are not here")


@pytest.mark.parametrize("documents", ["made", pytest.param("real", marks=real)])
def test_killed_twenty_times(address: str, tmp_path: Path, documents: str) -> None:
    folder, other = tmp_path / "in", f"sqlite:///{tmp_path / 'undisturbed.db'}"
    files = write_inbox(folder, 400) if documents == "made" else write_real_inbox(folder, 500)
    run = ["--jobs", "2", "--max-seconds", "600"]
    chance = random.Random(documents)
    progress = []
    for _ in range(KILLS):
        kill_at_random(batch(folder, address, *run), address, chance, upto=files // KILLS)
        progress.append(recorded(address))
    for store in (address, other):
        done = subprocess.run(batch(folder, store, *run), check=False, timeout=LONG)
        assert done.returncode in range(6)
    counts = assert_each_is_there_once(folder, address)
    print(f"\n{files} documents, killed after {progress}: {dict(counts)}")
    assert exported(address) == exported(other)
