"""The demonstration: the example people in the database, by the way that real people come in.

What lives here: loading them, whole or not at all. What does not: their words
(portfolio.data.demo), their pictures (portfolio.demo_pictures) and their folder (place.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyotp import random_base32
from sqlalchemy import select

from portfolio.data import demo as example
from portfolio.demo.maps import MapLoader
from portfolio.demo.people import load_people
from portfolio.demo.photos import paint
from portfolio.demo.place import passphrases_of
from portfolio.demo.size import of_size
from portfolio.extensions import db, keyring, media_store, settings
from portfolio.models.base import begin
from portfolio.models.organisation import Membership
from portfolio.models.person import Person, sign_in_hash
from portfolio.models.second_factor import TOTP, code_now, put_totp, second_factors
from portfolio.passphrase import hash_passphrase

if TYPE_CHECKING:
    from flask import Flask

    from portfolio.data.demo import Map

OWNER = "owner"
# Letters of a secret of 160 bits.
LONG_SECRET = 32


@dataclass(frozen=True)
class Account:
    """With what an example person signs in."""

    name: str
    passphrase: str
    role: str


def load(app: Flask, *, entries: int | None = None, photos: int | None = None) -> list[Account]:
    """Load the example people unless they are there, and give what they sign in with.

    `entries` and `photos` make Amina's map exactly so large, a third of both in werk: for
    measuring.
    """
    maps = {person.key: example.map_of(person.key) for person in example.people() if person.owner}
    if entries is not None and photos is not None:
        maps["amina"] = of_size(maps["amina"], entries, photos)
    with app.app_context():
        phrases = passphrases_of(settings().data_folder, [p.key for p in example.people()])
        if not _loaded():
            _load_once(maps, phrases)
        _give_apps()
    return [
        Account(p.key, phrases[p.key], OWNER if p.owner else p.memberships[0].role)
        for p in example.people()
    ]


def _give_apps() -> None:
    """Give whoever works for others an app that makes codes, unless they have one."""
    begin(db.session, writing=True)
    members = select(Membership.person_id).where(Membership.ended_at.is_(None)).distinct()
    for person_id, key_id in db.session.execute(
        select(Person.id, Person.key_id).where(Person.id.in_(members))
    ).all():
        if TOTP not in second_factors(db.session, person_id):
            key = keyring().fetch([key_id])[key_id]
            put_totp(db.session, key, person_id, random_base32(LONG_SECRET))
    db.session.commit()


def code_of(app: Flask, name: str) -> str | None:
    """Give the code of the moment of an example person's app; None without person or app."""
    with app.app_context():
        begin(db.session, writing=False)
        whose = Person.sign_in_hash == sign_in_hash(keyring(), name)
        person_id = db.session.scalars(select(Person.id).where(whose)).first()
        return code_now(db.session, keyring(), person_id) if person_id else None


def _loaded() -> bool:
    """Tell whether they are there: they come in one transaction, so one stands for all."""
    return db.session.scalars(select(Person.id).limit(1)).first() is not None


def _load_once(maps: dict[str, Map], phrases: dict[str, str]) -> None:
    # Painting and hashing take seconds and need no database, so they come before the lock.
    pictures = paint(e.picture for each in maps.values() for e in each.entries if e.picture)
    secrets = {key: hash_passphrase(phrase) for key, phrase in phrases.items()}
    begin(db.session, writing=True)
    if _loaded():
        db.session.rollback()
        return
    people = load_people(db.session, keyring(), secrets)
    stores = (db.session, keyring(), media_store())
    for key, content in maps.items():
        MapLoader(*stores, made=people, pictures=pictures, owner=key).load(content)
    db.session.commit()
