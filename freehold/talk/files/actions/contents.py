"""
What a file really is, by its content: names and what a browser claims count for nothing.

Only known kinds come in; programs, installers and documents with macros stay out.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext_lazy as _

from freehold.kit.refusals import Invalid
from freehold.kit.settings import current

_HEAD = 8192
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe")

IMAGES = {"image/png", "image/jpeg", "image/webp", "image/gif"}
#: kinds a browser may show in the page; everything else is a download
INLINE = IMAGES | {"application/pdf"}
_MEDIA = {
    "audio/mpeg", "audio/wav", "audio/wave", "audio/x-wav", "audio/ogg", "audio/flac", "audio/x-flac", "audio/mp4",
    "audio/aac", "audio/x-m4a", "audio/midi", "video/mp4", "video/webm", "video/quicktime", "video/x-matroska",
    "video/x-msvideo", "video/avi", "video/ogg", "video/mpeg", "application/ogg",
}  # fmt: skip
_OTHER = {
    "application/pdf", "application/zip", "application/gzip", "application/x-gzip", "application/x-7z-compressed",
    "application/x-tar", "application/postscript", "application/rtf", "text/rtf", "image/tiff", "image/bmp",
    "image/avif", "image/heic", "image/vnd.adobe.photoshop", "image/x-photoshop", "application/x-photoshop",
    "font/ttf", "font/otf", "font/woff", "font/woff2", "application/font-woff", "application/x-font-ttf",
}  # fmt: skip
_OOXML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"dex\n")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileRefused(Invalid):
    """A file that cannot be taken, and why."""

    title = _("This file cannot be taken")
    sentence = _("This file cannot be taken. Nothing was saved.")


@dataclass(frozen=True)
class Rules:
    """
    What a purpose accepts.

    :ivar images_only: nothing but pictures a browser can show
    :ivar redraw: pictures are drawn anew, so that nothing hidden in them (place, camera, comments) is published
    :ivar square: cut to the middle square of at most this many pixels
    :ivar least: smallest width and height
    """

    images_only: bool = False
    redraw: bool = False
    square: int = 0
    least: int = 0


#: purposes with rules of their own; anything else is a work file, kept byte for byte
PURPOSES: dict[str, Rules] = {
    "photo": Rules(images_only=True, redraw=True, square=640, least=250),
    "logo": Rules(images_only=True, redraw=True),
    "portfolio": Rules(redraw=True),
    "post": Rules(redraw=True),
}


def rules(purpose: str) -> Rules:
    return PURPOSES.get(purpose, Rules())


def limit_mb(purpose: str, *, image: bool = False) -> int:
    """Megabytes one file of a purpose may have."""
    settings = current()
    if rules(purpose).images_only or (image and rules(purpose).redraw):
        return settings.files.image_mb
    return settings.job.attachment_mb if purpose == "post" else settings.files.upload_mb


def check_size(size: int, purpose: str, *, image: bool = False) -> None:
    """:raises FileRefused: when there is nothing in it, or too much"""
    if size <= 0:
        raise FileRefused(_("This file is empty. Choose it again, or another one."))
    most = limit_mb(purpose, image=image)
    if size > most * 1_000_000:
        raise FileRefused(_("This file is larger than %(most)s MB. Make it smaller or share it in parts."), most=most)


def detect(content: BinaryIO, purpose: str) -> str:
    """
    Say what a file is.

    :returns: its media type
    :raises FileRefused: for kinds the purpose does not take
    """
    content.seek(0)
    head = content.read(_HEAD)
    kind = _kind(head, content)
    if rules(purpose).images_only and kind not in IMAGES:
        raise FileRefused(_("A picture must be a PNG, JPEG or WebP file; this one is something else."))
    return kind


def _kind(head: bytes, content: BinaryIO) -> str:
    if head.startswith(_PROGRAMS):
        raise FileRefused(_("Programs and installers are not taken. Pack source files into a ZIP archive instead."))
    if head.startswith(_OLE):
        raise FileRefused(_("Old Office files can carry macros. Save it as DOCX, XLSX, PPTX or PDF and try again."))
    if head.startswith(b"PK"):
        return _archive(content)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    for found in _magic(head):
        if found in IMAGES | _MEDIA | _OTHER:
            return found
    return _text(head)


def _magic(head: bytes) -> list[str]:
    """Media types the first bytes speak for, the surest first."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ["image/webp"]
    if head[4:8] == b"ftyp":
        return ["video/quicktime" if head[8:12] == b"qt  " else _ISO.get(head[8:12], "video/mp4")]
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError, IndexError):
        return []
    return [m.mime_type for m in found if m.mime_type and len(m.byte_match) >= 3]


_ISO = {
    b"avif": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic",
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
}  # fmt: skip


def _text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    try:
        # The last character may be cut in two.
        words = head.decode() if len(head) < _HEAD else head[:-4].decode(errors="ignore")
    except UnicodeDecodeError:
        words = "\x00"
    if "\x00" in words or words.count("\ufffd"):
        raise FileRefused(
            _("We do not know this kind of file. Pictures, PDF, text, Office, sound, video and ZIP files are welcome.")
        )
    if b"<svg" in start[:2048]:
        return "image/svg+xml"
    if any(mark in start[:2048] for mark in _MARKUP):
        return "text/html"
    return "text/plain"


def _archive(content: BinaryIO) -> str:
    """A ZIP archive, or one of the documents that are one inside."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as packed:
            entries = packed.infolist()
            names = [e.filename for e in entries]
            kind = packed.read("mimetype")[:100].decode("ascii", "ignore") if "mimetype" in names[:1] else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise FileRefused(_("This archive is damaged. Pack it again and try once more.")) from None
    _check_unpacked(entries)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise FileRefused(_("This document carries macros. Save it without them and try again."))
    if "[Content_Types].xml" in names:
        for folder, media_type in _OOXML.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    if any(name.startswith("META-INF/MANIFEST.MF") or name == "AndroidManifest.xml" for name in names):
        raise FileRefused(_("Programs and installers are not taken. Pack source files into a ZIP archive instead."))
    if kind.startswith(("application/vnd.oasis.opendocument.", "application/epub+zip")):
        return kind
    return "application/zip"


def _check_unpacked(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would unpack to far more than it seems."""
    unpacked = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries) or 1
    most = current().files.unpacked_mb * 1_000_000
    swells = unpacked > 50_000_000 and unpacked / packed > 100
    overlaps = len({e.header_offset for e in entries}) != len(entries)
    if unpacked > most or swells or overlaps or len(entries) > 20_000:
        raise FileRefused(_("This archive unpacks to far too much. Send what matters in smaller parts."))
