"""Uploads of every kind."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(width: int = 300, height: int = 260, kind: str = "PNG", name: str = "picture.png", **save: Any) -> Any:
    out = io.BytesIO()
    image = Image.new("RGB", (width, height), (138, 31, 82))
    for x in range(0, width, 17):
        image.putpixel((x, x % height), (250, 248, 244))
    image.save(out, kind, **save)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/octet-stream")


def phone_photo(name: str = "IMG_0001.jpg") -> Any:
    """A JPEG with a place and a camera in it."""
    exif = Image.Exif()
    exif[0x010F] = "Cameramaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (55.0, 58.0, 0.0)
    return picture(800, 600, "JPEG", name, exif=exif)


def text(content: str = "Hello there.\n", name: str = "note.txt") -> Any:
    return SimpleUploadedFile(name, content.encode(), content_type="text/plain")


def upload(content: bytes, name: str, content_type: str = "application/octet-stream") -> Any:
    return SimpleUploadedFile(name, content, content_type=content_type)


def archive(entries: dict[str, bytes], name: str = "things.zip") -> Any:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry, content in entries.items():
            packed.writestr(entry, content)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/zip")
