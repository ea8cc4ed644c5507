"""Whoever takes the disk reads nothing: what a person typed stands nowhere but under its seal.

ASVS 11.3.2, 16.2.5: sealed at rest, and never in a log, a name of a file or a journal.
"""

from __future__ import annotations

import base64
import io
import logging
import secrets
from typing import TYPE_CHECKING

from PIL import Image
from sqlalchemy import select, text

from portfolio.extensions import db
from portfolio.models import Base
from portfolio.postman import send_waiting
from tests.browser import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest
    from flask import Flask

    from portfolio.config import Settings
    from tests.people import Cast
    from tests.stores import Stores

# One word, written nowhere else, as it might be written down.
CANARY = "kanarie" + secrets.token_hex(6)
FORMS = tuple(
    form
    for word in (CANARY, CANARY.upper(), CANARY.title())
    for form in (
        word.encode(),
        word.encode("utf-16-le"),
        word.encode().hex().encode(),
        *(base64.b64encode(b"x" * shift + word.encode())[4:-4] for shift in range(3)),
    )
)


def type_everywhere(cast: Cast) -> int:
    """Type the canary wherever somebody can type; gives how many pages took it in."""
    taken = 0
    amina, bas, eva = cast.amina.page, cast.bas.page, cast.eva.page
    newcomer, another = (Page(cast.amina.app.test_client()) for _ in range(2))
    entry, person = cast.entries["work"], f"/mensen/{cast.amina.map_id}"
    draft = amina.post("/toevoegen", {"leefgebied": "gezondheid"}).headers["Location"]
    base = draft.rpartition("/")[0]
    amina.visit(f"{base}/titel")
    organisation = cast.facts.organisations["gemeente"]
    for page, path, fields in (
        (amina, f"{base}/titel", {"title_0": f"Titel {CANARY}", "lang_0": "nl"}),
        (amina, f"{base}/verhaal", {"story_0": f"Verhaal {CANARY}", "lang_0": "nl"}),
        (amina, f"{base}/verhaal/bewaar", {"story_0": f"Later {CANARY}", "lang_0": "nl"}),
        (amina, f"{base}/soort", {"kind": "stage"}),
        (amina, f"{base}/gegevens", {"detail_waar": CANARY, "detail_taken": f"Taak {CANARY}"}),
        (amina, f"{base}/gegevens/bewaar", {"detail_waar": f"Bij {CANARY}"}),
        (amina, f"{base}/foto", {"foto": (tagged_photo(), f"{CANARY}.jpg")}),
        (amina, f"{base}/klaar", {}),
        (amina, f"/reactie/{cast.comments['asked']}/antwoord", {"text": CANARY, "lang": "nl"}),
        (amina, "/over-mij/naam", {"display_name": f"Amina {CANARY}"}),
        (amina, "/over-mij/e-mail", {"address": f"{CANARY}@voorbeeld.nl"}),
        (amina, "/delen/nieuw", {"code": CANARY}),
        (bas, f"{person}/stuk/{entry}/reactie", {"text": f"Reactie {CANARY}"}),
        (bas, f"{person}/werk/reactie", {"text": f"Reactie {CANARY}"}),
        (eva, f"/organisatie/{organisation}/uitnodigen", {"role": "coach", "for_whom": CANARY}),
        (newcomer, "/inloggen", {"sign_in_name": CANARY, "passphrase": CANARY}),
        (newcomer, "/begin", begin(CANARY, CANARY, "een lange zin over het water")),
        (another, "/begin", begin("Ander", "ander", f"een lange zin met {CANARY}")),
        (amina, f"/map/{CANARY}", {}),
        (amina, f"/{CANARY}?{CANARY}={CANARY}", {CANARY: CANARY}),
    ):
        answered = page.post(path, fields)
        taken += answered.status_code in (200, 204, 303)
    amina.get(f"/map/{CANARY}?zoek={CANARY}")
    expire_and_post(cast)
    # Also the mail that is written to a folder holds no address.
    assert send_waiting(cast.amina.app)
    return taken


def begin(name: str, sign_in_name: str, passphrase: str) -> dict[str, object]:
    """Fill in the last screen of a new account."""
    return {
        "screen": "passphrase",
        "age": "18+",
        "display_name": f"Naam {name}",
        "sign_in_name": sign_in_name,
        "passphrase": passphrase,
    }


def expire_and_post(cast: Cast) -> None:
    """Send a form after the session had ended: it is kept, sealed."""
    page = cast.farid.page
    token = page.token()
    with cast.farid.app.app_context():
        db.session.execute(
            text("UPDATE sign_in SET ended_at = created_at WHERE person_id = :person"),
            {"person": cast.farid.person_id},
        )
        db.session.commit()
    page.send("/over-mij/naam", {"csrf_token": [token], "display_name": [f"Farid {CANARY}"]})


def tagged_photo() -> bytes:
    """Draw a photo with the canary in its comment, its tags and its place."""
    image, out = Image.new("RGB", (800, 600), "sienna"), io.BytesIO()
    tags = image.getexif()
    tags[0x010E], tags[0x013B] = CANARY, CANARY
    tags.get_ifd(0x8825)[29] = CANARY
    image.save(out, "JPEG", exif=tags, comment=CANARY.encode())
    return out.getvalue()


def files_of(settings: Settings, stores: Stores) -> Iterator[Path]:
    """List every file that a thief of the disk would have."""
    yield from (path for path in settings.data_folder.rglob("*") if path.is_file())
    if not settings.is_sqlite:
        yield from (path for path in stores.server.folder.rglob("*") if path.is_file())


def written(app: Flask) -> bytes:
    """Give every value of every row, as the database gives it."""
    with app.app_context():
        db.session.rollback()
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in Base.metadata.tables.values()
            for row in db.session.execute(select(table)).all()
            for value in row
        )


def test_what_was_typed_is_found_nowhere(
    cast: Cast, settings: Settings, stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    """ASVS 16.2.5."""
    caplog.set_level(logging.INFO)
    # All but a code that nobody has, a sign-in that is wrong, and two addresses that are not there.
    assert type_everywhere(cast) == 16
    app = cast.amina.app
    # It is there, for whoever may read it.
    assert CANARY in cast.amina.page.visit("/map/gezondheid").text
    found = {
        f"{path.name} holds {form!r}"
        for path in files_of(settings, stores)
        for form in FORMS
        if form in path.read_bytes() or form in path.name.encode()
    }
    found |= {f"a row holds {form!r}" for form in FORMS if form in written(app)}
    for record in caplog.records:
        said = f"{record.getMessage()} {record.exc_text or ''} {record.args!r}".encode()
        found |= {f"{record.name} says {form!r}: {said[:200]!r}" for form in FORMS if form in said}
    assert not found, "\n".join(sorted(found))


def test_the_scan_finds_what_stands_open(cast: Cast, settings: Settings, stores: Stores) -> None:
    """The same scan on a store in which one column was left open finds it."""
    app = cast.amina.app
    with app.app_context():
        db.session.execute(text("UPDATE organisation SET name = name || :word"), {"word": CANARY})
        db.session.commit()
        if not settings.is_sqlite:
            db.session.execute(text("CHECKPOINT"))
            db.session.commit()
    assert CANARY.encode() in written(app)
    assert any(CANARY.encode() in path.read_bytes() for path in files_of(settings, stores))


def test_nothing_of_a_photo_but_its_picture_is_kept(cast: Cast) -> None:
    """ASVS 14.2.8."""
    base = cast.amina.page.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    base = base.rpartition("/")[0]
    assert (
        cast.amina.page.post(f"{base}/foto", {"foto": (tagged_photo(), "x.jpg")}).status_code == 303
    )
    page = cast.amina.page.visit(f"{base}/foto")
    photo = next(node["src"] for node in page.tree.walk("img") if "/foto/" in node["src"])
    for size in ("groot", "klein"):
        content = cast.amina.page.get(photo.rpartition("/")[0] + f"/{size}").data
        assert CANARY.encode() not in content
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            assert not {"comment", "exif", "icc_profile", "xmp", "photoshop"} & image.info.keys()
