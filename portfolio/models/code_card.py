"""A member's own code, by which somebody can find them to share something with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.keyring import open_text
from portfolio.models.consent import Grantee
from portfolio.models.organisation import Membership, Organisation, read_phone
from portfolio.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portfolio.keyring import Keyring


@dataclass(frozen=True)
class CodeCard:
    """A member's own code, as they show it to somebody."""

    membership_id: str
    public_id: str
    code: str
    grantee: Grantee
    phone: str | None = None


def codes_of(session: Session, ring: Keyring, chosen: Select[Membership]) -> list[CodeCard]:
    """Open the codes of one person's memberships, which the gate chose."""
    rows = session.execute(
        chosen.join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .with_only_columns(
            *(Membership.id, Membership.public_id, Membership.code, Membership.role),
            *(Organisation.name, Person.id, Person.key_id, Person.display_name),
            Membership.phone,
        )
        .order_by(Membership.started_at)
    ).all()
    keys = ring.fetch(row[6] for row in rows)
    return [
        CodeCard(
            row[0],
            row[1],
            open_text(keys[row[6]], "membership", row[0], "code", row[2]),
            Grantee(
                open_text(keys[row[6]], "person", row[5], "display_name", row[7]), row[3], row[4]
            ),
            read_phone(keys[row[6]], row[0], row[8]),
        )
        for row in rows
        if row[6] in keys
    ]
