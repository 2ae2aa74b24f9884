"""Pictures: looked at by decoding them, drawn anew where they are published, and made small for lists."""

from __future__ import annotations

import io
import warnings
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from freehold.kit.settings import current
from freehold.talk.files.actions.contents import FileRefused, Rules

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
_MODES = {"1": "L", "P": "RGBA", "LA": "RGBA", "PA": "RGBA", "CMYK": "RGB", "YCbCr": "RGB", "I": "L", "F": "L"}
#: longest edge of a published picture, and of its small version
LARGE, THUMB, PORTRAIT_THUMB = 2400, 640, 192


class Drawn:
    """
    What became of a picture.

    :ivar content: new bytes, or None when the original is kept
    :ivar thumb: the small WebP version
    """

    def __init__(self, width: int, height: int, thumb: bytes, content: bytes | None, media_type: str) -> None:
        self.width, self.height, self.thumb = width, height, thumb
        self.content, self.media_type = content, media_type


def draw(content: BinaryIO, media_type: str, rules: Rules) -> Drawn:
    """
    Decode a picture, make its small version and, where it will be published, a clean copy.

    :raises FileRefused: when it cannot be decoded, or has too few or too many pixels
    """
    content.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(content, formats=[_FORMATS[media_type]]) as opened:
                _check_pixels(opened.size, rules)
                opened.load()
                picture = _upright(opened)
        except FileRefused:
            raise
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            raise FileRefused(_("This picture is damaged or not a picture at all. Choose another one.")) from None
    return _finish(picture, media_type, rules)


def _check_pixels(size: tuple[int, int], rules: Rules) -> None:
    width, height = size
    most = current().files.image_megapixels
    if width * height > most * 1_000_000:
        raise FileRefused(_("This picture has more than %(most)s million pixels. Make it smaller first."), most=most)
    if min(width, height) < rules.least:
        raise FileRefused(
            _("This picture is too small: it needs at least %(least)s × %(least)s pixels."), least=rules.least
        )


def _upright(opened: Image.Image) -> Image.Image:
    picture = ImageOps.exif_transpose(opened)
    if picture.mode in ("P", "L", "RGB") and "transparency" in picture.info:
        return picture.convert("RGBA")
    mode = "L" if picture.mode.startswith("I;16") else _MODES.get(picture.mode, picture.mode)
    return picture.convert(mode) if mode != picture.mode else picture.copy()


def _finish(picture: Image.Image, media_type: str, rules: Rules) -> Drawn:
    clean: bytes | None = None
    if rules.square:
        edge = min(rules.square, *picture.size)
        picture = ImageOps.fit(picture, (edge, edge), Image.Resampling.LANCZOS)
    elif rules.redraw:
        picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    width, height = picture.size
    if rules.redraw:
        media_type = {"image/gif": "image/png"}.get(media_type, media_type)
        clean = _bytes(picture, _FORMATS[media_type])
    small = picture
    small.thumbnail((PORTRAIT_THUMB,) * 2 if rules.square else (THUMB, THUMB), Image.Resampling.LANCZOS)
    return Drawn(width, height, _bytes(small, "WEBP"), clean, media_type)


def _bytes(picture: Image.Image, kind: str) -> bytes:
    """Pixels only: a picture copied into a new one carries no metadata with it."""
    if kind == "JPEG" and picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    out = io.BytesIO()
    terms: dict[str, Any] = {"JPEG": {"quality": 88}, "WEBP": {"quality": 84, "method": 3}}.get(kind, {})
    bare.save(out, kind, **terms)
    return out.getvalue()
