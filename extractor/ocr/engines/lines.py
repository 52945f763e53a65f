"""Owns reading lines of print that were cut out of a page, and telling those that stand on their head.

Each line is scaled to a strip of the network's height. Only strips of one width share a batch, so that nothing is padded;
batches are read side by side, each on one processor, which wastes less than several processors on one line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from extractor.ocr.engines.search import as_input

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extractor.ocr.engines.networks import Network

    Array = NDArray[Any]

Text = tuple[str, float]
"""What a line reads, and how sure that is: the mean probability of its characters, 0 to 1."""

_HEIGHT = 48
_STEP, STEPS = 8, 16
"""Widths are rounded up, as squeezed print is read worse: to a multiple of so many pixels, which is what the network makes a column of, and
beyond so many columns to a multiple of two, four, eight: then there are few widths, each of which costs, and print is stretched by an eighth at most."""
_MIN_WIDTH = 48
_NARROW = 0.75
"""Strips below this share of the smallest width are padded, the others stretched to it."""
_GREY = 127
_DIRECTION_WIDTH = 192
DIRECTION_RATIO = _DIRECTION_WIDTH // _HEIGHT
"""Width to height of the direction network's input; longer lines would be squeezed, so only their start is shown."""


class LineReader:
    """Reads lines. characters: of each column of the network; threads: that read side by side; batch: most lines in one call."""

    def __init__(self, network: Network, characters: Sequence[str], *, threads: int, batch: int) -> None:
        import numpy as np

        self._network = network
        self._characters = np.array(characters)
        self._batch = batch
        self._pool = ThreadPoolExecutor(threads, "lines") if threads > 1 else None

    def read(self, lines: Sequence[Array]) -> list[Text]:
        """The text of each line, an image in grey or red, green, blue, upright."""
        strips = [_strip(line) for line in lines]
        batches = self._batches(strips)
        run = self._pool.map if self._pool else map
        texts: list[Text] = [("", 0.0)] * len(strips)
        for places, answers in zip(batches, run(self._texts, ([strips[place] for place in places] for places in batches)), strict=True):
            for place, answer in zip(places, answers, strict=True):
                texts[place] = answer
        return texts

    def close(self) -> None:
        """Ends the threads."""
        if self._pool:
            self._pool.shutdown()

    def _batches(self, strips: Sequence[Array]) -> list[list[int]]:
        """The places of strips that are read in one call, wide ones first: the last to be read should be short."""
        batches: list[list[int]] = []
        for place in sorted(range(len(strips)), key=lambda place: -strips[place].shape[1]):
            fits = batches and len(batches[-1]) < self._batch and strips[batches[-1][0]].shape == strips[place].shape
            if not fits:
                batches.append([])
            batches[-1].append(place)
        return batches

    def _texts(self, strips: list[Array]) -> list[Text]:
        probabilities = self._network(as_input(strips))
        return [self._text(columns, best) for columns, best in zip(probabilities, probabilities.argmax(axis=2), strict=True)]

    def _text(self, columns: Array, best: Array) -> Text:
        """Connectionist temporal classification: repeats are one character, column 0 is none (Graves et al. 2006)."""
        said = best != 0
        said[1:] &= best[1:] != best[:-1]
        places = said.nonzero()[0]
        if not len(places):
            return "", 0.0
        characters = best[places]
        return "".join(self._characters[characters]), float(columns[places, characters].mean())


def _strip(line: Array) -> Array:
    """A line at the height and at a width that the network takes."""
    import cv2
    import numpy as np

    height, width = line.shape[:2]
    wanted = _HEIGHT * width / height
    if wanted >= _MIN_WIDTH * _NARROW:
        return np.asarray(cv2.resize(line, (_width(wanted), _HEIGHT)))
    return _padded(cv2.resize(line, (max(_STEP, round(wanted)), _HEIGHT)), _MIN_WIDTH)


def _width(wanted: float) -> int:
    """The width at which a line is read that is so wide at the network's height."""
    step = _STEP
    while wanted > STEPS * step:
        step *= 2
    return max(_MIN_WIDTH, math.ceil(wanted / step) * step)


def _padded(strip: Array, width: int) -> Array:
    """A strip with grey at its right, up to a width."""
    import numpy as np

    wider = np.full((strip.shape[0], width, *strip.shape[2:]), _GREY, dtype=np.uint8)
    wider[:, : strip.shape[1]] = strip
    return wider


def upside_down(network: Network, lines: Sequence[Array]) -> bool:
    """Whether most of some lines look as if they stood on their head, the surer ones counting more."""
    import cv2

    strips = []
    for line in lines:
        start = line[:, : DIRECTION_RATIO * line.shape[0]]
        width = min(_DIRECTION_WIDTH, max(1, round(_HEIGHT * start.shape[1] / start.shape[0])))
        strips.append(_padded(cv2.resize(start, (width, _HEIGHT)), _DIRECTION_WIDTH))
    upright, turned = network(as_input(strips)).T
    return bool((turned * (turned > upright)).sum() > (upright * (turned <= upright)).sum())
