"""A person with an account, and what they show who they are with.

The tables have room for passkeys and second factors; their rows come later.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped

from portfolio.models.base import ID, Base, UtcDateTime, identity, internal, sealed

AGE_GROUPS = ("16-17", "18+")
CREDENTIAL_KINDS = ("passphrase", "recovery_code", "passkey", "totp")


class Person(Base):
    """Somebody with an account: a name to be called by and a name to sign in with."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(f"age_group IN {AGE_GROUPS}", name="age_group"),)
    id: Mapped[str] = identity()
    key_id: Mapped[str] = internal(ID, unique=True)
    sign_in_hash: Mapped[str] = internal(String(64), unique=True)
    sign_in_name: Mapped[bytes] = sealed()
    display_name: Mapped[bytes] = sealed()
    age_group: Mapped[str] = internal(String(8), export=True)
    language: Mapped[str] = internal(String(8), export=True)
    mode: Mapped[str] = internal(String(4), export=True)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)


class Credential(Base):
    """One way to show who you are. A used or replaced one keeps its end, not its use."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint(f"kind IN {CREDENTIAL_KINDS}", name="kind"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    kind: Mapped[str] = internal(String(16), export=True)
    # passphrase: argon2id hash; passkey: public key; totp: seed. A recovery code has none: it is
    # random enough (80 bits) to be known by its keyed hash alone.
    secret: Mapped[bytes | None] = sealed(export=False)
    # The keyed hash by which a recovery code or a passkey is found.
    lookup_hash: Mapped[str | None] = internal(String(64), unique=True)
    label: Mapped[bytes | None] = sealed()
    counter: Mapped[int] = internal(Integer, default=0)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    used_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
