"""The cast: the people of every test. The demonstration has the same people.

What they are is said once, in make_cast; a test gets them as fixtures of their names.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
from flask import has_app_context

from portfolio.extensions import db
from portfolio.models.base import begin, clock
from portfolio.models.consent import Grantee
from portfolio.models.found_sign_in import find_sign_in
from portfolio.models.portfolio import set_scale
from portfolio.models.second_factor import STEP
from portfolio.models.sign_in import hash_token, start_sign_in
from portfolio.security import SIGN_IN_COOKIE
from portfolio.viewer import Seat, Viewer
from tests import factories
from tests.browser import HOST, Page

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

NAMES = ("amina", "farid", "bas", "carla", "dirk", "eva")
PASSPHRASES = {name: f"{name} loopt langs het water" for name in NAMES}
# The app of whoever works for others: each secret is known to the tests alone.
APPS = {
    name: base64.b32encode(hashlib.sha1(name.encode(), usedforsecurity=False).digest()).decode()
    for name in ("bas", "carla", "dirk", "eva")
}
GEMEENTE, LINDE = "Gemeente Voorbeeldstad", "Buurthuis De Linde"


@dataclass
class Facts:
    """What stands in the stores, by the names that tests use."""

    people: dict[str, str] = field(default_factory=dict)
    maps: dict[str, str] = field(default_factory=dict)
    # "bas" -> the membership through which bas is shared with.
    seats: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    # "work" -> the id of an entry, of its photo, and a word that stands nowhere else.
    entries: dict[str, str] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    sounds: dict[str, str] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    canaries: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)


@dataclass
class Actor:
    """One of the cast at a test's application; `page` is a browser in which they are signed in."""

    app: Flask
    key: str
    facts: Facts
    _page: Page | None = None

    @property
    def name(self) -> str:
        """Give the name to be called by."""
        return self.key.title()

    @property
    def passphrase(self) -> str:
        """Give the passphrase with which this person really signs in."""
        return PASSPHRASES[self.key]

    @property
    def person_id(self) -> str:
        """Give the id of the person."""
        return self.facts.people[self.key]

    @property
    def map_id(self) -> str:
        """Give the id of the map; KeyError for whoever has none."""
        return self.facts.maps[self.key]

    @property
    def seat_id(self) -> str:
        """Give the membership through which this person acts; KeyError for whoever has none."""
        return self.facts.seats[self.key]

    @property
    def page(self) -> Page:
        """Give this person's browser, signed in at first use."""
        if self._page is None:
            self._page = Page(self.browse())
        return self._page

    def code(self, away: int = 0) -> str:
        """Give the code that this person's app shows now, or so many half minutes away."""
        with self.app.app_context():
            begin(db.session, writing=False)
            now = clock(db.session).timestamp()
            db.session.rollback()
        return pyotp.TOTP(APPS[self.key]).at(int(now) + away * STEP)

    def browse(self) -> FlaskClient:
        """Open another browser in which this person is signed in; the visitor never is.

        Ask outside of app.app_context(): inside it all requests would share one `g`, and the
        second person would be taken for the first.
        """
        assert not has_app_context(), "a browser is opened outside of app.app_context()"
        client = self.app.test_client()
        if self.key in self.facts.people:
            client.set_cookie(SIGN_IN_COOKIE, self.sign_in(), domain=HOST)
        return client

    def sign_in(self) -> str:
        """Start a signed-in session through the model and give its token."""
        with self.app.app_context():
            begin(db.session, writing=True)
            token = start_sign_in(
                db.session,
                self.person_id,
                "passphrase",
                own_device=False,
                network_hash=None,
                second_factor=True,
            )
            db.session.commit()
        return token

    def viewer(self) -> Viewer:
        """Give this person as the gate knows them. Needs an application context."""
        token = self.sign_in()
        begin(db.session, writing=False)
        found = find_sign_in(db.session, hash_token(token))
        assert found is not None
        return Viewer(
            person_id=found.person_id,
            key_id=found.key_id,
            portfolio_id=found.portfolio_id,
            age_group=found.age_group,
            language=found.language,
            mode=found.mode,
            seats=tuple(Seat(*seat) for seat in found.seats),
            sign_in_id=found.sign_in_id,
            new_since=found.new_since,
        )


class Cast:
    """Everybody, and what is there: `cast.amina`, `cast.entries["work"]`."""

    def __init__(self, app: Flask, facts: Facts) -> None:
        self.facts = facts
        self.entries, self.photos = facts.entries, facts.photos
        self.sounds, self.papers = facts.sounds, facts.papers
        self.canaries, self.comments = facts.canaries, facts.comments
        self.amina, self.farid, self.bas, self.carla, self.dirk, self.eva = (
            Actor(app, name, facts) for name in NAMES
        )
        self.visitor = Actor(app, "visitor", facts)

    def everybody(self) -> dict[str, Actor]:
        """List the cast by name, the visitor last."""
        return {name: getattr(self, name) for name in (*NAMES, "visitor")}


def make_cast(app: Flask) -> Facts:
    """Make the cast, their maps and what is shared, in one transaction."""
    facts = Facts()
    with app.app_context():
        begin(db.session, writing=True)
        _make_people(facts)
        _make_maps(facts)
        _make_consents(facts)
        _make_comments(facts)
        db.session.commit()
    return facts


def _make_people(facts: Facts) -> None:
    """Amina and Farid own a map. Bas, Carla and Dirk have a seat; Eva keeps the accounts."""
    gemeente, linde = factories.organisation(GEMEENTE), factories.organisation(LINDE)
    facts.organisations.update(gemeente=gemeente.id, linde=linde.id)
    for name in ("amina", "farid"):
        made = factories.make_owner(name, name.title(), passphrase=PASSPHRASES[name])
        assert made.portfolio is not None
        facts.people[name], facts.maps[name] = made.person.id, made.portfolio.id
    for name, role, at in (
        ("bas", "coach", gemeente),
        ("carla", "coach", gemeente),
        ("dirk", "provider", linde),
        ("eva", "beheerder", gemeente),
    ):
        made = factories.make_person(name, name.title(), passphrase=PASSPHRASES[name])
        facts.people[name] = made.person.id
        facts.seats[name] = factories.member(made, at, role).id
        factories.app(made, APPS[name])
    factories.member(made, linde, "beheerder")


# What is in the maps: name, whose, leefgebied, and whether a photo hangs on it.
THINGS = (
    ("work", "amina", "werk", True),
    ("work_private", "amina", "werk", True),
    ("work_refused", "amina", "werk", True),
    ("work_deleted", "amina", "werk", False),
    ("language", "amina", "taal", True),
    ("health", "amina", "gezondheid", True),
    ("achievement", "amina", "vrijwilligerswerk", True),
    ("farids_work", "farid", "werk", True),
)


def _make_maps(facts: Facts) -> None:
    """Fill the maps; every entry has a word of its own, by which a leak is found."""
    for number, (name, owner, leefgebied, with_photo) in enumerate(THINGS):
        canary = f"kanarie{number}zwx{name.replace('_', '')}"
        entry_id = factories.make_entry(
            facts.maps[owner],
            leefgebied,
            {"nl": (f"Titel {canary}", f"Verhaal {canary}"), "ar": ("عنوان", f"قصة {canary}")},
            private=name == "work_private",
            deleted_at=datetime.now(UTC) - timedelta(days=1) if name == "work_deleted" else None,
        )
        facts.entries[name], facts.canaries[name] = entry_id, canary
        if with_photo:
            facts.photos[name] = factories.make_photo(facts.maps[owner], entry_id, leefgebied)
        if name in ("work", "farids_work"):
            facts.sounds[name] = factories.make_sound(facts.maps[owner], entry_id, leefgebied)
            facts.papers[name] = factories.make_paper(facts.maps[owner], entry_id, leefgebied)
    keys = factories.keys_for(facts.maps["amina"])
    set_scale(db.session, facts.maps["amina"], keys, "werk", "met_hulp")


def grantee(name: str) -> Grantee:
    """Say who a member of the cast is to an owner."""
    role, at = ("provider", LINDE) if name == "dirk" else ("coach", GEMEENTE)
    return Grantee(name.title(), role, at)


def _make_consents(facts: Facts) -> None:
    """Bas sees Werk and may comment, but not one entry; Carla's ended; Dirk sees one entry."""
    amina, bas = facts.maps["amina"], facts.seats["bas"]
    given = {
        "bas": factories.share(amina, bas, grantee("bas"), leefgebied="werk", may_comment=True),
        "bas_refused": factories.share(
            amina, bas, grantee("bas"), entry_id=facts.entries["work_refused"], refuse=True
        ),
        "carla": factories.share(
            amina, facts.seats["carla"], grantee("carla"), leefgebied="werk", may_comment=True
        ),
        "dirk": factories.share(
            amina, facts.seats["dirk"], grantee("dirk"), entry_id=facts.entries["achievement"]
        ),
    }
    factories.expire(given["carla"])
    facts.consents.update({name: row.id for name, row in given.items()})


def _make_comments(facts: Facts) -> None:
    """Bas asked something about the shared entry, and Amina answered."""
    amina, entry = facts.maps["amina"], facts.entries["work"]
    asked = factories.comment(
        amina,
        "werk",
        entry,
        grantee("bas"),
        "Kanarievraag van Bas?",
        membership_id=facts.seats["bas"],
    )
    answered = factories.comment(
        amina,
        "werk",
        entry,
        Grantee("Amina", "", ""),
        "Kanarieantwoord van Amina.",
        membership_id=None,
        reply_to=asked.id,
    )
    facts.comments.update(asked=asked.id, answered=answered.id)
