"""The drawn photos of the example: fourteen pictures, painted anew from points and colours.

Here: the list of pictures and the one way to ask for one. Nothing outside the example may
import this; photos of people never come near it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PIL import Image

from portfolio.demo_pictures import desk, home, kitchen, learning, outside, town
from portfolio.demo_pictures.canvas import Canvas

_SCENES: Mapping[str, Callable[[Canvas], None]] = MappingProxyType(
    {
        "bread": kitchen.bread,
        "pot": kitchen.pot,
        "market": town.market,
        "bicycle": town.bicycle,
        "classroom": learning.classroom,
        "library": learning.library,
        "tea": kitchen.tea,
        "garden": outside.garden,
        "sewing": home.sewing,
        "laptop": desk.laptop,
        "certificate": desk.certificate,
        "train": outside.train,
        "house": home.house,
        "football": outside.football,
    }
)

NAMES: tuple[str, ...] = tuple(_SCENES)


def picture(name: str, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Paint the picture of that name in RGB; the same name and size give the same pixels.

    Another shape than four by three cuts off the edges. KeyError for a name not in ``NAMES``.
    """
    canvas = Canvas(size)
    _SCENES[name](canvas)
    return canvas.finish(name)
