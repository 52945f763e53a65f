"""Offers OpenSSL 1.1 to the tests of the engine `aspose` on systems that have only OpenSSL 3.

The wheels of opencv-python-headless carry libssl and libcrypto 1.1.1 under names with a hash. This script links them
as libssl.so.1.1 and libcrypto.so.1.1 into a folder and prints the value for LD_LIBRARY_PATH:

    export EXTRACTOR_TEST_OPENSSL11="$(python .ci/openssl11.py some-folder)"

Where the installed opencv-python-headless does not carry them, a wheel that does is downloaded with pip.
It ends with status 1 and a message where neither works.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

LIBRARIES = ("libssl", "libcrypto")
WHEEL = "opencv-python-headless==4.10.0.84"


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(f"usage: {Path(sys.argv[0]).name} FOLDER", file=sys.stderr)
        return 2
    target = Path(sys.argv[1]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    installed = Path(sysconfig.get_path("platlib")) / "opencv_python_headless.libs"
    source = installed if carries(installed) else downloaded(target)
    if source is None:
        print(f"no OpenSSL 1.1: neither the installed opencv-python-headless nor {WHEEL} offers it here", file=sys.stderr)
        return 1
    for name in LIBRARIES:
        link = target / f"{name}.so.1.1"
        link.unlink(missing_ok=True)
        link.symlink_to(find(source, name))
    print(f"{target}:{source}")
    return 0


def find(folder: Path, name: str) -> Path:
    return next(folder.glob(f"{name}-*.so.1.1*"))


def carries(folder: Path) -> bool:
    return all(any(folder.glob(f"{name}-*.so.1.1*")) for name in LIBRARIES)


def downloaded(target: Path) -> Path | None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(target), WHEEL]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:  # noqa: S603  pip, with a fixed name
        return None
    with zipfile.ZipFile(next(target.glob("opencv_python_headless-*.whl"))) as wheel:
        wheel.extractall(target, [name for name in wheel.namelist() if ".libs/" in name])
    source = target / "opencv_python_headless.libs"
    return source if carries(source) else None


if __name__ == "__main__":
    sys.exit(main())
