"""How much of everything is taken, and how much a worker may use."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

PHOTO_BYTES = 20 * MEGABYTE
PHOTO_PIXELS = 50_000_000
LARGE_SIDE = 1600
LARGE_BYTES = 250_000
SMALL_SIDE = 480

SOUND_BYTES = 10 * MEGABYTE
SOUND_SECONDS = 180
# A recorder stops a moment after it was told to.
SOUND_GRACE = 3

PAPER_BYTES = 10 * MEGABYTE
PAPER_PAGES = 50
PAPER_PHOTOS = 20
PAPER_SIDE = 2000
# A page of A4 at 600 dots an inch is 35 megapixels.
PAPER_PIXELS = 100_000_000
PAPER_UNPACKED = 256 * MEGABYTE

# What one worker may use. The address space holds the libraries too, about 200 MB of it.
MEMORY = 1024 * MEGABYTE
CPU_SECONDS = 20
WALL_SECONDS = 30
# What a worker may answer, far above what any clean file takes.
ANSWER_BYTES = 128 * MEGABYTE
