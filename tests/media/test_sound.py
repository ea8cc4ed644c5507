from __future__ import annotations

import io
import wave

import av
import pytest

from portfolio.media.decoding import limits
from portfolio.media.decoding.faststart import moved_to_front
from portfolio.media.intake import CleanSound, Intake, RefusedError
from portfolio.media.refusals import OF_A_SOUND
from tests.media.pictures import SECRET
from tests.media.recordings import WAYS, Way, film, recorded, with_attachment


def refusal(intake: Intake, content: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        intake.sound(content)
    assert refused.value.sentence == OF_A_SOUND[refused.value.why]
    return refused.value.why


def heard(sound: CleanSound) -> float:
    """Decode what is kept, see that it is sound and nothing else, and give its seconds."""
    boxes = top_boxes(sound.content)
    assert boxes == [b"ftyp", b"moov", b"mdat"], "the table comes first, so it plays at once"
    for said in (SECRET, b"Lavf", b"Lavc", b"udta", b"meta", b"uuid"):
        assert said not in sound.content
    with av.open(io.BytesIO(sound.content), "r") as container:
        assert len(container.streams) == 1
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "aac"
        assert stream.profile == "LC"
        assert (stream.rate, stream.channels) == (48_000, 1)
        assert container.metadata.keys() <= {"major_brand", "minor_version", "compatible_brands"}
        assert stream.metadata == {"language": "und", "handler_name": "SoundHandler"}
        samples = [frame.samples for frame in container.decode(audio=0)]
    return sum(samples) / 48_000


def top_boxes(content: bytes) -> list[bytes]:
    names, start = [], 0
    while start < len(content):
        names.append(content[start + 4 : start + 8])
        start += int.from_bytes(content[start : start + 4], "big")
    return names


@pytest.mark.parametrize("name", WAYS)
def test_what_every_phone_records_becomes_one_kind(quick: Intake, name: str) -> None:
    content = recorded(WAYS[name], 1.5)
    if name != "Safari":
        assert SECRET in content
    sound = quick.sound(content)
    assert heard(sound) == pytest.approx(1.5, abs=0.1)
    assert sound.seconds == 2


def test_it_is_small_and_still_heard(quick: Intake) -> None:
    sound = quick.sound(recorded(WAYS["Chrome"], 10))
    assert len(sound.content) < 10 * 8_000
    with av.open(io.BytesIO(sound.content), "r") as container:
        frames = list(container.decode(audio=0))
    loudest = max(memoryview(bytes(frame.planes[0])).cast("f").tolist()[500] for frame in frames)
    assert loudest > 0.05


def test_three_minutes_are_taken_and_a_second_of_grace(quick: Intake) -> None:
    """A recorder stops a moment after it was told to."""
    sound = quick.sound(
        recorded(Way("wav", "pcm_s16le", 16_000), limits.SOUND_SECONDS + 1, silent=True)
    )
    assert sound.seconds == limits.SOUND_SECONDS + 1


def test_longer_is_refused_and_never_cut(quick: Intake) -> None:
    assert refusal(quick, recorded(Way("wav", "pcm_u8", 8_000), 190, silent=True)) == "long"


@pytest.mark.long
def test_the_last_page_of_an_ogg_is_not_believed(quick: Intake) -> None:
    content = bytearray(recorded(Way("ogg", "libopus"), 200, silent=True))
    start = content.rindex(b"OggS")
    content[start + 6 : start + 14] = (48_000).to_bytes(8, "little")
    assert len(content) < 100_000
    assert refusal(quick, bytes(content)) in {"long", "broken"}


def test_what_a_file_says_about_its_length_is_not_believed(quick: Intake) -> None:
    """A second by its own words, and more than three minutes by its samples."""
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(1)
        target.setframerate(8_000)
        target.writeframes(bytes(8_000 * 190))
    told = bytearray(out.getvalue())
    told[28:32] = (8_000 * 190).to_bytes(4, "little")
    assert refusal(quick, bytes(told)) == "long"


@pytest.mark.parametrize("rate", [1, 100, 7_999, 192_001, 2**31 - 1])
def test_a_pace_that_no_microphone_has_is_refused(quick: Intake, rate: int) -> None:
    """One sample a second would grow 48000 times."""
    content = bytearray(recorded(WAYS["WAV"]))
    place = content.index(b"fmt ") + 12
    content[place : place + 4] = rate.to_bytes(4, "little")
    assert refusal(quick, bytes(content)) == "broken"


@pytest.mark.parametrize(
    ("container", "codec"),
    [("webm", "libvpx"), ("matroska", "libx264"), ("mp4", "libx264"), ("mp4", "mpeg4")],
)
@pytest.mark.parametrize("sound", [True, False])
def test_a_film_is_refused(quick: Intake, container: str, codec: str, sound: bool) -> None:  # noqa: FBT001 -- of the parameters above
    assert refusal(quick, film(container, codec, sound=sound)) == "film"


def test_a_film_is_never_decoded() -> None:
    """Its decoder is not even opened: the list of codecs holds none."""
    from portfolio.media.decoding import sound  # noqa: PLC0415 -- used here only

    source = sound._opened(film("mp4", "libx264"), "mp4")
    assert not source.streams.video[0].codec_context.is_open


@pytest.mark.parametrize(
    "content",
    [
        recorded(WAYS["Matroska"], voices=2),
        with_attachment(),
        recorded(WAYS["MP3"], cover=True),
        recorded(WAYS["Matroska"], cover=True),
    ],
    ids=["two sounds", "a font", "a cover", "a cover in Matroska"],
)
def test_anything_beside_the_one_sound_is_refused(quick: Intake, content: bytes) -> None:
    assert refusal(quick, content) == "film"


def test_sound_after_sound_is_one_sound_or_refused(quick: Intake) -> None:
    """Ogg files may be written one behind the other."""
    one = recorded(WAYS["Firefox"])
    try:
        sound = quick.sound(one + recorded(Way("ogg", "flac")))
    except RefusedError as error:
        assert error.why in {"film", "broken"}  # noqa: PT017 -- both answers are good
    else:
        heard(sound)


def test_nothing_to_hear_is_broken(quick: Intake) -> None:
    whole = recorded(WAYS["WAV"])
    start = whole.index(b"data") + 8
    assert refusal(quick, whole[: start - 4] + bytes(4)) == "broken"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><audio src=x>", "kind"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile:///etc/passwd\n", "kind"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "kind"),
        (b"%PDF-1.7\n", "kind"),
        (b"fLaC" + bytes(99), "kind"),
        (b"OggS" + bytes(500), "broken"),
        (b"\x1a\x45\xdf\xa3" + bytes(500), "broken"),
        (b"RIFF\0\0\0\0WAVE" + bytes(500), "broken"),
        (b"\0\0\0\x18ftypM4A " + bytes(500), "broken"),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(500), "broken"),
        (b"OggS" + bytes(limits.SOUND_BYTES), "large"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_sentence(
    quick: Intake, content: bytes, why: str
) -> None:
    assert refusal(quick, content) in ({why, "kind"} if why == "broken" else {why})


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x08moov", b"\0\0\0\x09free" + bytes(9)])
def test_only_our_own_files_are_moved(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- whatever it says, it does not go on
        moved_to_front(content)
