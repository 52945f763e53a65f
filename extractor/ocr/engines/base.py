"""Owns the contract of an OCR engine: pixels in, regions out. A third party's engine subclasses `Engine`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from extractor.geometry import Box
from extractor.ocr.language import Language
from extractor.ocr.result import OcrRegion, OcrResult

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Reading:
    """What one call of an engine gives. Bounds are in the pixels of the image that was passed.

    rotation, skew: how the print lies on that image, as in `OcrPage`; only from engines that set `Engine.finds_rotation`.
    """

    regions: tuple[OcrRegion, ...]
    truncated: bool = False
    warnings: tuple[str, ...] = ()
    rotation: int = 0
    skew: float = 0.0


class Engine(ABC):
    """An OCR engine. Constructing one is cheap; models are loaded by the first `read`. Options are keyword arguments."""

    name: ClassVar[str]
    """The name that users select it by, the same as its entry point."""

    languages: ClassVar[frozenset[Language]]
    """What it can read."""

    finds_rotation: ClassVar[bool] = False
    """Whether `read` takes turned and skewed print as it is and says in its `Reading` how it lies. Other engines get pages set upright."""

    @classmethod
    @abstractmethod
    def missing(cls) -> str | None:
        """What has to be installed or set before it can run on this machine, as a sentence; None where nothing is missing."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Version of the engine (and of its models where they differ), part of the cache's key."""

    @property
    def settings(self) -> str:
        """Whatever else changes what it reads, as a short stable text, part of the cache's key."""
        return ""

    @abstractmethod
    def read(self, image: Image, languages: tuple[Language, ...]) -> Reading:
        """Reads an upright RGB or L image. Raises EngineUnavailable, UnsupportedLanguage, RecognitionFailed."""

    def orientation(self, image: Image) -> int:
        """By how many degrees clockwise (0, 90, 180, 270) the print on `image` is turned. Not asked where `finds_rotation` is set."""
        return 0

    def recorded(self) -> OcrResult | None:
        """A whole result that this engine gives without reading pixels; None for an engine that reads."""
        return None

    def close(self) -> None:  # noqa: B027  most engines hold nothing that must be freed
        """Frees models and child processes; the engine may start them again at the next `read`."""


class Found(Protocol):
    """The print that an engine found on an image, in reading order. rotation, skew: how it lies, as in `Reading`."""

    @property
    def rotation(self) -> int: ...
    @property
    def skew(self) -> float: ...
    def __len__(self) -> int: ...
    def bounds(self, index: int) -> Box:
        """The box around a piece of it, in the pixels of the image."""
        ...


@runtime_checkable
class FindsFirst(Protocol):
    """What an `Engine` offers beside `read`, if finding print costs it less than reading: then a document can be read in part.

    `read` must give the same as `pick` of all that `find` finds. Both raise as `read`.
    """

    def find(self, image: Image, languages: tuple[Language, ...], *, sparing: bool = False) -> Found:
        """Finds all print on an image as `read` takes it. sparing: little of it will be read."""
        ...

    def pick(self, found: Any, indices: Iterable[int], languages: tuple[Language, ...]) -> list[OcrRegion | None]:
        """Reads some of what its `find` found; None for what is no text. What was read before costs nothing."""
        ...
