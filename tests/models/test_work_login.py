"""What comes in through an organisation ends with the link, the work and the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db, keyring
from portfolio.models import Membership, Organisation, SignIn, WorkFlow, WorkLink, WorkLogin
from portfolio.models.base import begin, clock
from portfolio.models.found_sign_in import find_sign_in
from portfolio.models.organisation import close_organisation, end_membership
from portfolio.models.sign_in import hash_token, start_sign_in
from portfolio.models.work_flow import start_flow, take_flow
from portfolio.models.work_login import (
    METHOD,
    find_door,
    forget_links,
    keep_door,
    link,
    linked_person,
    remove_door,
)
from tests.work import begin_map, make_door

if TYPE_CHECKING:
    from portfolio.models.work_login import Door
    from tests.people import Actor, Cast


def _come_in(bas: Actor, door: Door) -> str:
    assert link(db.session, keyring(), door, bas.person_id, "sub-1")
    token = start_sign_in(
        db.session,
        bas.person_id,
        METHOD,
        own_device=False,
        network_hash=None,
        second_factor=True,
        organisation_id=door.organisation_id,
    )
    db.session.commit()
    begin(db.session, writing=True)
    assert _opens(token)
    assert linked_person(db.session, keyring(), door, "sub-1") == bas.person_id
    return token


def _opens(token: str) -> bool:
    found = find_sign_in(db.session, hash_token(token))
    return found is not None and found.valid


def _rejoin(bas: Actor) -> None:
    """Give somebody the seat of before once more, in a new row."""
    old = db.session.get_one(Membership, bas.seat_id)
    copied = {
        column.key: getattr(old, column.key)
        for column in Membership.__mapper__.column_attrs
        if column.key not in ("id", "ended_at", "code_hash", "public_id")
    }
    copied["started_at"] = clock(db.session)
    db.session.add(Membership(**copied, code_hash="a" * 64, public_id="again"))
    db.session.flush()


def test_a_session_opens_the_seats_there_alone_and_proves_nothing(cast: Cast, bas: Actor) -> None:
    """Attack: what an organisation says counts as showing who you are to the account itself."""
    with bas.app.app_context():
        begin(db.session, writing=True)
        token = _come_in(bas, make_door(cast.facts.organisations["gemeente"]))
        found = find_sign_in(db.session, hash_token(token))
        assert found
        assert found.through == cast.facts.organisations["gemeente"]
        assert found.leaving_at is None
        assert {seat[2] for seat in found.seats} == {found.through}
        assert found.portfolio_id is None
        # Before any session of today: the next dangerous act asks again.
        assert found.proved_at < found.seen_at.replace(year=found.seen_at.year - 1)


def test_work_that_ended_elsewhere_ends_link_and_session_and_rejoining_revives_neither(
    cast: Cast, bas: Actor
) -> None:
    """Attack: the role ends by a way that knows nothing of links, and comes back."""
    with bas.app.app_context():
        begin(db.session, writing=True)
        door = make_door(cast.facts.organisations["gemeente"])
        token = _come_in(bas, door)
        assert end_membership(db.session, bas.seat_id)
        assert not _opens(token)
        assert linked_person(db.session, keyring(), door, "sub-1") is None
        assert not link(db.session, keyring(), door, bas.person_id, "sub-1")
        db.session.commit()
        begin(db.session, writing=True)
        _rejoin(bas)
        assert not _opens(token)
        assert linked_person(db.session, keyring(), door, "sub-1") is None
        # Linking anew, signed in by oneself, is the way; the old session stays out.
        assert link(db.session, keyring(), door, bas.person_id, "sub-1")
        assert linked_person(db.session, keyring(), door, "sub-1") == bas.person_id
        assert not _opens(token)
        db.session.rollback()


@pytest.mark.parametrize("how", ["unlinked", "removed", "closed", "another issuer", "a map"])
def test_the_end_of_what_let_somebody_in_ends_the_session(cast: Cast, bas: Actor, how: str) -> None:
    """Attack: a session of before goes on after unlinking, closing, or beginning a map."""
    with bas.app.app_context():
        begin(db.session, writing=True)
        place = cast.facts.organisations["gemeente"]
        door = make_door(place)
        token = _come_in(bas, door)
        if how == "unlinked":
            forget_links(db.session, place, bas.person_id)
        elif how == "removed":
            remove_door(db.session, place)
            assert not db.session.scalars(select(WorkLogin)).all()
        elif how == "closed":
            close_organisation(db.session, place)
            assert find_door(db.session, keyring(), organisation_id=place) is None
            assert find_door(db.session, keyring(), name=door.name) is None
        elif how == "another issuer":
            make_door(place, "https://other.example")
        else:
            begin_map(bas.person_id)
            assert not link(db.session, keyring(), door, bas.person_id, "sub-2")
        db.session.flush()
        assert not _opens(token)
        assert linked_person(db.session, keyring(), door, "sub-1") is None
        db.session.rollback()


def test_a_link_is_one_persons_and_matches_nothing_but_itself(cast: Cast, bas: Actor) -> None:
    """Attack: the name, address or id of an account as a subject; another's subject; an owner."""
    with bas.app.app_context():
        begin(db.session, writing=True)
        door = make_door(cast.facts.organisations["gemeente"])
        _come_in(bas, door)
        for subject in ("bas", "Bas", "bas@example.org", bas.person_id, "sub-1 ", "SUB-1", ""):
            assert linked_person(db.session, keyring(), door, subject) is None
        assert not link(db.session, keyring(), door, cast.carla.person_id, "sub-1")
        assert not link(db.session, keyring(), door, cast.amina.person_id, "amina")
        # No seat there: none of another organisation's staff, and no beheerder, is linked.
        assert not link(db.session, keyring(), door, cast.dirk.person_id, "dirk")
        assert db.session.scalars(select(WorkLink.person_id)).all() == [bas.person_id]
        kept = db.session.scalars(select(WorkLink.subject_hash)).one()
        assert "sub-1" not in kept
        db.session.rollback()


def test_a_flow_is_taken_once_by_its_own_token_and_issuer(cast: Cast, bas: Actor) -> None:
    """Attack: an answer twice, with a made-up token, or after the settings changed."""
    with bas.app.app_context():
        begin(db.session, writing=True)
        place = cast.facts.organisations["gemeente"]
        door = make_door(place)
        token, drawn = start_flow(db.session, door)
        assert take_flow(db.session, door, "x" * 43) is None
        taken = take_flow(db.session, door, token)
        assert taken
        assert taken.secrets == drawn
        assert take_flow(db.session, door, token) is None
        # One who unlinks leaves the flows of others alone.
        start_flow(db.session, door)
        forget_links(db.session, place, bas.person_id)
        assert db.session.scalars(select(WorkFlow)).all()
        # Without a secret for it, another issuer is refused: the old secret goes nowhere new.
        organisation = db.session.get_one(Organisation, place)
        assert not keep_door(
            db.session,
            keyring(),
            organisation,
            issuer="https://evil.example",
            client_id="mijn-map",
            secret="",
            second_there=True,
        )
        make_door(place, "https://other.example")
        assert not db.session.scalars(select(WorkFlow)).all()
        assert not db.session.scalars(
            select(SignIn).where(SignIn.organisation_id == place, SignIn.ended_at.is_(None))
        ).all()
        db.session.rollback()
