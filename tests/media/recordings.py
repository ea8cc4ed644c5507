"""Recordings for the tests, as browsers and phones make them, and as they must not be."""

from __future__ import annotations

import array
import io
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import av
from PIL import Image

from tests.media.pictures import SECRET, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

RATE = 48_000


@dataclass(frozen=True)
class Way:
    """How something records: container, codec, samples a second, channels."""

    container: str
    codec: str
    rate: int = RATE
    layout: str = "mono"
    options: tuple[tuple[str, str], ...] = ()


WAYS = {
    "Chrome": Way("webm", "libopus"),
    "Firefox": Way("ogg", "libopus", layout="stereo"),
    "Safari": Way(
        "mp4", "aac", options=(("movflags", "frag_keyframe+empty_moov+default_base_moof"),)
    ),
    "iPhone": Way("ipod", "aac", 44_100, "stereo"),
    "Matroska": Way("matroska", "pcm_s16le", 44_100),
    "MP3": Way("mp3", "libmp3lame", 44_100, "stereo"),
    "WAV": Way("wav", "pcm_s16le", 16_000),
}


def recorded(
    way: Way, seconds: float = 1.0, *, silent: bool = False, cover: bool = False, voices: int = 1
) -> bytes:
    """Record a tone, with words about it wherever the container has room for them."""
    out = io.BytesIO()
    with av.open(out, "w", format=way.container, options=dict(way.options)) as container:
        container.metadata.update({"title": SECRET.decode(), "comment": SECRET.decode()})
        streams = [_voice(container, way) for _ in range(voices)]
        packets = _cover(container) if cover else []
        for stream in streams:
            packets += _spoken(stream, way, seconds, silent=silent)
        container.mux(packets)
    return out.getvalue()


def _voice(container: OutputContainer, way: Way) -> AudioStream:
    stream = cast("AudioStream", container.add_stream(way.codec, rate=way.rate, layout=way.layout))
    stream.metadata["title"] = SECRET.decode()
    return stream


def _spoken(stream: AudioStream, way: Way, seconds: float, *, silent: bool) -> list[Packet[Any]]:
    size = stream.codec_context.frame_size or 1024
    fit = av.AudioResampler(stream.codec_context.format, way.layout, way.rate, size)
    packets: list[Packet[Any]] = []
    for frame in (*_tone(way.rate, seconds, silent=silent), None):
        for part in fit.resample(frame):
            packets += stream.encode(part)
    return packets + stream.encode(None)


@cache
def _wave(rate: int) -> bytes:
    """Draw one second of a tone."""
    wave = (int(9000 * math.sin(math.tau * 440 * i / rate)) for i in range(rate))
    return array.array("h", wave).tobytes()


def _tone(rate: int, seconds: float, *, silent: bool) -> Iterator[av.AudioFrame]:
    total, done = int(rate * seconds), 0
    while done < total:
        count = min(rate, total - done)
        frame = av.AudioFrame("s16", "mono", count)
        frame.sample_rate, frame.pts, frame.time_base = rate, done, Fraction(1, rate)
        raw = bytes(2 * count) if silent else _wave(rate)[: 2 * count]
        frame.planes[0].update(raw.ljust(frame.planes[0].buffer_size, b"\0"))
        done += count
        yield frame


def _cover(container: OutputContainer) -> list[Packet[Any]]:
    """Hang a picture on it, as music shops do."""
    stream = container.add_stream("mjpeg", rate=1)
    stream.width = stream.height = 16
    stream.pix_fmt = "yuvj420p"
    packet = av.Packet(encoded(Image.new("RGB", (16, 16)), "JPEG"))
    packet.stream, packet.pts, packet.dts = stream, 0, 0
    packet.time_base = Fraction(1, 1)
    return [packet]


def film(container: str = "webm", codec: str = "libvpx", *, sound: bool = False) -> bytes:
    """Make a film of a few pictures, with sound or without."""
    out = io.BytesIO()
    way = Way(container, "libopus")
    with av.open(out, "w", format=container) as target:
        stream = cast("VideoStream", target.add_stream(codec, rate=5))
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        voice = _voice(target, way) if sound else None
        packets: list[Packet[Any]] = []
        for number in range(3):
            frame = av.VideoFrame(32, 32, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 5)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        if voice:
            packets += _spoken(voice, way, 0.1, silent=False)
        target.mux(packets)
    return out.getvalue()


def with_attachment() -> bytes:
    """Make a Matroska file that carries a font, as films with subtitles do."""
    out = io.BytesIO()
    way = Way("matroska", "libopus")
    with av.open(out, "w", format=way.container) as target:
        voice = _voice(target, way)
        target.add_attachment("kanarie.ttf", "application/x-truetype-font", SECRET)
        target.mux(_spoken(voice, way, 0.1, silent=False))
    return out.getvalue()
