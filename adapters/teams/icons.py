"""The bot's icons for Teams, drawn here: three rising bars; as PNG, the same bytes every time. Pure."""

import struct
import zlib

COLOR_SIZE, OUTLINE_SIZE = 192, 32
_BACKGROUND = (15, 108, 189, 255)
_WHITE = (255, 255, 255, 255)
_CLEAR = (255, 255, 255, 0)
# Left, top, right and bottom of each bar, in 32nds of the icon.
_BARS = ((7, 18, 12, 26), (14, 12, 19, 26), (21, 6, 26, 26))
_GRID = 32

Pixel = tuple[int, int, int, int]


def color_icon() -> bytes:
    """Return the icon in colours, 192 by 192 pixels."""
    return _draw(COLOR_SIZE, _BACKGROUND)


def outline_icon() -> bytes:
    """Return the icon in white on nothing, 32 by 32 pixels."""
    return _draw(OUTLINE_SIZE, _CLEAR)


def _draw(size: int, background: Pixel) -> bytes:
    rows = (
        b"\0" + b"".join(bytes(_WHITE if _in_bar(x, y, size) else background) for x in range(size)) for y in range(size)
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _in_bar(x: int, y: int, size: int) -> bool:
    across, down = x * _GRID // size, y * _GRID // size
    return any(left <= across < right and top <= down < bottom for left, top, right, bottom in _BARS)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
