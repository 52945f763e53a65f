"""Owns the caller's end of the line to `aspose_worker.py`: starting it, asking it, ending it, and saying why it died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from extractor.errors import EngineUnavailable

_WORKER = Path(__file__).with_name("aspose_worker.py")

_CAUSES = {
    "libssl": "it needs OpenSSL 1.1 (libssl.so.1.1 and libcrypto.so.1.1), which this system does not offer: install OpenSSL 1.1, "
    "or name a folder that holds both libraries (option library_path or EXTRACTOR_ASPOSE_LIBRARY_PATH)",
    "ICU package": "its .NET runtime finds no ICU that it knows: install a matching libicu, or leave "
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT unset or set it to 1, so that none is needed",
}
"""Why .NET ends the process while it starts, by the words that it leaves on standard error."""


class ChildEndedError(Exception):
    """The child ended, or was ended because it overran its time; the message says how."""


class AsposeChild:
    """A running child. `licensed`: whether it accepted a licence (otherwise it runs in evaluation mode).

    options: what `aspose_worker.py` documents. library_path: folders for shared libraries, separated as in PATH.
    timeout: seconds until it must be ready. Raises EngineUnavailable, which says what to install.
    """

    def __init__(self, options: dict[str, Any], library_path: str | None, timeout: float) -> None:
        self._owner = os.getpid()
        self._requests = 0
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the child
        self._process = self._start(options, library_path)
        try:
            with self._deadline(timeout):
                ready = self._answer(0)
        except ChildEndedError as died:
            ready = {"error": str(died)}
        except BaseException:
            self.stop()
            raise
        if "error" in ready:
            self.stop()
            raise EngineUnavailable(f"Aspose.OCR cannot start: {ready['error']}")
        self.licensed = bool(ready["licensed"])

    def _start(self, options: dict[str, Any], library_path: str | None) -> subprocess.Popen[bytes]:
        # -P: neither the worker's own folder nor the current one may shadow the modules that Aspose imports
        command = [sys.executable, "-P", str(_WORKER), json.dumps(options)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._stderr}
        try:
            return subprocess.Popen(command, env=_environment(library_path), **pipes)  # noqa: S603  our own interpreter and file
        except (OSError, ValueError) as error:
            self._stderr.close()
            raise EngineUnavailable(f"Aspose.OCR cannot start: {error}") from error

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def is_usable(self) -> bool:
        """Whether the child lives and is ours: after a fork, it is the other process's."""
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, request: dict[str, Any], payload: bytes, timeout: float) -> dict[str, Any]:
        """Sends one request with its image file and waits for the answer. Raises ChildEndedError, also after `timeout` seconds."""
        self._requests += 1
        self._stderr.seek(0)  # the offset is shared with the child: only what this request leaves behind is kept
        self._stderr.truncate()
        with self._deadline(timeout):
            stdin = self._stream(self._process.stdin)
            header = request | {"id": self._requests, "seconds": timeout + 10, "bytes": len(payload)}
            stdin.write(json.dumps(header).encode() + b"\n" + payload)
            stdin.flush()
            return self._answer(self._requests)

    def stop(self) -> None:
        """Ends the child and frees what belongs to it. May be called again."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            with suppress(OSError):  # what was not yet written is of no use to anyone
                self._stream(stream).close()

    def _answer(self, number: int) -> dict[str, Any]:
        """The answer with this id; lines that are no answers are skipped."""
        for line in self._stream(self._process.stdout):
            with suppress(ValueError):
                answer = json.loads(line)
                if isinstance(answer, dict) and answer.get("id") == number:
                    return answer
        raise EOFError

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """Kills the child after some time, which ends any waiting for it, and raises ChildEndedError where it is dead."""
        overrun = threading.Event()

        def end() -> None:
            overrun.set()
            self._process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            yield
        except (EOFError, OSError) as error:
            self._process.kill()
            code = self._process.wait()
            raise ChildEndedError(f"it took longer than {seconds:g} s" if overrun.is_set() else self._cause(code)) from error
        finally:
            timer.cancel()

    def _cause(self, code: int) -> str:
        self._stderr.seek(0)
        words = self._stderr.read().decode(errors="replace").strip()
        for mark, cause in _CAUSES.items():
            if mark in words:
                return cause
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"{how}, {words.splitlines()[-1][:300]}" if words else f"{how}, without a word"

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


def _environment(library_path: str | None) -> dict[str, str]:
    environment = dict(os.environ)
    # .NET Core 3.1 knows no ICU as new as that of current systems; recognition needs none
    environment.setdefault("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
    if library_path:
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, (library_path, environment.get("LD_LIBRARY_PATH"))))
    return environment
