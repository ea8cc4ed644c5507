"""A recovery at the desk: who cannot start, stop or finish it, and when."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portfolio.extensions import db, keyring
from portfolio.models import ClockMark, Credential, DeskRecovery, Membership, Organisation, Person
from portfolio.models.base import begin, clock, database_now
from portfolio.models.desk import WAITS, choose_desk, runs_for, take_back_desk
from portfolio.models.desk_recovery import (
    finish_recovery,
    open_claim,
    start_recovery,
    stop_recovery,
)
from portfolio.models.organisation import end_membership
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

NAME = "rosa-balie"


def _later(span: timedelta) -> None:
    begin(db.session, writing=True)
    db.session.execute(update(ClockMark).values(seen_at=clock(db.session) + span))
    db.session.commit()


def _place() -> tuple[factories.Account, Membership, Membership]:
    begin(db.session, writing=True)
    owner = factories.make_owner(NAME, "Rosa")
    here, there = factories.organisation("Balie"), factories.organisation("Andere balie")
    coach = factories.member(factories.make_person("c-balie", "C"), here, "coach")
    other = factories.member(factories.make_person("o-balie", "O"), there, "coach")
    _choose(owner, here.id)
    db.session.commit()
    return owner, coach, other


def _choose(owner: factories.Account, organisation_id: str) -> None:
    key = keyring().fetch([owner.person.key_id])[owner.person.key_id]
    choose_desk(db.session, key, owner.person.id, organisation_id, "hash of a word")


def _start(member: Membership, name: str = NAME) -> str:
    begin(db.session, writing=True)
    once = secrets.token_urlsafe(16)
    paper, again = (start_recovery(db.session, keyring(), [member.id], name, once) for _ in "ab")
    assert paper is not None
    assert again is not None
    # The same form, sent twice.
    assert (paper.code, paper.opens_at) == (again.code, again.opens_at)
    assert again.person_id is None
    db.session.commit()
    return paper.code


def _runs(person_id: str) -> bool:
    asked = select(Person.id).where(Person.id == person_id, runs_for(Person.id))
    return db.session.scalars(asked).first() is not None


def _opens(code: str) -> bool:
    return open_claim(db.session, keyring(), code) is not None


def test_a_claim_waits_72_hours_works_once_and_ends_every_other_way_in(app: Flask) -> None:
    with app.app_context():
        owner, coach, other = _place()
        mine = owner.person.id
        papers = [_start(other), _start(coach, "nobody-at-all")]
        assert not _runs(mine)
        code = _start(coach)
        papers.append(_start(coach))
        assert len({len(paper) for paper in [code, *papers]}) == 1
        assert not _opens(code)
        _later(WAITS - timedelta(minutes=1))
        assert not _opens(code)
        _later(timedelta(minutes=2))
        assert not any(_opens(paper) for paper in papers)
        found = open_claim(db.session, keyring(), code.lower())
        assert found is not None
        assert (found.person_id, found.word_hash) == (mine, "hash of a word")
        assert found.names == ("Rosa", NAME)
        begin(db.session, writing=True)
        assert finish_recovery(db.session, found, "new")
        assert not finish_recovery(db.session, found, "newer")
        db.session.commit()
        assert not _opens(code)
        kinds = db.session.scalars(
            select(Credential.kind).where(
                Credential.person_id == mine, Credential.ended_at.is_(None)
            )
        ).all()
        assert kinds == ["passphrase"]


def test_what_was_stopped_taken_back_or_left_never_finishes(app: Flask) -> None:
    with app.app_context():
        owner, coach, _ = _place()
        mine, here = owner.person.id, coach.organisation_id

        def stop() -> None:
            assert stop_recovery(db.session, mine)

        def take_back() -> None:
            take_back_desk(db.session, mine, here)
            _choose(owner, here)

        def close() -> None:
            db.session.execute(
                update(Organisation).where(Organisation.id == here).values(closed_at=database_now())
            )

        def leave() -> None:
            end_membership(db.session, coach.id)

        for act in (stop, take_back, leave, close):
            code = _start(coach)
            _later(WAITS + timedelta(minutes=1))
            found = open_claim(db.session, keyring(), code)
            assert found is not None, act
            begin(db.session, writing=True)
            act()
            assert not finish_recovery(db.session, found, "new"), act
            if act in (stop, take_back):
                db.session.commit()
                assert not _opens(code)
            else:
                db.session.rollback()
                begin(db.session, writing=True)
                stop()
                db.session.commit()


def test_a_claim_is_over_after_its_days_and_makes_room(app: Flask) -> None:
    with app.app_context():
        owner, coach, _ = _place()
        code = _start(coach)
        _later(WAITS + timedelta(days=14, minutes=1))
        assert not _opens(code)
        assert not _runs(owner.person.id)
        _start(coach)
        assert _runs(owner.person.id)
        whys = db.session.scalars(select(DeskRecovery.ended_why)).all()
        assert sorted(str(why) for why in whys) == ["None", "over"]
