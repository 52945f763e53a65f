"""Owns the child process in which Aspose.OCR runs: .NET may end the whole process at once, and must not end the caller's.

It is run by its path, imports nothing else of this package, and takes its options as one JSON argument:
`{"license": path or null, "models": path or null, "areas": name, "threads": number}`.
On standard input it takes requests: a line `{"id": 1, "language": "DEU", "seconds": 180, "bytes": 1234}`, then that many
bytes of an image file; without a language it is asked how the print is turned. On standard output it answers each with a
line of JSON that repeats the id; the first answer has the id 0 and says that it is ready, before any request. Whatever
.NET prints goes to standard error.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import signal
import sys
from pathlib import Path
from typing import IO, Any


def main() -> None:
    """Answers requests until standard input ends, which it does when the caller closes it or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; it is the caller who decides
    answers = _keep_stdout_clean()
    try:
        api = _start(json.loads(sys.argv[1]))
    except Exception as error:  # noqa: BLE001  .NET errors have no common class; the caller gives them their type
        _send(answers, {"id": 0, "error": _words(error)})
        return
    _send(answers, {"id": 0, "licensed": api["licensed"]})
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        image = sys.stdin.buffer.read(request["bytes"])
        _set_alarm(request["seconds"])
        try:
            answer = _recognize(api, image, request["language"]) if "language" in request else _angle(api, image)
        except Exception as error:  # noqa: BLE001  as above
            answer = {"error": _words(error)}
        _set_alarm(0)
        _send(answers, {"id": request["id"]} | answer)


def _set_alarm(seconds: float) -> None:
    """Lets the system end this process in time even where its caller was killed and can no longer do so. Not on Windows."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(seconds))


def _keep_stdout_clean() -> IO[bytes]:
    """A private copy of standard output; the public one becomes standard error."""
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "wb")


def _start(options: dict[str, Any]) -> dict[str, Any]:
    import aspose.ocr as aspose

    # nothing is fetched from the network by itself; and without a folder of its own it would make one where it stands
    aspose.Resources.allow_automatic_downloads(False)
    aspose.Resources.set_local_path(options["models"] or str(Path(aspose.__file__).parent), False)
    licence = aspose.License()
    if options["license"]:
        _apply(licence, options["license"])
    settings = aspose.RecognitionSettings()
    settings.detect_areas_mode = getattr(aspose.DetectAreasMode, options["areas"])
    settings.threads_count = options["threads"]
    return {"module": aspose, "engine": aspose.AsposeOcr(), "settings": settings, "licensed": bool(licence.is_licensed)}


def _apply(licence: Any, path: str) -> None:
    try:
        licence.set_license(path)
    except Exception as error:
        raise ValueError(f"the licence file {path} was not accepted: {_words(error)}") from error


def _recognize(api: dict[str, Any], image: bytes, language: str) -> dict[str, Any]:
    aspose, settings = api["module"], api["settings"]
    settings.language = getattr(aspose.Language, language)
    result = api["engine"].recognize(_batch(aspose, image), settings)[0]
    return {"text": result.recognition_text, "warnings": list(result.warnings), "lines": [_line(line) for line in result.recognition_lines_result]}


def _angle(api: dict[str, Any], image: bytes) -> dict[str, Any]:
    return {"angle": api["engine"].calculate_skew(_batch(api["module"], image))[0].angle}


def _batch(aspose: Any, image: bytes) -> Any:
    batch = aspose.OcrInput(aspose.InputType.SINGLE_IMAGE)
    batch.add(io.BytesIO(image))
    return batch


def _line(line: Any) -> dict[str, Any]:
    box = line.line
    return {"text": line.text_in_line, "confidence": line.confidence, "bounds": [box.x, box.y, box.width, box.height]}


def _words(error: Exception) -> str:
    return re.sub(r"^Proxy error\([^)]*\):", "", str(error)).strip() or type(error).__name__


def _send(stream: IO[bytes], answer: dict[str, Any]) -> None:
    # the leading line break sets the answer apart from anything that was printed before standard output was taken over
    stream.write(b"\n" + json.dumps(answer).encode() + b"\n")
    stream.flush()


if __name__ == "__main__":
    main()
