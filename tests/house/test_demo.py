"""The demonstration: loaded once and whole, readable, and of the size that is measured."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from portfolio import demo
from portfolio.access import Action, get_or_404, visible
from portfolio.data.demo import map_of, people
from portfolio.data.plan import SKILLS
from portfolio.demo.maps import MapLoader
from portfolio.extensions import db, keyring, media_store
from portfolio.languages import AMSTERDAM
from portfolio.models import (
    AccessLog,
    Agreement,
    Answer,
    Attachment,
    CanDo,
    Comment,
    Consent,
    Contact,
    Entry,
    Goal,
    Membership,
    Organisation,
    Person,
    PlanVersion,
    Portfolio,
    StepEvidence,
    Talk,
    Wellbeing,
    chain,
)
from portfolio.models.access_log import chained_parts as log_parts
from portfolio.models.access_log import read_log
from portfolio.models.agreement import read_agreements
from portfolio.models.base import begin, clock
from portfolio.models.clock import ClockMark
from portfolio.models.comment import chained_parts as comment_parts
from portfolio.models.comment import read_comments
from portfolio.models.entry import read_entries
from portfolio.models.filing import open_file
from portfolio.models.person import sign_in_hash
from portfolio.models.portfolio import PortfolioKeys, open_keys, read_scales
from portfolio.models.talk import read_talks
from portfolio.models.wellbeing import read_webs
from portfolio.planned import plan_page
from portfolio.sweep import sweep
from portfolio.verify import verify
from portfolio.viewer import Seat, Viewer
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from portfolio.media.intake import CleanPhoto

TABLES = (Person, Organisation, Membership, Portfolio, Entry, Attachment, Comment, Consent)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint no pictures and hash nothing: both take seconds."""

    def paint(names: Iterable[str]) -> dict[str, CleanPhoto]:
        return {name: factories._clean("teal") for name in names}

    monkeypatch.setattr(demo, "paint", paint)
    # Nobody signs in here, and hashing is slow on purpose.
    monkeypatch.setattr(demo, "hash_passphrase", lambda phrase: phrase)


def counts() -> dict[str, int]:
    return {
        model.__tablename__: db.session.scalars(select(func.count()).select_from(model)).one()
        for model in (*TABLES, AccessLog)
    }


def viewer_of(name: str) -> Viewer:
    person = db.session.scalars(
        select(Person).where(Person.sign_in_hash == sign_in_hash(keyring(), name))
    ).one()
    seats = db.session.execute(
        select(Membership.id, Membership.role, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person.id)
    ).all()
    portfolio_id = db.session.scalars(
        select(Portfolio.id).where(Portfolio.person_id == person.id)
    ).first()
    return Viewer(
        person_id=person.id,
        key_id=person.key_id,
        portfolio_id=portfolio_id,
        age_group=person.age_group,
        language=person.language,
        mode=person.mode,
        seats=tuple(Seat(*seat) for seat in seats),
    )


def aminas() -> tuple[Viewer, dict[str, PortfolioKeys]]:
    who = viewer_of("amina")
    assert who.portfolio_id
    return who, open_keys(db.session, keyring(), [who.portfolio_id])


def test_loading_twice_changes_nothing(app: Flask) -> None:
    first = demo.load(app)
    with app.app_context():
        before = counts()
    assert demo.load(app) == first
    with app.app_context():
        assert counts() == before
    assert before["person"] == len(people())
    assert before["entry"] == sum(len(map_of(name).entries) for name in ("amina", "farid"))
    assert [account.name for account in first] == [person.key for person in people()]


def test_a_crash_half_way_leaves_nobody_and_the_next_start_everybody(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_loader: MapLoader, _content: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(MapLoader, "_load_comments", crash)
        with pytest.raises(KeyboardInterrupt):
            demo.load(app)
    with app.app_context():
        assert set(counts().values()) == {0}
    kept = demo.load(app)
    with app.app_context():
        assert counts()["person"] == len(people())
        assert len(list(media_store().names())) > 2 * counts()["attachment"]
    assert demo.load(app) == kept


def test_everything_can_be_read_again(app: Flask) -> None:
    demo.load(app)
    with app.app_context():
        amina, keys = aminas()
        content = map_of("amina")
        chosen = visible(amina, Action.MAP_KEEP, Entry)
        entries = read_entries(db.session, chosen, keys)
        assert {e.text_for("nl").title.text for e in entries} == {
            e.texts["nl"].title.strip() for e in content.entries
        }
        assert {e.text_for("ar").title.dir for e in entries if len(e.texts) > 1} == {"rtl"}
        photo = next(e.photos[0] for e in entries if e.photos)
        row = db.session.get_one(Attachment, photo.id)
        key = keys[row.portfolio_id].by_id(row.key_id)
        assert open_file(media_store(), key, row.file_id, "klein").startswith(b"\xff\xd8")
        scales = read_scales(db.session, row.portfolio_id, keys[row.portfolio_id])
        assert scales == dict(content.steps)
        said = read_comments(db.session, visible(amina, Action.MAP_KEEP, Comment), keys)
        assert {"Bas", "Amina"} == {each.author.name for each in said}
        read = read_log(db.session, visible(amina, Action.LOG_READ, AccessLog), keys)
        assert {"Bas", "Carla", "Dirk"} == {each.who.name for each in read}
        assert [each.at for each in read] == sorted((each.at for each in read), reverse=True)


def test_the_chains_hold(app: Flask) -> None:
    demo.load(app)
    with app.app_context():
        amina, keys = aminas()
        assert amina.portfolio_id
        own = keys[amina.portfolio_id]
        row = get_or_404(amina, Action.MAP_KEEP, Portfolio, amina.portfolio_id)
        readings = db.session.scalars(select(AccessLog).order_by(AccessLog.number)).all()
        comments = db.session.scalars(select(Comment).order_by(Comment.number)).all()
        for head, links in (
            ("access_log_head", [(each.number, each.code, log_parts(each)) for each in readings]),
            ("comment_head", [(each.number, each.code, comment_parts(each)) for each in comments]),
        ):
            link = chain.Link(0, "")
            for number, code, parts in links:
                assert number == link.number + 1
                assert code == chain.link_code(own.chain_secret, link.code, number, parts)
                link = chain.Link(number, code)
            assert links
            assert chain.read_head(row, head, own) == link


@pytest.mark.parametrize(
    ("name", "action", "wanted"),
    [
        ("bas", Action.PEOPLE_SEE, "werk"),
        ("carla", Action.PEOPLE_SEE, None),
        ("dirk", Action.ACHIEVEMENTS_SEE, "vrijwilligerswerk"),
        ("eva", Action.PEOPLE_SEE, None),
    ],
)
def test_each_sees_what_was_shared(
    app: Flask, name: str, action: Action, wanted: str | None
) -> None:
    demo.load(app)
    with app.app_context():
        chosen = visible(viewer_of(name), action, Entry)
        found = {entry.leefgebied for entry in db.session.scalars(chosen).all()}
        assert found == ({wanted} if wanted else set())


def test_bas_sees_much_of_aminas_plan_and_little_of_farids(app: Flask) -> None:
    demo.load(app)
    with app.app_context():
        bas, pages = viewer_of("bas"), {}
        for name in ("amina", "farid"):
            map_id = str(viewer_of(name).portfolio_id)
            pages[name] = plan_page(bas, map_id, log=False)
        hers, his = pages["amina"], pages["farid"]
        assert {goal.leefgebied for goal in hers.goals.rows} == {
            *("werk", "taal", "vrije_tijd", "opleiding")
        }
        assert {goal.leefgebied for goal in his.goals.rows} == {"werk"}
        assert set(hers.direction) == {"horizon", "interests", "can", "gain"}
        assert hers.route
        assert hers.route.of("lesuren") == 310 * 60
        assert not hers.route.said.differs
        assert min(len(hers.levels[skill]) for skill in SKILLS) >= 3
        hidden = (hers.barriers, hers.webs, his.barriers, his.webs, his.levels, his.route)
        assert not any(hidden)
        for page, accepted in ((hers, True), (his, False)):
            states = [(talk.state, talk.accepted) for talk in page.talks.rows]
            assert states == [("planned", accepted), ("agreed", True)]
        for name in ("carla", "dirk", "eva"):
            chosen = visible(viewer_of(name), Action.PEOPLE_SEE, Goal)
            assert not db.session.scalars(chosen).all()


@pytest.mark.parametrize("hour", [12, 22, 23])
def test_a_plan_is_of_this_day_in_amsterdam_at_any_hour(app: Flask, hour: int) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        tomorrow = datetime.combine(clock(db.session) + timedelta(days=1), time(hour, 40), UTC)
        db.session.execute(update(ClockMark).values(seen_at=tomorrow))
        db.session.commit()
    demo.load(app)
    with app.app_context():
        today = clock(db.session).astimezone(AMSTERDAM).date()
        for name in ("amina", "farid"):
            who = viewer_of(name)
            keys = open_keys(db.session, keyring(), [str(who.portfolio_id)])
            own = keys[str(who.portfolio_id)]
            mine = partial(visible, who, Action.MAP_KEEP)
            talks = read_talks(db.session, mine(Talk), own)
            assert 8 <= (talks[0].starts_at.astimezone(AMSTERDAM).date() - today).days <= 14
            assert all(talk.starts_at.astimezone(AMSTERDAM).weekday() < 5 for talk in talks)
            hours = {talk.starts_at.astimezone(AMSTERDAM).strftime("%H:%M") for talk in talks}
            content = map_of(name).plan
            assert content
            assert hours == {talk.time for talk in content.talks}
            said = read_agreements(db.session, mine(Agreement), own)
            due = [each.deed.due_on for each in said if not each.done and each.deed.due_on]
            assert sorted(day < today for day in due) == [False, True]
            assert [each.done for each in said].count(True) == 1
            goals = db.session.scalars(mine(Goal)).all()
            assert 4 <= len(goals) <= 6
            assert sum(goal.reached_at is not None for goal in goals) == 1
            days = [goal.by_day for goal in goals if goal.by_day and not goal.reached_at]
            assert min(days) > today
            assert len(read_webs(db.session, mine(Wellbeing), own)) == 2
            assert db.session.scalars(mine(StepEvidence)).all()
            assert db.session.scalars(mine(Contact)).one().ended_at is None
            assert [each.number for each in db.session.scalars(mine(PlanVersion))] == [1]
        now = clock(db.session)
        for moment in (Goal.created_at, CanDo.at, Answer.changed_at, Talk.created_at):
            assert db.session.scalars(select(func.max(moment))).one() <= now
    assert verify(app) == (2, [])


def test_the_measured_map_has_exactly_its_size(app: Flask) -> None:
    demo.load(app, entries=60, photos=30)
    with app.app_context():
        amina, keys = aminas()
        chosen = visible(amina, Action.MAP_KEEP, Entry)
        entries = read_entries(db.session, chosen, keys)
        here = [entry for entry in entries if entry.leefgebied == "werk"]
        assert (len(entries), sum(len(entry.photos) for entry in entries)) == (60, 30)
        assert (len(here), sum(len(entry.photos) for entry in here)) == (20, 10)
        assert (
            len(db.session.scalars(visible(viewer_of("bas"), Action.PEOPLE_SEE, Entry)).all()) == 20
        )


def test_the_sweep_takes_nothing_of_it(app: Flask) -> None:
    demo.load(app)
    assert not any(sweep(app).values())
