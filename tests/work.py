"""What the tests of coming in through an organisation lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.extensions import db, keyring
from portfolio.models import Portfolio
from portfolio.models.base import clock
from portfolio.models.organisation import Organisation
from portfolio.models.portfolio import make_keys
from portfolio.models.work_login import find_door, keep_door

if TYPE_CHECKING:
    from portfolio.models.work_login import Door


def begin_map(person_id: str) -> None:
    """Give somebody a map in the running transaction, whatever they were before."""
    keys = make_keys(keyring())
    db.session.add(
        Portfolio(
            person_id=person_id,
            key_id=keys.general.id,
            gezondheid_key_id=keys.gezondheid.id,
            gezin_key_id=keys.gezin.id,
            phase="start",
            created_at=clock(db.session),
        )
    )
    db.session.flush()


def make_door(organisation_id: str, issuer: str = "https://issuer.example") -> Door:
    """Set where an organisation's staff sign in, in the running transaction."""
    keep_door(
        db.session,
        keyring(),
        db.session.get_one(Organisation, organisation_id),
        issuer=issuer,
        client_id="mijn-map",
        secret="geheim",
        second_there=True,
    )
    door = find_door(db.session, keyring(), organisation_id=organisation_id)
    assert door
    return door
