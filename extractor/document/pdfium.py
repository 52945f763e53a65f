"""Owns the calls into pdfium that are made for each character and each object of a page.

They are pdfium's own functions as pypdfium2 has bound them. What differs is that handles and addresses are plain integers: ctypes
makes no pointer object a call, which takes longer than most of these calls themselves.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

Handle = int
"""The address of something of pdfium's; 0 where there is none."""

_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "FPDFText_GetUnicode": (ctypes.c_uint, (_HANDLE, _INT)),
    "FPDFText_HasUnicodeMapError": (_INT, (_HANDLE, _INT)),
    "FPDFText_GetLooseCharBox": (_INT, (_HANDLE, _INT, _HANDLE)),
    "FPDFText_GetTextObject": (_HANDLE, (_HANDLE, _INT)),
    "FPDFPage_GetObject": (_HANDLE, (_HANDLE, _INT)),
    "FPDFFormObj_GetObject": (_HANDLE, (_HANDLE, ctypes.c_ulong)),
    "FPDFPageObj_GetType": (_INT, (_HANDLE,)),
    "FPDFTextObj_GetTextRenderMode": (_INT, (_HANDLE,)),
    "FPDFPath_CountSegments": (_INT, (_HANDLE,)),
    "FPDFPageObj_GetBounds": (_INT, (_HANDLE,) * 5),
}


@cache
def call(name: str) -> Callable[..., int]:
    """A function of pdfium, called with integers for handles; a handle that is null comes back as None."""
    from pypdfium2 import raw

    bound = getattr(raw, name)
    function = type(bound)(ctypes.cast(bound, ctypes.c_void_p).value)  # of its own, so that the types below are no one else's
    function.restype, function.argtypes = _SIGNATURES[name]
    found: Callable[..., int] = function
    return found


def handle(pointer: Any) -> Handle:
    """The handle of what pypdfium2 gives as a pointer or as an object of its own."""
    return ctypes.cast(getattr(pointer, "_as_parameter_", pointer), ctypes.c_void_p).value or 0
