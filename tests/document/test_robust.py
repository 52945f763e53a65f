"""Reads a folder of damaged and odd files of the wild, where it lies beside the checkout, in a child process with little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "robust"

CHILD = """
import collections, json, logging, pathlib, sys, warnings
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
except ImportError:
    pass
warnings.simplefilter("error")
logging.disable()
from extractor.document import is_trustworthy, load_document, uncovered_image_areas
from extractor.errors import DocumentError

outcomes = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix == ".json":
        continue
    print(path.name, file=sys.stderr, flush=True)
    try:
        with load_document(path) as document:
            for page in document.pages:
                image, layer = page.image(), page.text_layer()
                assert image.size == (page.width, page.height) and image.mode in ("RGB", "L")
                if layer is not None:
                    assert all(run.text and run.bounds.is_finite() for run in layer.runs)
                    is_trustworthy(layer)
                    uncovered_image_areas(layer, page.width, page.height, page.dpi)
        outcomes[path.name] = "Document"
    except DocumentError as error:
        outcomes[path.name] = type(error).__name__
print(json.dumps(outcomes))
"""


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of odd files, ../shared/data/robust, is not here")
def test_every_odd_file_is_a_document_or_a_typed_error() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(FOLDER)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes = json.loads(done.stdout)
    assert len(outcomes) == sum(path.suffix != ".json" for path in FOLDER.iterdir())
    assert list(outcomes.values()).count("Document") > 0.8 * len(outcomes)
