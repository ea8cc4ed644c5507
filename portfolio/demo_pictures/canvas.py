"""The paint: filled and shaded shapes, strokes, soft light and shadow, and the finish of a print.

Here: how paint goes on. Not here: what is painted (the modules named after places).
Everything is drawn at twice the wanted size and brought back at the end, for smooth edges.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import shake_128

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

from portfolio.demo_pictures.shapes import Point, Points, moved, oval

WIDTH, HEIGHT = 1600, 1200
FINER = 2


class Canvas:
    """A plane of 1600 by 1200 on which one picture is painted, whatever its size in pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Make an empty plane that covers ``size`` pixels."""
        self.size = size
        self.scale = FINER * max(size[0] / WIDTH, size[1] / HEIGHT)
        pixels = (round(WIDTH * self.scale), round(HEIGHT * self.scale))
        self.image = Image.new("RGB", pixels, "#fbf1df")

    def fill(self, points: Points, colour: str, alpha: float = 1.0) -> None:
        """Fill a shape with one colour."""
        if alpha >= 1:
            ImageDraw.Draw(self.image).polygon(self._pixels(points), fill=colour)
            return
        mask, corner = self._mask(points)
        self._paste(Image.new("RGB", mask.size, colour), mask, corner, alpha)

    def shade(self, points: Points, top: str, bottom: str) -> None:
        """Fill a shape with a colour that runs from top to bottom."""
        mask, corner = self._mask(points)
        ramp = Image.linear_gradient("L").resize((1, mask.height)).resize(mask.size)
        ends = (Image.new("RGB", mask.size, bottom), Image.new("RGB", mask.size, top))
        self._paste(Image.composite(*ends, ramp), mask, corner)

    def stroke(self, points: Points, colour: str, width: float, alpha: float = 1.0) -> None:
        """Draw a line with round ends."""
        if alpha < 1:
            with self.glass(alpha):
                self.stroke(points, colour, width)
            return
        draw = ImageDraw.Draw(self.image)
        wide = max(1, round(width * self.scale))
        pixels = self._pixels(points)
        draw.line(pixels, fill=colour, width=wide, joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            r = wide / 2
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def soft(self, points: Points, colour: str, blur: float, alpha: float = 1.0) -> None:
        """Fill a shape that has no edge: light, steam, or a shadow."""
        coarse = self.scale / 8
        small = (round(WIDTH * coarse), round(HEIGHT * coarse))
        mask = Image.new("L", small)
        ImageDraw.Draw(mask).polygon([(x * coarse, y * coarse) for x, y in points], fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(blur * coarse))
        box = mask.getbbox()
        if box is None:
            return
        part = mask.crop(box)
        part = part.resize((part.width * 8, part.height * 8), Image.Resampling.BILINEAR)
        self._paste(Image.new("RGB", part.size, colour), part, (box[0] * 8, box[1] * 8), alpha)

    def shadow(self, points: Points, drop: Point = (14, 22), blur: float = 22) -> None:
        """Lay the shadow of a shape, before the shape itself is painted."""
        self.soft(moved(points, *drop), "#3a2418", blur, 0.34)

    def ground(self, x: float, y: float, reach: float) -> None:
        """Lay the flat shadow of a thing that stands at this place."""
        self.soft(oval(x, y, reach, reach * 0.12), "#3a2418", 14, 0.42)

    @contextmanager
    def inside(self, points: Points) -> Iterator[None]:
        """Keep all paint of this block within a shape."""
        mask, corner = self._mask(points)
        area = (*corner, corner[0] + mask.width, corner[1] + mask.height)
        before = self.image.copy()
        yield
        before.paste(self.image.crop(area), corner, mask)
        self.image = before

    @contextmanager
    def glass(self, alpha: float) -> Iterator[None]:
        """Make all paint of this block see-through."""
        before = self.image.copy()
        yield
        self.image = Image.blend(before, self.image, alpha)

    def finish(self, seed: str) -> Image.Image:
        """Return the picture at its size, with darker edges, warm light and a little grain."""
        width, height = self.size
        image = self.image.reduce(FINER)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        image = image.crop((left, top, left + width, top + height))
        edge = Image.radial_gradient("L").resize(self.size)
        edge = edge.point([255 - max(0, value - 90) // 4 for value in range(256)])
        image = ImageChops.multiply(image, Image.merge("RGB", (edge, edge, edge)))
        noise = Image.frombytes("L", self.size, shake_128(seed.encode()).digest(width * height))
        noise = noise.point([121 + value * 14 // 255 for value in range(256)])
        return ImageChops.overlay(image, Image.merge("RGB", (noise, noise, noise)))

    def _pixels(self, points: Points) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _mask(self, points: Points) -> tuple[Image.Image, tuple[int, int]]:
        pixels = self._pixels(points)
        left, top = (int(max(0, min(p[i] for p in pixels))) for i in (0, 1))
        right, low = (int(min(self.image.size[i], max(p[i] for p in pixels) + 1)) for i in (0, 1))
        mask = Image.new("L", (max(1, right - left), max(1, low - top)))
        shifted = [(x - left, y - top) for x, y in pixels]
        ImageDraw.Draw(mask).polygon(shifted, fill=255)
        return mask, (left, top)

    def _paste(
        self, paint: Image.Image, mask: Image.Image, corner: tuple[int, int], alpha: float = 1.0
    ) -> None:
        if alpha < 1:
            mask = mask.point([round(value * alpha) for value in range(256)])
        self.image.paste(paint, corner, mask)


def mixed(one: str, other: str, part: float) -> str:
    """Return the colour that lies ``part`` of the way from one to the other."""
    a, b = ImageColor.getrgb(one), ImageColor.getrgb(other)
    return "#" + "".join(f"{round(x + (y - x) * part):02x}" for x, y in zip(a, b, strict=False))
