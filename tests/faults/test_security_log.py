"""The log of security events: ids only, in one chain, and nothing goes unseen."""

from __future__ import annotations

import json
import multiprocessing
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from portfolio import create_app, limits, security_log
from portfolio.commands import main
from portfolio.events import CATALOGUE, ORDINARY, WORDS, record
from portfolio.extensions import db
from portfolio.models import SecurityEvent, SecurityHead
from portfolio.models.base import begin
from portfolio.verify import look
from tests.browser import Page
from tests.faults.server import environment
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Update

    from portfolio.config import Settings
    from tests.people import Cast

CANARY = "kanarie\r\n2026 signed_in {}"
PROCESSES, EACH = 4, 15


def written(app: Flask) -> list[tuple[str, dict[str, object]]]:
    """Give all events."""
    with app.app_context():
        rows = db.session.scalars(select(SecurityEvent).order_by(SecurityEvent.number)).all()
        assert all(row.at.utcoffset() == row.at - row.at for row in rows)
        return [(row.name, json.loads(row.facts)) for row in rows]


def test_what_happens_at_the_doors_is_kept_and_no_word_of_anybody(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 16.2.1, 16.2.2, 16.2.5, 16.3.1, 16.3.2, 16.4.1. Abuse 13, in the log of events."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    app, amina, dirk = cast.amina.app, cast.amina, cast.dirk
    before = len(written(app))
    stranger = Page(app.test_client())
    stranger.post("/inloggen", {"sign_in_name": CANARY, "passphrase": CANARY})
    stranger.post("/inloggen", {"sign_in_name": "amina", "passphrase": CANARY})
    stranger.post("/inloggen", {"sign_in_name": "amina", "passphrase": amina.passphrase})
    # A thing that is there and not his; one that is not there; a door that is not his.
    work = cast.facts.entries["work"]
    assert cast.farid.page.get(f"/map/stuk/{work}").status_code == 404
    assert cast.farid.page.get(f"/map/stuk/{'A' * 22}").status_code == 404
    assert cast.farid.page.get(f"/map/stuk/{CANARY}").status_code == 404
    assert dirk.page.get("/map").status_code == 404
    happened = written(app)[before:]
    assert [name for name, _ in happened] == [
        "sign_in_refused", "sign_in_refused", "signed_in", "access_refused", "access_refused",
    ]  # fmt: skip
    assert happened[1][1] == {"person": amina.person_id, "why": "passphrase"}
    assert happened[2][1] == {"person": amina.person_id, "method": "passphrase"}
    assert happened[3][1] == {"person": cast.farid.person_id, "endpoint": "entry.page"}
    assert happened[4][1]["person"] == dirk.person_id
    # Reading costs no row.
    amina.page.visit("/map")
    assert len(written(app)) == before + 5
    with app.app_context():
        shown = security_log.lines(app, 1000)
        kept = [row.facts for row in db.session.scalars(select(SecurityEvent))]
    assert len(shown) == before + 5
    assert not [line for line in (*shown, *kept) if "kanarie" in line or "\n" in line]
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    assert main(["security-log", "--last", "2"]) == 0
    monkeypatch.undo()
    time.tzset()


def test_no_field_holds_anything_else_than_the_catalogue_allows(app: Flask) -> None:
    """ASVS 16.2.5, 16.4.1. Another field, a word of somebody or a line of its own: refused."""
    with app.app_context():
        for name in CATALOGUE.keys() - ORDINARY:
            fields = dict.fromkeys(CATALOGUE[name])
            with pytest.raises(KeyError):
                record(name, **fields, said="kanarie")
            for field in fields:
                for said in (CANARY, "Kanarie in gezondheid", "a" * 500, "é", "kanarie@x.nl", ""):
                    with pytest.raises(ValueError, match=field):
                        record(name, **{**fields, field: said})
                if field not in WORDS:
                    with pytest.raises(ValueError, match=field):
                        record(name, **{**fields, field: "kanarie"})
    assert written(app) == []


def swap() -> list[Update]:
    """Put two events in each other's place."""
    two, three = (SecurityEvent.number == number for number in (2, 3))
    return [
        update(SecurityEvent).where(two).values(number=9999),
        update(SecurityEvent).where(three).values(number=2),
        update(SecurityEvent).where(SecurityEvent.number == 9999).values(number=3),
    ]


DEEDS: dict[str, Callable[[], list[Any]]] = {
    "changed": lambda: [
        update(SecurityEvent).where(SecurityEvent.number == 2).values(name="signed_out")
    ],
    "other facts": lambda: [
        update(SecurityEvent).where(SecurityEvent.number == 2).values(facts="{}")
    ],
    "removed": lambda: [delete(SecurityEvent).where(SecurityEvent.number == 2)],
    "cut": lambda: [delete(SecurityEvent).where(SecurityEvent.number == 4)],
    "in another order": swap,
}


def test_a_changed_log_is_found(app: Flask) -> None:
    """ASVS 16.4.2. An event that is changed, removed, cut or moved; and a chain rolled back."""
    with app.app_context():
        for number in range(4):
            record("backup_made", number=number)
    with app.app_context():
        kept = [dict(row._mapping) for row in db.session.execute(select(SecurityEvent.__table__))]
    assert look(app).wrong == []
    for deed in DEEDS.values():
        change(app, deed())
        assert look(app).wrong
        change(app, [delete(SecurityEvent), insert(SecurityEvent).values(kept)])
        assert look(app).wrong == []
    # Rolled back with its own head, as who has the whole database could: the note knows.
    third = update(SecurityHead).values(number=3, code=kept[2]["code"])
    change(app, [delete(SecurityEvent).where(SecurityEvent.number == 4), third])
    assert look(app).wrong == ["chain security ended at 4 and ends at 3 now"]
    with app.app_context():
        record("backup_made", number=4)
    assert look(app).wrong == ["chain security ended at 4 and ends at 4 now"]


def change(app: Flask, statements: list[Any]) -> None:
    """Change the database behind our back."""
    with app.app_context():
        begin(db.session, writing=True)
        for statement in statements:
            db.session.execute(statement)
        db.session.commit()


def test_several_processes_write_one_chain(app: Flask, settings: Settings) -> None:
    """Four processes at once: every event is there once, in one chain without a fork."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["portfolio.views", __name__])
    children = [context.Process(target=append_some, args=(settings,)) for _ in range(PROCESSES)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SecurityEvent)) == (
            PROCESSES * EACH
        )
    assert look(app).wrong == []


def append_some(settings: Settings) -> None:
    """Add events, each in a request of its own."""
    app = create_app(settings)
    for number in range(EACH):
        with app.app_context():
            record("backup_made", number=number)
    close_engines(app)


def test_files_have_a_limit_per_person_and_network(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 2.4.1. Too many files answer 429 to whoever sent them, and to nobody else."""
    few = {name: limits.Limit(3, "test", limits.HOUR) for name in ("upload", "invite")}
    monkeypatch.setattr(limits, "LIMITS", {**limits.LIMITS, **few})
    amina, farid, eva = cast.amina.page, cast.farid.page, cast.eva.page
    draft = amina.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    base = draft.rpartition("/")[0]
    status = [amina.post(f"{base}/foto", photo()).status_code for _ in range(4)]
    assert 429 not in status[:3]
    assert status[3] == 429
    # Pieces of a file are one file.
    said = {"kenmerk": "k", "grootte": "9", "vanaf": "0"}
    assert amina.post(f"{base}/deel", {**said, **part()}).status_code == 429
    assert amina.post(f"{base}/deel", {**said, "vanaf": "3", **part()}).status_code != 429
    # Everything else goes on, for her and for others.
    amina.visit("/map")
    other = farid.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    assert farid.post(f"{other.rpartition('/')[0]}/foto", photo()).status_code != 429
    place = f"/organisatie/{cast.facts.organisations['gemeente']}/uitnodigen"
    status = [eva.post(place, {"role": "coach"}).status_code for _ in range(4)]
    assert status[3] == 429
    assert 429 not in status[:3]


def photo() -> dict[str, object]:
    """Give a file that is no photo: it counts all the same."""
    return {"foto": (b"geen foto", "foto.jpg")}


def part() -> dict[str, object]:
    """Give a piece of a file."""
    return {"deel": (b"abc", "deel")}
