"""From the moment of withdrawal on, nothing is served: page, photo, thumbnail, list, comment.

ASVS 8.3.2: a change of what somebody may do counts at once.
"""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.access import Action, visible, why
from portfolio.extensions import db
from portfolio.models import AccessLog, Consent, Entry, Membership, Organisation
from portfolio.models.base import begin, clock
from portfolio.models.consent import withdraw
from portfolio.models.kept_consent import released
from tests import factories
from tests.browser import ORIGIN
from tests.people import grantee

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.people import Cast


def places(cast: Cast) -> list[str]:
    """List every address at which Bas sees something of Amina's."""
    person, entry = f"/mensen/{cast.amina.map_id}", cast.entries["work"]
    photos = [f"/foto/{cast.photos['work']}/{size}" for size in ("groot", "klein")]
    return [person, f"{person}/werk", f"{person}/stuk/{entry}", *photos]


def statuses(client: FlaskClient, paths: list[str]) -> set[int]:
    """Ask for each, alone and from inside a page, and give the different statuses."""
    return {
        client.get(path, base_url=ORIGIN, headers={"Sec-Fetch-Dest": dest}).status_code
        for path in paths
        for dest in ("document", "image")
    }


def stop(cast: Cast) -> None:
    """Let Amina end everything with Bas, by the button of her own page."""
    answered = cast.amina.page.post(f"/delen/wie/{cast.bas.seat_id}/stop")
    assert answered.status_code == 303


def test_the_next_request_finds_nothing(cast: Cast) -> None:
    client, paths = cast.bas.browse(), places(cast)
    assert statuses(client, paths) == {200}
    stop(cast)
    assert statuses(client, paths) == {404}
    assert cast.amina.map_id not in client.get("/mensen", base_url=ORIGIN).text
    said = cast.bas.page.post(
        f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}/reactie", {"text": "Hallo"}
    )
    assert said.status_code == 404


def test_a_part_of_a_photo_and_a_kept_copy_pass_the_gate_too(cast: Cast) -> None:
    client, photo = cast.bas.browse(), places(cast)[-1]
    first = client.get(photo, base_url=ORIGIN)
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    stop(cast)
    for headers in ({"Range": "bytes=0-99"}, {"If-None-Match": "*"}, {"Sec-Fetch-Dest": "image"}):
        assert client.get(photo, base_url=ORIGIN, headers=headers).status_code == 404, headers


@pytest.mark.parametrize("how", ["withdrawn", "ended", "left", "closed", "refused", "private"])
def test_a_millisecond_ago_is_enough(cast: Cast, how: str) -> None:
    """ASVS 8.3.2."""
    app, paths = cast.bas.app, places(cast)[2:]
    client = cast.bas.browse()
    assert statuses(client, paths) == {200}
    given = Consent.id == cast.facts.consents["bas"]
    with app.app_context():
        begin(db.session, writing=True)
        now = clock(db.session)
        if how == "withdrawn":
            withdraw(db.session, given)
        elif how == "ended":
            # The end is now: the request comes after it, by however little.
            starts = now.replace(year=now.year - 1)
            with released(db.session, cast.amina.map_id):
                db.session.execute(
                    update(Consent).where(given).values(starts_at=starts, expires_at=now)
                )
        elif how == "left":
            mine = Membership.id == cast.bas.seat_id
            db.session.execute(update(Membership).where(mine).values(ended_at=now))
        elif how == "closed":
            here = Organisation.id == cast.facts.organisations["gemeente"]
            db.session.execute(update(Organisation).where(here).values(closed_at=now))
        elif how == "refused":
            factories.share(
                cast.amina.map_id,
                cast.bas.seat_id,
                grantee("bas"),
                entry_id=cast.entries["work"],
                refuse=True,
            )
        else:
            mine = Entry.id == cast.entries["work"]
            db.session.execute(update(Entry).where(mine).values(private=True))
        db.session.commit()
    assert statuses(client, paths) == {404}


def test_nobody_reads_while_a_withdrawal_is_under_way_and_after_it(cast: Cast) -> None:
    """Readers and a withdrawal at once: whatever is noted was noted before the withdrawal.

    ASVS 8.3.2, 15.4.2.
    """
    app, paths = cast.bas.app, places(cast)[:3]
    done, late = threading.Event(), []
    clients = [cast.bas.browse() for _ in range(3)]

    def read(client: FlaskClient) -> None:
        for path in itertools.islice(itertools.cycle(paths), 30):
            over = done.is_set()
            status = client.get(path, base_url=ORIGIN).status_code
            if over and status != 404:
                late.append((path, status))

    threads = [threading.Thread(target=read, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    stop(cast)
    done.set()
    for thread in threads:
        thread.join()
    assert late == []
    with app.app_context():
        ended = db.session.scalars(
            select(Consent.withdrawn_at).where(Consent.id == cast.facts.consents["bas"])
        ).one()
        noted = db.session.scalars(select(AccessLog.at)).all()
    assert ended is not None
    assert all(at <= ended for at in noted)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("work", "leefgebied_allow"),
        ("work_refused", "item_refuse"),
        ("work_private", "private"),
        ("work_deleted", "deleted"),
        ("language", "silence"),
    ],
)
def test_the_reason_names_the_rule_that_decided(cast: Cast, name: str, rule: str) -> None:
    with cast.bas.app.app_context():
        viewer = cast.bas.viewer()
        entry = db.session.get_one(Entry, cast.entries[name])
        found = why(viewer, Action.PEOPLE_SEE, entry)
        assert (found.rule, found.allowed) == (rule, name == "work")
        shown = visible(viewer, Action.PEOPLE_SEE, Entry).where(Entry.id == entry.id)
        assert bool(db.session.scalars(shown).all()) is found.allowed
