"""Owns the geometry of text quadrangles: how they lie, in which order they are read, and how one is cut out of an image.

Quads are arrays of shape (n, 4, 2) in pixels, corners clockwise (y down). Angles are degrees clockwise from the x axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_ELONGATED = 2.0
"""Sides' ratio from which a quad shows the direction of its line; single characters do not."""
_SIDEWAYS = 2.5
"""Sides' ratio from which a quad across the reading direction is sideways print, not a narrow character such as `1`."""


def clockwise(quads: Array) -> Array:
    """The quads with their corners in clockwise order, whatever order they came in."""
    import numpy as np

    quads = np.asarray(quads, dtype=np.float32).reshape(-1, 4, 2)
    spokes = quads - quads.mean(axis=1, keepdims=True)
    order = np.argsort(np.arctan2(spokes[..., 1], spokes[..., 0]), axis=1)
    return np.take_along_axis(quads, order[..., None], axis=1)


def _edges(quads: Array) -> tuple[Array, Array]:
    """Length and angle of each of the four sides, both of shape (n, 4)."""
    import numpy as np

    sides = np.roll(quads, -1, axis=1) - quads
    return np.hypot(sides[..., 0], sides[..., 1]), np.degrees(np.arctan2(sides[..., 1], sides[..., 0]))


def axis_and_skew(quads: Array) -> tuple[int, float]:
    """Whether most print runs along x (0) or y (90), and by how many degrees clockwise it slopes beyond that (-45 to 45).

    Lines vote with their length; the slope is the median of the lines that run along the winning axis, in which long lines
    count most: the angle of a line is known the better, the longer it is.
    """
    import numpy as np

    lengths, angles = _edges(quads)
    longest = lengths.argmax(axis=1)
    rows = np.arange(len(quads))
    length, angle = lengths[rows, longest], angles[rows, longest]
    elongated = length > _ELONGATED * np.maximum(lengths.min(axis=1), 1)
    length, angle = length[elongated], angle[elongated]
    slope = (angle + 45) % 90 - 45
    vertical = np.abs((angle + 90) % 180 - 90) > 45
    axis = 90 if length[vertical].sum() > length[~vertical].sum() else 0
    winners = vertical if axis else ~vertical
    return axis, _weighted_median(slope[winners], length[winners] ** 2)


def _weighted_median(values: Array, weights: Array) -> float:
    if not len(values):
        return 0.0
    order = values.argsort()
    half = weights[order].cumsum().searchsorted(weights.sum() / 2)
    return float(values[order][min(int(half), len(values) - 1)])


def along(quads: Array, angle: float) -> Array:
    """The quads, each starting with the side whose direction is nearest to `angle` (its upper side, where print runs that way)."""
    import numpy as np

    _, angles = _edges(quads)
    start = np.cos(np.radians(angles - angle)).argmax(axis=1)
    order = (start[:, None] + np.arange(4)) % 4
    return np.take_along_axis(quads, order[..., None], axis=1)


def sideways(quads: Array) -> Array:
    """Which quads (as `along` gave them) hold print that runs across the others'."""
    import numpy as np

    lengths, _ = _edges(quads)
    return lengths[:, 1] > _SIDEWAYS * np.maximum(lengths[:, 0], 1)


def cut_out(image: Array, quad: Array) -> Array:
    """The part of `image` under `quad`, its first side turned to the top."""
    import cv2
    import numpy as np

    lengths, _ = _edges(quad[None])
    width, height = (max(1, round(float(max(lengths[0, side], lengths[0, side + 2])))) for side in (0, 1))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(np.ascontiguousarray(quad, dtype=np.float32), corners)
    cut: Array = cv2.warpPerspective(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return cut


def reading_order(quads: Array, angle: float) -> list[int]:
    """Indices of the quads, line after line from the top, for print that runs along `angle`.

    A quad joins the line above it as long as its middle lies within the line's first quad's middle half.
    """
    import numpy as np

    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    upright = np.stack([quads[..., 0] * cos + quads[..., 1] * sin, quads[..., 1] * cos - quads[..., 0] * sin], axis=-1)
    top, bottom = upright[..., 1].min(axis=1), upright[..., 1].max(axis=1)
    left, middle = upright[..., 0].min(axis=1), (top + bottom) / 2
    lines: list[list[int]] = []
    for index in map(int, middle.argsort(kind="stable")):
        first = lines[-1][0] if lines else index
        if not lines or middle[index] - middle[first] > (bottom[first] - top[first]) / 4:
            lines.append([])
        lines[-1].append(index)
    return [index for line in lines for index in sorted(line, key=lambda i: float(left[i]))]
