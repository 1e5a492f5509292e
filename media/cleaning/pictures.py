"""Picture files without anything that is not their picture, pixels untouched.

Files of pictures hold far more than pixels: place and camera (EXIF), the author's name and what
other programs wrote (XMP, IPTC, Photoshop), a thumbnail made before the picture was cropped, a
second picture after the end of the first, remains of a longer file that was overwritten. Each
function keeps what a reader of the format needs to show the same picture, in the order it stands,
and drops everything else, known or not.

Sources: ISO/IEC 10918-1 annex B and JFIF 1.02 (JPEG), PNG 3rd edition, GIF89a, RFC 9649 (WebP),
ISO/IEC 15444-1 annex I (JPEG 2000).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE = b"\xff\xd8\xff"
# The first draw the picture, the others give its colours and its size on paper.
_PNG_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_PNG_KEPT = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"iCCP", b"sBIT", b"pHYs"}
# The format says the length of these: what is longer holds something else.
_PNG_LENGTHS = {
    b"IEND": 0,
    b"sRGB": 1,
    b"gAMA": 4,
    b"cICP": 4,
    b"sBIT": 4,
    b"pHYs": 9,
    b"cHRM": 32,
    b"IHDR": 13,
    b"tRNS": 256,
    b"PLTE": 768,
}
_PNG_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
_LARGEST_PROFILE = 4 * 1024 * 1024

_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_EXIF, _ICC, _ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"


def bare(content: bytes) -> bytes:
    """Returns the same picture without metadata; what is in none of these formats, or is too
    damaged to be followed, is given back as it came."""
    for signature, strip in _BY_SIGNATURE.items():
        if content.startswith(signature):
            try:
                return strip(content)
            except (IndexError, ValueError, struct.error, zlib.error):
                return content
    return content


# --- PNG ---


def is_animated_png(content: bytes) -> bool:
    """Says whether it is an APNG, in which some readers show other pictures than others do."""
    return content.startswith(PNG_SIGNATURE) and any(
        kind == b"acTL" for kind, _, _ in _chunks(content)
    )


def bare_png(content: bytes, *, with_exif: bool = False) -> bytes:
    """Returns the picture. An ancillary chunk that is damaged or swells is dropped, for the picture
    is whole without it; a critical one is kept as it is, so that whoever decodes it says that it is
    damaged. `with_exif` keeps the chunk that says which side is up.

    `with_exif` keeps the chunk that says which side is up.
    """
    kept = [PNG_SIGNATURE]
    for kind, data, whole in _chunks(content):
        is_sound = zlib.crc32(kind + data) == int.from_bytes(whole[-4:], "big")
        if (
            kind in _PNG_CRITICAL
            or kind in _PNG_ANIMATION
            or (with_exif and kind == b"eXIf" and is_sound)
            or (kind in _PNG_KEPT and is_sound and (kind != b"iCCP" or _profile_unpacks(data)))
        ):
            most = _PNG_LENGTHS.get(kind, len(data))
            if kind == b"iCCP":  # its name is free text; it needs one, of a letter at least
                kept.append(_chunk(kind, b"icc\0" + data.partition(b"\0")[2]))
            else:
                kept.append(whole if len(data) <= most else _chunk(kind, data[:most]))
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yields `(kind, data, whole chunk)` up to the end of the picture; nothing after it belongs to
    it."""
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + size
        yield kind, content[at + 8 : end - 4], content[at:end]
        if kind == b"IEND":
            return
        at = end
    # The file is cut short: what remains cannot be a chunk.


def _profile_unpacks(data: bytes) -> bool:
    _, _, packed = data.partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed[1:], _LARGEST_PROFILE)
    except zlib.error:
        return False
    return unpacking.eof


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


# --- JPEG ---


def bare_jpeg(content: bytes) -> bytes:
    """Returns the picture up to the end of the first one. Of EXIF, only the side that is up is
    written anew. Raises ValueError for what is damaged."""
    kept = [content[:2]]
    orientation = 1
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("not a marker")
        marker = content[at + 1]
        if marker == 0xFF:  # it is a fill byte
            at += 1
            continue
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            break
        if marker in _STANDALONE:
            kept.append(content[at : at + 2])
            at += 2
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        data = content[at + 4 : end]
        if marker == 0xE1 and data.startswith(_EXIF) and orientation == 1:
            orientation = _orientation(data[len(_EXIF) :])
        kept.append(_jpeg_segment(marker, data, content[at:end]))
        at = end
        if marker == 0xDA:
            at = _end_of_scan(content, end)
            kept.append(content[end:at])
            if at == len(content):  # it is cut short, and stays so: whoever reads it says it
                break
    if orientation != 1:
        kept.insert(1, _upright(orientation))
    return b"".join(kept)


def _jpeg_segment(marker: int, data: bytes, whole: bytes) -> bytes:
    if marker == 0xE0:
        if data.startswith(b"JFIF\0") and len(data) >= 14:
            return b"\xff\xe0\x00\x10" + data[:12] + b"\0\0"  # the thumbnail is left out
        return b""
    if marker == 0xEE:
        is_adobe = data.startswith(_ADOBE) and len(data) >= 12
        return b"\xff\xee\x00\x0e" + data[:12] if is_adobe else b""
    if marker == 0xE2:
        return whole if data.startswith(_ICC) else b""
    return whole if 0xC0 <= marker <= 0xDD else b""


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _end_of_scan(content: bytes, start: int) -> int:
    found = _MARKER.search(content, start)
    return found.start() if found else len(content)


def _orientation(tiff: bytes) -> int:
    """Returns tag 0x0112 of the first directory; 1, upright, where there is none or it is
    damaged."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for entry in range(first + 2, first + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == 0x0112 and kind == 3:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _upright(orientation: int) -> bytes:
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


# --- GIF ---


def bare_gif(content: bytes) -> bytes:
    """Returns frames and their timing; no comment, no text, no block of an application but the one
    that says how often to play. Raises ValueError for what is damaged."""
    at = 13 + _palette(content[10])
    kept = [content[:at]]
    while content[at] != 0x3B:
        start = at
        if content[at] == 0x2C:
            at = _after_blocks(content, at + 11 + _palette(content[at + 9]))
            kept.append(content[start:at])
        elif content[at] == 0x21:
            label = content[at + 1]
            at = _after_blocks(content, at + 2)
            is_loop = content[start + 3 : start + 14] in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
            if label == 0xF9 or (label == 0xFF and is_loop):
                kept.append(_first_blocks(content[start:at], 1 if label == 0xF9 else 2))
        else:
            raise ValueError("not a block")
    return b"".join([*kept, b"\x3b"])


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _first_blocks(extension: bytes, number: int) -> bytes:
    """Returns an extension with no more blocks than it needs, each as long as it must be: 11 bytes
    to name an application, 4 of timing, 3 of how often."""
    kept, at = extension[:2], 2
    for _ in range(number):
        size = extension[at]
        needed = min(size, 11 if number == 2 and at == 2 else 4 if number == 1 else 3)
        kept += bytes([needed]) + extension[at + 1 : at + 1 + needed]
        if not size:
            return kept
        at += size + 1
    return kept + b"\0"


def _after_blocks(content: bytes, at: int) -> int:
    while size := content[at]:
        at += size + 1
    return at + 1


# --- WebP ---

_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_WEBP_HAS_METADATA = 0b0000_1100  # the flags say that there are EXIF and XMP


def bare_webp(content: bytes) -> bytes:
    """Returns the chunks that draw, without EXIF and XMP. Raises ValueError for another RIFF."""
    if content[8:12] != b"WEBP":
        raise ValueError("another RIFF")
    end = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    kept = []
    at = 12
    while at + 8 <= end:
        kind, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        after = at + 8 + size + size % 2
        if kind == b"VP8X":
            flags = content[at + 8] & ~_WEBP_HAS_METADATA
            kept.append(content[at : at + 8] + bytes([flags]) + content[at + 9 : after])
        elif kind == b"ANMF":  # sixteen bytes give place and timing, and chunks of its own follow
            frame = content[at + 8 : at + 24] + _frame(content[at + 24 : at + 8 + size])
            kept.append(kind + struct.pack("<I", len(frame)) + frame)
        elif kind in _WEBP_KEPT:
            kept.append(content[at:after])
        at = after
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _frame(chunks: bytes) -> bytes:
    kept, at = b"", 0
    while at + 8 <= len(chunks):
        size = int.from_bytes(chunks[at + 4 : at + 8], "little")
        after = at + 8 + size + size % 2
        if chunks[at : at + 4] in (b"ALPH", b"VP8 ", b"VP8L"):
            kept += chunks[at:after].ljust(after - at, b"\0")
        at = after
    return kept


# --- JPEG 2000 ---

JP2_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_JP2_DESCRIPTIONS = {b"uuid", b"xml ", b"uinf", b"jp2i"}


def bare_jp2(content: bytes) -> bytes:
    """Returns the boxes that draw, as PDFs hold them, without those that describe. Raises
    ValueError for what is damaged."""
    kept = []
    at = 0
    while at < len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, at + 8)
        end = at + size if size else len(content)
        if end <= at or end > len(content):
            raise ValueError("not a box")
        if kind not in _JP2_DESCRIPTIONS:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


_BY_SIGNATURE: dict[bytes, Callable[[bytes], bytes]] = {
    PNG_SIGNATURE: bare_png,
    JPEG_SIGNATURE: bare_jpeg,
    b"GIF8": bare_gif,
    b"RIFF": bare_webp,
    JP2_SIGNATURE: bare_jp2,
}
