"""An e-mail address: proven by a code, kept sealed, and good for fixed sentences only."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portfolio.config import Settings
from portfolio.extensions import db, keyring, settings
from portfolio.limits import LIMITS
from portfolio.models import ClockMark, Email, Mail, Notice, Person, SignIn
from portfolio.models.base import begin, clock
from portfolio.models.email import CODE_LASTS, MOST_TRIES
from portfolio.models.mail import Result
from portfolio.models.person import CREDENTIAL_KINDS
from portfolio.postman import FOLDER, send_waiting
from tests.browser import Page
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

ADDRESS, OTHER = "kanarie.amina@voorbeeld.nl", "andere.kanarie@voorbeeld.nl"
CODE = re.compile(r"\b\d{8}\b")


def letters(app: Flask) -> list[tuple[str, str]]:
    """Send what waits to the folder; gives all letters there as they are, and their words."""
    send_waiting(app)
    with app.app_context():
        folder = settings().data_folder / FOLDER
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    read = [(file.read_text(), file.read_bytes()) for file in files]
    return [
        (raw, message_from_bytes(content, policy=default).get_content()) for raw, content in read
    ]


def ask(who: Actor, address: str = ADDRESS) -> str:
    """Let somebody give an address; gives the code that was mailed."""
    page = who.page.visit("/over-mij/e-mail")
    if "Kies een ander e-mailadres" in page.html:
        page.submit("Kies een ander e-mailadres")
    page.fill("address", address).submit("Stuur een code")
    assert "We stuurden een code naar:" in page.text
    return str(CODE.findall(letters(who.app)[-1][1])[0])


def prove(who: Actor, address: str = ADDRESS) -> None:
    """Let somebody give an address and prove it."""
    code = ask(who, address)
    who.page.fill("code", f"{code[:4]} {code[4:]}").submit("Bewaar")
    assert "Je krijgt nu ook e-mail." in who.page.text


def later(app: Flask, span: timedelta) -> None:
    """Let so much time go by."""
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(ClockMark).values(seen_at=clock(db.session) + span))
        db.session.commit()


def age(app: Flask, span: timedelta) -> None:
    """Let the code that was mailed be so much older."""
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.scalars(select(Email)).one()
        assert row.code_ends_at is not None
        row.code_ends_at -= span
        db.session.commit()


def queued(app: Flask) -> list[tuple[str, str | None]]:
    """List the mails of the queue, the oldest first: kind, and what became of them."""
    with app.app_context():
        rows = db.session.execute(
            select(Mail.kind, Mail.result).order_by(Mail.created_at, Mail.id)
        ).all()
    return [(row[0], row[1]) for row in rows]


def test_an_address_is_proven_changed_and_taken_away(cast: Cast) -> None:
    amina = cast.amina
    prove(amina)
    # Nothing of the address lies open: not in the letters, nor in the database.
    assert all(ADDRESS not in raw for raw, _words in letters(amina.app))
    with amina.app.app_context():
        row = db.session.scalars(select(Email)).one()
        assert ADDRESS.encode() not in (row.address or b"")
        assert (row.wanted, row.code_hash) == (None, None)
        assert db.session.scalars(select(Notice.kind)).one() == "sign_in_changed"
        assert db.session.scalars(select(Mail.said)).all() == [None]
    # Until the new one is proven the old one stays, and then the old one is told.
    code = ask(amina, OTHER)
    assert ADDRESS in amina.page.visit("/over-mij/e-mail").text
    amina.page.fill("code", code).submit("Bewaar")
    assert ADDRESS not in amina.page.text
    assert OTHER in amina.page.text
    assert "schrijft niet meer naar dit e-mailadres" in letters(amina.app)[-1][1]
    amina.page.submit("Haal mijn e-mailadres weg")
    assert OTHER not in amina.page.text
    assert [kind for kind, _result in queued(amina.app)] == ["code", "code", "address", "address"]
    letters(amina.app)
    with amina.app.app_context():
        assert db.session.scalars(select(Email)).all() == []
        assert db.session.scalars(select(Mail.said).where(Mail.said.is_not(None))).all() == []


def test_a_code_of_ten_minutes_works_once(cast: Cast) -> None:
    """ASVS 6.5.5. A code that was mailed is over after ten minutes, to the second."""
    amina = cast.amina
    code = ask(amina)
    assert timedelta(minutes=10) >= CODE_LASTS
    age(amina.app, CODE_LASTS - timedelta(seconds=20))
    assert amina.page.post("/over-mij/e-mail/code", {"code": code}).status_code == 303
    # Used up, it proves nothing that is asked for later.
    with amina.app.app_context():
        assert db.session.scalars(select(Email.code_hash)).one() is None
    code = ask(amina, OTHER)
    age(amina.app, CODE_LASTS)
    assert amina.page.post("/over-mij/e-mail/code", {"code": code}).status_code == 422
    assert OTHER not in amina.page.visit("/over-mij/e-mail").text.partition("Schrijf de code")[0]


def test_of_many_uses_of_a_code_at_once_one_succeeds(cast: Cast) -> None:
    """ASVS 6.5.1, 2.3.4."""
    amina = cast.amina
    code = ask(amina)
    pages = [Page(amina.browse()) for _ in range(6)]
    for page in pages:
        page.visit("/over-mij/e-mail")

    def use(page: Page) -> int:
        return page.post("/over-mij/e-mail/code", {"code": code}).status_code

    with ThreadPoolExecutor(len(pages)) as pool:
        answers = list(pool.map(use, pages))
    assert set(answers) == {303}
    # Whoever proves an address is told so, once for each time.
    with amina.app.app_context():
        assert len(db.session.scalars(select(Notice)).all()) == 1


def test_a_code_cannot_be_guessed(cast: Cast) -> None:
    amina = cast.amina
    code = ask(amina)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(MOST_TRIES):
        assert amina.page.post("/over-mij/e-mail/code", {"code": wrong}).status_code == 422
    assert amina.page.post("/over-mij/e-mail/code", {"code": code}).status_code == 422
    for _ in range(LIMITS["email_code"].tries):
        answer = amina.page.post("/over-mij/e-mail/code", {"code": "x" * 5000})
    assert answer.status_code == 429
    with amina.app.app_context():
        assert db.session.scalars(select(Email.address)).one() is None


def test_nobody_lets_us_write_to_a_stranger_again_and_again(cast: Cast) -> None:
    given = [
        who.page.post("/over-mij/e-mail", {"address": ADDRESS.upper()}).status_code
        for who in (cast.amina, cast.farid, cast.bas, cast.dirk)
    ]
    assert given == [303, 303, 303, 429]
    assert len(queued(cast.amina.app)) == 3


HOSTILE = (
    "amina@voorbeeld.nl\r\nBcc: alle@voorbeeld.nl",
    "amina@voorbeeld.nl\nSubject: x",
    "amina@voorbeeld.nl%0aBcc:x@y.nl",
    "amina@voorbeeld.nl,farid@voorbeeld.nl",
    "Amina <amina@voorbeeld.nl>",
    '"a\r\nb"@voorbeeld.nl',
    "amina@voorbeeld.nl\u2028Bcc: x@y.nl",
    "amina@[127.0.0.1]",
    "amina@localhost",
    "amina..b@voorbeeld.nl",
    "@voorbeeld.nl",
    "a" * 65 + "@voorbeeld.nl",
    "a@" + "b" * 250 + ".nl",
    "<script>@voorbeeld.nl",
    "",
)


def test_no_address_begins_a_header_or_a_list(cast: Cast) -> None:
    """ASVS 1.3.11: what could add a header or a receiver is no address."""
    for address in HOSTILE:
        answer = cast.amina.page.post("/over-mij/e-mail", {"address": address})
        assert answer.status_code == 422, address
    assert queued(cast.amina.app) == []


def test_an_address_opens_nothing_and_is_nobody_elses_to_see(cast: Cast) -> None:
    """ASVS 6.3.6: with an address, or a code that was mailed, nobody comes in."""
    prove(cast.amina)
    code = ask(cast.amina, OTHER)
    visitor = Page(cast.amina.app.test_client())
    for path, fields in (
        ("/inloggen", {"sign_in_name": ADDRESS, "passphrase": cast.amina.passphrase}),
        ("/inloggen", {"sign_in_name": "amina", "passphrase": code}),
        ("/inloggen/code", {"sign_in_name": "amina", "code": code}),
        ("/inloggen/code", {"sign_in_name": ADDRESS, "code": code}),
    ):
        assert visitor.visit("/inloggen").post(path, fields).status_code == 422
    with cast.amina.app.app_context():
        assert "e-mail" not in set(db.session.scalars(select(SignIn.method)).all())
    for other in (cast.farid, cast.bas, cast.eva):
        text = other.page.visit("/over-mij/e-mail").text
        assert ADDRESS not in text
        assert OTHER not in text
        # Nobody confirms or takes away what is another's.
        other.page.post("/over-mij/e-mail/code", {"code": code})
        other.page.post("/over-mij/e-mail/weg")
        other.page.post("/over-mij/e-mail/ander")
    assert ADDRESS in cast.amina.page.visit("/over-mij/e-mail").text


def test_no_way_in_goes_over_a_telephone_line() -> None:
    """ASVS 6.6.1. No code is sent by SMS: no credential, setting or page knows of it."""
    assert not {"sms", "phone", "telephone"} & set(CREDENTIAL_KINDS)
    assert not [name for name in Settings.__dataclass_fields__ if "sms" in name]
    paths = [path for path in (ROOT / "portfolio").rglob("*.py") if "demo" not in path.parts]
    assert not [path for path in paths if re.search(r"\bsms\b", path.read_text(), re.IGNORECASE)]


def test_news_comes_once_a_day_and_what_cannot_wait_at_once(cast: Cast) -> None:
    prove(cast.amina)
    thing = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}"
    for text in ("Eerste kanarie", "Tweede kanarie"):
        cast.bas.page.visit(thing).fill("text", text).submit("Stuur")
    fields = {"old_passphrase": cast.amina.passphrase, "passphrase": "een heel nieuwe zin hier"}
    for _ in range(2):
        assert cast.amina.page.post("/over-mij/wachtwoord", fields).status_code == 303
        fields["old_passphrase"] = fields["passphrase"]
    kinds = [kind for kind, _result in queued(cast.amina.app)]
    assert kinds == ["code", "news", "sign_in", "sign_in"]
    words = " ".join(words for _raw, words in letters(cast.amina.app))
    for word in ("kanarie", "Bas", "Amina", "Werk", "reactie", "http", "/"):
        assert word not in words
    assert "Er is iets nieuws in je map." in words
    later(cast.amina.app, timedelta(days=1))
    Page(cast.bas.browse()).visit(thing).fill("text", "Derde").submit("Stuur")
    assert [kind for kind, _result in queued(cast.amina.app)].count("news") == 2


def test_whoever_gave_no_address_or_is_erased_gets_no_mail(cast: Cast) -> None:
    cast.bas.page.visit(f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}").fill(
        "text", "Kanarie"
    ).submit("Stuur")
    assert queued(cast.amina.app) == []
    prove(cast.amina)
    ask(cast.amina, OTHER)
    cast.amina.page.submit("Kies een ander e-mailadres")
    cast.amina.page.fill("address", OTHER).submit("Stuur een code")
    with cast.amina.app.app_context():
        person = db.session.get_one(Person, cast.amina.person_id)
        keyring().destroy([person.key_id])
        db.session.rollback()
    before = len(_folder(cast.amina.app))
    assert send_waiting(cast.amina.app) == {Result.NOBODY: 1}
    assert len(_folder(cast.amina.app)) == before


def _folder(app: Flask) -> list[str]:
    with app.app_context():
        return [file.name for file in (settings().data_folder / FOLDER).glob("*")]
