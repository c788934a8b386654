"""A picture on the clipboard. It may take a moment, so this belongs on a worker thread.

On Windows and macOS Pillow asks the system. On X11 its way needs programs that may not be there,
and Tk refuses pictures over 400 KB ("selection property too large") or waits ten seconds for those
that come in pieces. So this asks the X server over a connection of its own, through the library
that Tk itself needs (ICCCM 2.4 and 2.7.2).
"""

import ctypes
import ctypes.util
import io
import logging
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)

PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff")
PATIENCE_SECONDS = 3.0
LARGEST_BYTES = 256 * 1024 * 1024

_PROPERTY_NOTIFY, _SELECTION_NOTIFY = 28, 31
_PROPERTY_CHANGE_MASK = 1 << 22
_NEW_VALUE = 0
_WHOLE = 0x1FFFFFFF
_ATOM_TYPE = 4


class _SelectionEvent(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("requestor", ctypes.c_ulong),
        ("selection", ctypes.c_ulong),
        ("target", ctypes.c_ulong),
        ("property", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
    ]


class _PropertyEvent(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("atom", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("state", ctypes.c_int),
    ]


class _Event(ctypes.Union):
    _fields_ = [
        ("type", ctypes.c_int),
        ("selection", _SelectionEvent),
        ("property", _PropertyEvent),
        ("pad", ctypes.c_long * 24),
    ]


def read_picture() -> bytes:
    """The picture on the clipboard as the bytes of an image file; empty if there is none."""
    return _from_x11() if sys.platform.startswith("linux") else _from_system()


def _from_system() -> bytes:
    from PIL import Image, ImageGrab

    try:
        found = ImageGrab.grabclipboard()
    except (OSError, NotImplementedError) as error:
        log.warning("The clipboard cannot be read: %s", error)
        return b""
    buffer = io.BytesIO()
    if isinstance(found, Image.Image):
        found.save(buffer, "PNG")
    return buffer.getvalue()


def _from_x11() -> bytes:
    name = ctypes.util.find_library("X11")
    if name is None:
        return b""
    with _connection(ctypes.CDLL(name)) as clipboard:
        if clipboard is None:
            return b""
        offered = clipboard.offered()
        kind = next((kind for kind in PICTURE_TYPES if kind in offered), None)
        return clipboard.read(kind)[0] if kind is not None else b""


@contextmanager
def _connection(x11: Any) -> Iterator["_Clipboard | None"]:
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        yield None
        return
    try:
        yield _Clipboard(x11, ctypes.c_void_p(display))
    finally:
        x11.XCloseDisplay(ctypes.c_void_p(display))


class _Clipboard:
    def __init__(self, x11: Any, display: ctypes.c_void_p) -> None:
        self._x11, self._display = x11, display
        for name in ("XDefaultRootWindow", "XCreateSimpleWindow", "XInternAtom"):
            getattr(x11, name).restype = ctypes.c_ulong
        root = x11.XDefaultRootWindow(display)
        self._window = ctypes.c_ulong(
            x11.XCreateSimpleWindow(display, ctypes.c_ulong(root), 0, 0, 1, 1, 0, 0, 0)
        )
        x11.XSelectInput(display, self._window, ctypes.c_long(_PROPERTY_CHANGE_MASK))
        self._place = self._atom("PRODUCT_CLASSIFIER_CLIPBOARD")

    def offered(self) -> list[str]:
        """The kinds in which the clipboard's content can be had."""
        content, kind = self.read("TARGETS")
        if kind != _ATOM_TYPE:
            return []
        size = ctypes.sizeof(ctypes.c_ulong)
        atoms = [
            int.from_bytes(content[at : at + size], "little") for at in range(0, len(content), size)
        ]
        return [self._name(atom) for atom in atoms]

    def read(self, kind: str) -> tuple[bytes, int]:
        """The content in one kind, and the type it came in; empty if it cannot be had."""
        wanted = (self._atom("CLIPBOARD"), self._atom(kind), self._place)
        self._x11.XConvertSelection(
            self._display, *map(ctypes.c_ulong, wanted), self._window, ctypes.c_ulong(0)
        )
        event = self._wait(_SELECTION_NOTIFY)
        if event is None or not event.selection.property:
            return b"", 0
        content, type_ = self._take()
        if type_ == self._atom("INCR"):
            return b"".join(self._pieces()), self._atom(kind)
        return content, type_

    def _pieces(self) -> Iterator[bytes]:
        """A large content comes piece by piece, each when the one before was taken away."""
        total = 0
        while (event := self._wait(_PROPERTY_NOTIFY)) is not None and total < LARGEST_BYTES:
            if event.property.atom != self._place or event.property.state != _NEW_VALUE:
                continue
            piece, _ = self._take()
            if not piece:
                return
            total += len(piece)
            yield piece
        log.warning("The picture on the clipboard did not arrive as a whole.")

    def _wait(self, kind: int) -> _Event | None:
        ends = time.monotonic() + PATIENCE_SECONDS
        event = _Event()
        self._x11.XFlush(self._display)
        while time.monotonic() < ends:
            while self._x11.XPending(self._display):
                self._x11.XNextEvent(self._display, ctypes.byref(event))
                if event.type == kind:
                    return event
            select.select([self._x11.XConnectionNumber(self._display)], [], [], 0.1)
        return None

    def _take(self) -> tuple[bytes, int]:
        """Content and type of our property, which is taken away by that."""
        type_, format_ = ctypes.c_ulong(), ctypes.c_int()
        items, left = ctypes.c_ulong(), ctypes.c_ulong()
        data = ctypes.c_void_p()
        self._x11.XGetWindowProperty(
            self._display,
            self._window,
            ctypes.c_ulong(self._place),
            ctypes.c_long(0),
            ctypes.c_long(_WHOLE),
            1,
            ctypes.c_ulong(0),
            *map(ctypes.byref, (type_, format_, items, left, data)),
        )
        # Xlib gives 32-bit items as C longs, whatever their size here.
        size = {8: 1, 16: 2, 32: ctypes.sizeof(ctypes.c_ulong)}.get(format_.value, 0)
        content = ctypes.string_at(data, items.value * size) if data else b""
        if data:
            self._x11.XFree(data)
        return content, type_.value

    def _atom(self, name: str) -> int:
        return int(self._x11.XInternAtom(self._display, name.encode(), 0))

    def _name(self, atom: int) -> str:
        self._x11.XGetAtomName.restype = ctypes.c_void_p
        name = self._x11.XGetAtomName(self._display, ctypes.c_ulong(atom))
        if not name:
            return ""
        try:
            return ctypes.string_at(name).decode("latin-1")
        finally:
            self._x11.XFree(ctypes.c_void_p(name))
