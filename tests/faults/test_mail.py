"""Mail is sent once: by two at a time, by who is killed, and to a receiver that is down."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio import create_app
from portfolio.config import ConfigurationError, read_settings
from portfolio.extensions import db, keyring
from portfolio.languages import translate
from portfolio.models import Email, Mail, Person
from portfolio.models.base import begin
from portfolio.models.email import prove, want
from portfolio.models.mail import LEASE, TRIED, MailKind, Result, Said, mail_soon, mail_to
from portfolio.models.notice import Kind, tell
from portfolio.postman import NotTakenError, Smtp, send_waiting
from tests.faults.server import environment
from tests.house.finding import ROOT
from tests.receiver import Gate, Receiver, receiving
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from portfolio.config import Settings
    from tests.people import Actor, Cast

ADDRESS = "kanarie@voorbeeld.nl"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a receiver that takes everything."""
    with receiving() as made:
        yield made


@pytest.fixture
def sender(cast: Cast, settings: Settings, receiver: Receiver) -> Iterator[Flask]:
    """Give an application that sends to the receiver; Amina, who reads Arabic, has an address."""
    del cast
    made = create_app(replace(settings, smtp_url=receiver.url, mail_from="map@voorbeeldstad.nl"))
    yield made
    close_engines(made)


def give_address(app: Flask, who: Actor) -> None:
    """Let somebody have a proven address."""
    with app.app_context():
        begin(db.session, writing=True)
        person = db.session.get_one(Person, who.person_id)
        person.language, person.mode = "ar", "both"
        key = keyring().fetch([person.key_id])[person.key_id]
        code = want(db.session, keyring(), None, key, person_id=person.id, address=ADDRESS)
        row = db.session.scalars(select(Email)).one()
        assert prove(db.session, keyring(), row, key, code)
        db.session.commit()


def put(app: Flask, who: Actor, count: int = 1, kind: MailKind = MailKind.SIGN_IN) -> None:
    """Put so many mails in the queue."""
    with app.app_context():
        begin(db.session, writing=True)
        for _ in range(count):
            mail_soon(db.session, who.person_id, kind)
        db.session.commit()


def later(app: Flask, span: timedelta) -> None:
    """Let what is in the queue be so much older."""
    with app.app_context():
        begin(db.session, writing=True)
        for row in db.session.scalars(select(Mail)).all():
            row.created_at, row.due_at = row.created_at - span, row.due_at - span
            row.leased_until = row.leased_until - span if row.leased_until else None
        db.session.commit()


def state(app: Flask) -> list[tuple[str | None, int]]:
    """Tell what became of each mail, and how often it was tried."""
    with app.app_context():
        rows = db.session.execute(select(Mail.result, Mail.tries).order_by(Mail.created_at)).all()
    return [(row[0], row[1]) for row in rows]


def test_a_mail_says_nothing_of_anybody_in_the_own_language_alone(
    cast: Cast, sender: Flask, receiver: Receiver
) -> None:
    give_address(sender, cast.amina)
    with sender.app_context():
        begin(db.session, writing=True)
        tell(db.session, cast.amina.person_id, Kind.COMMENT, cast.comments["asked"])
        db.session.commit()
    assert send_waiting(sender) == {Result.SENT: 1}
    to, mail = receiver.came[0]
    assert to == mail["To"] == ADDRESS
    assert mail["From"] == "Mijn map <map@voorbeeldstad.nl>"
    assert mail["Subject"] == "Mijn map"
    assert set(mail.keys()) - {"X-Peer"} == {
        *("Subject", "From", "Date", "Message-ID", "Auto-Submitted", "To"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    words = mail.get_content()
    own = translate("ar", "Er is iets nieuws in je map.")
    assert words.startswith(own)
    assert "Er is iets nieuws" not in words
    for word in ("Amina", "Bas", "Kanarie", "http", "://", cast.comments["asked"]):
        assert word not in words


def test_a_mail_is_no_notice_until_its_reason_is_kept(cast: Cast, sender: Flask) -> None:
    """Reason and mail are one transaction: what was rolled back mails nobody."""
    give_address(sender, cast.amina)
    with sender.app_context():
        begin(db.session, writing=True)
        tell(db.session, cast.amina.person_id, Kind.NEW_DEVICE)
        db.session.rollback()
    assert send_waiting(sender) == {}
    assert state(sender) == []


def test_two_workers_at_once_send_each_mail_once(
    cast: Cast, sender: Flask, receiver: Receiver
) -> None:
    """ASVS 15.4.2, 2.3.4: each mail is taken and sent by one of many."""
    give_address(sender, cast.amina)
    put(sender, cast.amina, 24)
    other = create_app(sender.extensions["portfolio.settings"])
    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(send_waiting, (sender, other, sender, other)))
    close_engines(other)
    assert sum((Counter(each) for each in counted), Counter()) == {Result.SENT: 24}
    names = [mail["Message-ID"] for _to, mail in receiver.came]
    assert len(names) == len(set(names)) == 24
    assert send_waiting(sender) == {}


def test_two_tellers_at_once_make_one_mail_of_news(cast: Cast, sender: Flask) -> None:
    give_address(sender, cast.amina)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: put(sender, cast.amina, 1, MailKind.NEWS), range(8)))
    assert state(sender) == [(None, 0)]


@pytest.mark.parametrize("where", ["at_address", "at_content"])
def test_whoever_is_killed_while_sending_never_sends_it_twice(
    cast: Cast, sender: Flask, receiver: Receiver, where: str
) -> None:
    """Killed before it was handed over: sent by the next. Killed after: not sent again."""
    give_address(sender, cast.amina)
    put(sender, cast.amina)
    gate = Gate()
    setattr(receiver, where, gate)
    env = environment(sender.extensions["portfolio.settings"]) | {"SMTP_URL": receiver.url}
    worker = subprocess.Popen([sys.executable, "-m", "portfolio", "send-mail"], cwd=ROOT, env=env)
    assert gate.reached.wait(30)
    # Nobody else has it as long as the lease lasts.
    assert send_waiting(sender) == {}
    worker.kill()
    worker.wait()
    gate.opened.set()
    setattr(receiver, where, None)
    assert send_waiting(sender) == {}
    later(sender, LEASE + timedelta(seconds=1))
    result = Result.SENT if where == "at_address" else Result.UNSURE
    assert send_waiting(sender) == {result: 1}
    assert send_waiting(sender) == {}
    assert len(receiver.came) == 1


def test_whoever_wakes_after_the_lease_hands_nothing_over(
    cast: Cast, sender: Flask, receiver: Receiver
) -> None:
    """A sender that slept too long finds that another has the mail."""
    give_address(sender, cast.amina)
    put(sender, cast.amina)
    gate = Gate()
    receiver.at_address = gate
    with ThreadPoolExecutor(1) as pool:
        sleeper = pool.submit(send_waiting, sender)
        assert gate.reached.wait(20)
        receiver.at_address = None
        later(sender, LEASE + timedelta(seconds=1))
        assert send_waiting(sender) == {Result.SENT: 1}
        gate.opened.set()
        assert sleeper.result() == {None: 1}
    assert len(receiver.came) == 1
    assert state(sender) == [("sent", 2)]


def test_a_receiver_that_is_down_gets_it_later_and_is_given_up_after_days(
    cast: Cast, settings: Settings, sender: Flask, receiver: Receiver
) -> None:
    give_address(sender, cast.amina)
    put(sender, cast.amina)
    with receiving() as gone:
        nowhere = gone.url
    down = create_app(replace(settings, smtp_url=nowhere))
    assert send_waiting(down) == {None: 1}
    # It waits longer each time, and is not tried before.
    assert send_waiting(down) == {}
    for minutes in (1, 2, 4):
        later(down, timedelta(minutes=minutes))
        assert send_waiting(down) == {None: 1}
    later(down, timedelta(minutes=8))
    assert send_waiting(sender) == {Result.SENT: 1}
    put(sender, cast.amina)
    later(sender, TRIED[MailKind.SIGN_IN] - timedelta(seconds=30))
    assert send_waiting(down) == {Result.GIVEN_UP: 1}
    close_engines(down)
    assert sorted(map(str, state(sender))) == ["('given_up', 1)", "('sent', 5)"]
    assert len(receiver.came) == 1


def test_what_a_receiver_refuses_waits_or_is_given_up(
    cast: Cast, sender: Flask, receiver: Receiver
) -> None:
    give_address(sender, cast.amina)
    put(sender, cast.amina)
    receiver.to_content = "451 later"
    assert send_waiting(sender) == {None: 1}
    later(sender, timedelta(minutes=1))
    receiver.to_content, receiver.to_address = "250 OK", "450 later"
    assert send_waiting(sender) == {None: 1}
    later(sender, timedelta(minutes=2))
    receiver.to_address = "550 nobody here"
    assert send_waiting(sender) == {Result.GIVEN_UP: 1}
    assert receiver.came == []


def test_a_code_that_is_over_is_not_sent(cast: Cast, sender: Flask, receiver: Receiver) -> None:
    """ASVS 6.5.5: nothing brings a code that works no more."""
    with sender.app_context():
        begin(db.session, writing=True)
        person = db.session.get_one(Person, cast.amina.person_id)
        key = keyring().fetch([person.key_id])[person.key_id]
        mail_to(db.session, person.id, MailKind.CODE, Said(ADDRESS, "12345678"), key)
        db.session.commit()
    later(sender, timedelta(minutes=10, seconds=1))
    assert send_waiting(sender) == {Result.GIVEN_UP: 1}
    assert receiver.came == []
    with sender.app_context():
        assert db.session.scalars(select(Mail.said)).one() is None


def test_off_this_machine_there_is_tls_or_no_mail(receiver: Receiver) -> None:
    assert Smtp.at("smtp://mail.voorbeeld.nl", "a@b.nl").tls
    assert Smtp.at("smtps://u:p%40@mail.voorbeeld.nl", "a@b.nl").password == "p@"
    post = replace(Smtp.at(receiver.url, "a@b.nl"), tls=True)
    with pytest.raises(NotTakenError):
        post.bring(EmailMessage(), ADDRESS, "naam", lambda: True)
    assert receiver.came == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "http://mail.voorbeeld.nl"),
        ("SMTP_URL", "smtp://naam:geheim@"),
        ("PORTFOLIO_MAIL_FROM", "Mijn map <a@b.nl>"),
        ("PORTFOLIO_MAIL_FROM", "a@b.nl\nBcc: x@y.nl"),
        ("PORTFOLIO_SECURITY_CONTACT", "javascript:alert(1)"),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(name: str, value: str) -> None:
    key = {"PORTFOLIO_MASTER_KEY": "A" * 43 + "="}
    with pytest.raises(ConfigurationError) as said:
        read_settings({**key, name: value})
    assert name in str(said.value)
    assert value not in str(said.value)
