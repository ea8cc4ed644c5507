"""A chain shows when a row was changed, cut out, added, or put back to how it was.

The check is computed here from the chain's own arithmetic: who can read the map can do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update

from portfolio.access import grantee_of, reading
from portfolio.extensions import db
from portfolio.keyring import SealBrokenError
from portfolio.models import AccessLog, Comment, Portfolio, RemovedLink, access_log, comment
from portfolio.models.base import begin
from portfolio.models.chain import Link, link_code, read_head, removal_mark
from portfolio.viewer import Action
from tests import factories
from tests.people import grantee

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from tests.people import Actor, Cast

# A chained row is a Comment or an AccessLog; what is asked of it both have.
HEADS: dict[str, tuple[Any, Callable[..., list[bytes]]]] = {
    "comment_head": (Comment, comment.chained_parts),
    "access_log_head": (AccessLog, access_log.chained_parts),
}


def trouble_in(session: Session, head: str, portfolio_id: str) -> list[str]:
    """Say what is wrong with a chain of a map, following it from its first link to its head."""
    session.expire_all()
    model, parts = HEADS[head]
    keys = factories.keys_for(portfolio_id)
    rows = session.scalars(
        select(model).where(model.portfolio_id == portfolio_id).order_by(model.number)
    ).all()
    marks = select(RemovedLink).where(
        RemovedLink.portfolio_id == portfolio_id, RemovedLink.head == head
    )
    links = sorted((*rows, *session.scalars(marks).all()), key=lambda each: each.number)
    before, found = "", []
    for number, row in enumerate(links, 1):
        if row.number != number:
            found.append(f"link {number} is not there")
            break
        if isinstance(row, RemovedLink):
            link = Link(row.number, row.code)
            whole = removal_mark(keys.chain_secret, row.head, link) == row.mark
        else:
            whole = link_code(keys.chain_secret, before, number, parts(row)) == row.code
        if not whole:
            found.append(f"link {number} is not what was written")
        before = row.code
    owner = session.scalars(select(Portfolio).where(Portfolio.id == portfolio_id)).one()
    try:
        kept = read_head(owner, head, keys)
    except SealBrokenError:
        return [*found, "the head is not what was written"]
    if (kept.number, kept.code) != (len(links), before):
        found.append(f"the head knows {kept.number} links, here are {len(links)}")
    return found


@pytest.fixture(params=list(HEADS))
def head(request: pytest.FixtureRequest) -> str:
    """Name one of the chains."""
    return str(request.param)


@pytest.fixture
def chained(cast: Cast, head: str) -> Iterator[str]:
    """Give a map with four links in this chain, within the application's context."""
    amina, bas = cast.amina, cast.bas
    with amina.app.app_context():
        viewer = bas.viewer()
        if head == "access_log_head":
            for number in range(4):
                with reading(viewer, Action.PEOPLE_SEE, amina.map_id, f"leefgebied:{number}"):
                    pass
        else:
            begin(db.session, writing=True)
            for body in ("drie", "vier"):
                factories.comment(
                    amina.map_id,
                    "werk",
                    cast.entries["work"],
                    grantee_of(viewer, viewer.seats[0]),
                    body,
                    membership_id=bas.seat_id,
                )
            db.session.commit()
        yield amina.map_id


def test_an_untouched_chain_is_whole(chained: str, head: str) -> None:
    assert trouble_in(db.session, head, chained) == []
    model, _ = HEADS[head]
    rows = db.session.scalars(select(model).where(model.portfolio_id == chained)).all()
    assert sorted(row.number for row in rows) == [1, 2, 3, 4]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_changed_row_is_found(chained: str, head: str, number: int) -> None:
    """ASVS 16.4.2."""
    model, _ = HEADS[head]
    row = db.session.scalars(
        select(model).where(model.portfolio_id == chained, model.number == number)
    ).one()
    if isinstance(row, Comment):
        row.body = row.body[:-1] + bytes([row.body[-1] ^ 1])
    else:
        row.about = "entry:another"
    db.session.commit()
    assert f"link {number} is not what was written" in trouble_in(db.session, head, chained)


def test_another_moment_or_author_is_found(cast: Cast) -> None:
    with cast.amina.app.app_context():
        for values in (
            {"membership_id": cast.carla.seat_id},
            {"membership_id": None},
            {"entry_id": cast.entries["language"]},
            {"reply_to": None},
            {"lang": "ar"},
            {"leefgebied": "taal"},
        ):
            changed = cast.comments["answered" if "reply_to" in values else "asked"]
            db.session.execute(update(Comment).where(Comment.id == changed).values(**values))
            assert trouble_in(db.session, "comment_head", cast.amina.map_id), values
            db.session.rollback()


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_row_cut_out_is_found(chained: str, head: str, number: int) -> None:
    model, _ = HEADS[head]
    gone = model.portfolio_id == chained, model.number == number
    if model is Comment:
        db.session.execute(update(Comment).values(reply_to=None).where(Comment.number == 2))
    db.session.execute(delete(model).where(*gone))
    db.session.commit()
    assert trouble_in(db.session, head, chained)


def test_two_rows_that_change_places_are_found(chained: str, head: str) -> None:
    model, _ = HEADS[head]
    here = model.portfolio_id == chained
    for before, after in ((2, 99), (3, 2), (99, 3)):
        db.session.execute(update(model).where(here, model.number == before).values(number=after))
    db.session.commit()
    assert trouble_in(db.session, head, chained)


def test_a_chain_that_is_put_back_whole_with_its_head_is_only_seen_from_outside(
    chained: str, head: str
) -> None:
    """What `portfolio verify` notes outside the database is the number and code of the head."""
    model, _ = HEADS[head]
    owner = db.session.scalars(select(Portfolio).where(Portfolio.id == chained)).one()
    keys = factories.keys_for(chained)
    noted = read_head(owner, head, keys)
    last = db.session.scalars(
        select(model).where(model.portfolio_id == chained, model.number == noted.number)
    ).one()
    db.session.execute(delete(model).where(model.id == last.id))
    db.session.commit()
    assert trouble_in(db.session, head, chained) == ["the head knows 4 links, here are 3"]
    setattr(owner, head, None)
    db.session.commit()
    assert trouble_in(db.session, head, chained) == ["the head knows 0 links, here are 3"]
    assert read_head(owner, head, keys).number < noted.number


def test_a_head_of_another_map_is_found(chained: str, head: str, farid: Actor) -> None:
    rows = {row.id: row for row in db.session.scalars(select(Portfolio)).all()}
    setattr(rows[farid.map_id], head, getattr(rows[chained], head))
    db.session.commit()
    assert trouble_in(db.session, head, farid.map_id) == ["the head is not what was written"]


def test_what_is_chained_never_passes_for_two_other_parts() -> None:
    assert link_code(b"k", "", 1, [b"ab", b"c"]) != link_code(b"k", "", 1, [b"a", b"bc"])
    assert link_code(b"k", "", 1, [b"a"]) != link_code(b"k", "", 2, [b"a"])
    assert link_code(b"k", "x", 1, [b"a"]) != link_code(b"k", "", 1, [b"a"])


def test_hiding_and_removing_leave_the_chain_whole(cast: Cast) -> None:
    with cast.amina.app.app_context():
        row = db.session.scalars(select(Comment).where(Comment.id == cast.comments["asked"])).one()
        begin(db.session, writing=True)
        row = db.session.merge(row)
        comment.hide_comment(db.session, row, hide=True)
        comment.remove_comment(db.session, row)
        db.session.commit()
        assert trouble_in(db.session, "comment_head", cast.amina.map_id) == []
        assert row.removed_at is not None
        assert grantee("bas").name == "Bas"
