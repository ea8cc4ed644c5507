"""A recording, decoded and encoded anew: AAC in MP4, one channel, the same for every phone.

What does not live here: which containers are taken; the intake knows that by the first bytes.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import av.logging
from av.codec.context import Flags

from .clean import BROKEN, FILM, LONG, CleanSound, NotTakenError
from .faststart import moved_to_front
from .limits import SOUND_GRACE, SOUND_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# The demuxers by our own names for the containers; no other is ever tried, so that a playlist
# or a script in disguise finds nobody who reads it.
CONTAINERS = {
    "matroska": "matroska,webm",
    "ogg": "ogg",
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "mp3": "mp3",
    "wav": "wav",
}
CODECS = (
    *("opus", "libopus", "vorbis", "aac", "mp3", "mp3float"),
    *("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le"),
)
# A file that says one sample a second would grow without end when it is made to fit ours.
RATES = range(8_000, 192_001)
MOST_CHANNELS = 8

RATE = 48_000
# So many samples make one frame of AAC.
FRAME = 1024
BITS_PER_SECOND = 48_000
MOST_SAMPLES = (SOUND_SECONDS + SOUND_GRACE) * RATE

# It may print what stands in a file.
av.logging.set_level(None)


def clean_sound(content: bytes, kind: str) -> CleanSound:
    """Make a recording clean. Raises NotTakenError, or whatever a decoder raises."""
    out = io.BytesIO()
    with _opened(content, kind) as source:
        samples = _encode(_frames(source), out)
    if not samples:
        raise NotTakenError(BROKEN)
    return CleanSound(moved_to_front(out.getvalue()), -(-samples // RATE))


def _opened(content: bytes, kind: str) -> InputContainer:
    return av.open(
        io.BytesIO(content),
        "r",
        format=CONTAINERS[kind],
        options={
            "codec_whitelist": ",".join(CODECS),
            "format_whitelist": CONTAINERS[kind],
            "protocol_whitelist": "",
            "max_streams": "16",
        },
    )


def _the_stream(source: InputContainer) -> AudioStream:
    """Give the one stream of sound, if that is all there is."""
    if any(stream.type != "audio" for stream in source.streams):
        raise NotTakenError(FILM)
    if len(source.streams) != 1:
        raise NotTakenError(FILM if source.streams else BROKEN)
    return source.streams.audio[0]


def _frames(source: InputContainer) -> Iterator[AudioFrame]:
    """Decode frame by frame, and see each time that it is still sound alone."""
    stream = _the_stream(source)
    if stream.codec_context.name not in CODECS:
        raise NotTakenError(BROKEN)
    stream.codec_context.thread_count = 1
    for packet in source.demux():
        # Streams may appear while reading.
        _the_stream(source)
        for frame in packet.decode():
            frame = cast("AudioFrame", frame)
            if frame.sample_rate not in RATES or len(frame.layout.channels) > MOST_CHANNELS:
                raise NotTakenError(BROKEN)
            yield frame
    _the_stream(source)


def _encode(frames: Iterator[AudioFrame], out: io.BytesIO) -> int:
    """Encode what is heard, in one piece, and give its length in samples."""
    heard = 0
    with av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as target:
        # The thorough way takes thrice as long, and in a voice nobody hears it.
        stream = target.add_stream("aac", rate=RATE, layout="mono", options={"aac_coder": "fast"})
        stream.codec_context.bit_rate = BITS_PER_SECOND
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= Flags.bitexact
        for part in _resampled(frames):
            # What a file says about its own time is not believed: sound follows sound.
            part.pts, part.time_base = heard, Fraction(1, RATE)
            heard += part.samples
            if heard > MOST_SAMPLES:
                raise NotTakenError(LONG)
            target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return heard


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE, frame_size=FRAME)
    for frame in frames:
        frame.pts = None
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
