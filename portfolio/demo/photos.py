"""The example's photos: painted, then made clean as any photo from a phone is.

They are our own, so they need no worker.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from portfolio.demo_pictures import picture
from portfolio.media.decoding.photo import clean_photo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio.media.intake import CleanPhoto

# As large as the sharpest phone shows; larger only takes longer to paint.
SIZE = (1080, 810)


def paint(names: Iterable[str]) -> dict[str, CleanPhoto]:
    """Paint these pictures, each once."""
    return {name: clean_photo(_as_file(name)) for name in sorted(set(names))}


def _as_file(name: str) -> bytes:
    file = io.BytesIO()
    picture(name, SIZE).save(file, "JPEG", quality=92)
    return file.getvalue()
