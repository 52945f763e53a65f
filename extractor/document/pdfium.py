"""Owns the calls into pdfium that are made for each character and each object of a page.

They are pdfium's own functions as pypdfium2 has bound them. What differs is that ctypes makes no pointer object a call and converts
no argument, which takes longer than most of these calls themselves: addresses that come back are plain integers, and what is the
same for many calls (`reference`), or can be kept, is passed as the `c_void_p` that it is.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

Handle = int
"""The address of something of pdfium's; 0 where there is none."""

_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...] | None]] = {
    "FPDFText_GetUnicode": (ctypes.c_uint, None),
    "FPDFText_HasUnicodeMapError": (_INT, None),
    "FPDFText_GetLooseCharBox": (_INT, None),
    "FPDFText_GetTextObject": (_HANDLE, None),
    "FPDFPage_GetObject": (_HANDLE, None),
    "FPDFFormObj_GetObject": (_HANDLE, (_HANDLE, ctypes.c_ulong)),
    "FPDFPageObj_GetType": (_INT, (_HANDLE,)),
    "FPDFTextObj_GetTextRenderMode": (_INT, (_HANDLE,)),
    "FPDFPageObj_GetBounds": (_INT, (_HANDLE,) * 5),
    "FPDFPath_CountSegments": (_INT, (_HANDLE,)),
}
"""What comes back, and what is to be converted: nothing where references and small integers (an `int` of C) are passed."""


@cache
def call(name: str) -> Callable[..., int]:
    """A function of pdfium, called with references, or with handles where it takes those; a handle that is null comes back as None."""
    from pypdfium2 import raw

    bound = getattr(raw, name)
    function = type(bound)(ctypes.cast(bound, ctypes.c_void_p).value)  # of its own, so that the types below are no one else's
    function.restype, function.argtypes = _SIGNATURES[name]
    found: Callable[..., int] = function
    return found


def reference(pointer: Any) -> ctypes.c_void_p:
    """What pypdfium2 gives as a pointer or as an object of its own, or a handle, as an argument for `call`."""
    if isinstance(pointer, Handle):
        return ctypes.c_void_p(pointer)
    return ctypes.cast(getattr(pointer, "_as_parameter_", pointer), ctypes.c_void_p)


def pointer(item: Handle) -> Any:
    """An object of a page as pypdfium2's own functions want it."""
    from pypdfium2 import raw

    return ctypes.cast(item, raw.FPDF_PAGEOBJECT)
