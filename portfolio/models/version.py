"""Joint versions of a plan: what somebody who coaches could see, frozen when both said yes.

A version is with one member. It holds only the parts that this member held when it was made,
each sealed apart, so that a part whose sharing has ended shows nothing and leaves no trace.
Frozen versions form a chain per portfolio; nothing in them is changed again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Integer, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models import chain
from portfolio.models.answer import said_in, say_in
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.consent import Grantee
from portfolio.models.parts import BARRIERS, WELLBEING, place_of
from portfolio.models.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey
    from portfolio.models.portfolio import Portfolio, PortfolioKeys

HEAD = "plan_head"
# Part -> line -> what is said there: {"label": ..., "words": {lang: text}} or {"say": ...}.
Line = dict[str, Any]
Content = Mapping[str, Mapping[str, Line]]


class PlanVersion(Base):
    """A version that the owner proposed to one member; frozen once that member said yes too."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("portfolio_id", "number"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"), index=True, export=True)
    # Why the plan changed, in the owner's words, per language.
    reason: Mapped[bytes] = sealed()
    # Name, role and organisation of the member as they were then.
    who: Mapped[bytes] = sealed()
    owner_yes_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    other_yes_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    number: Mapped[int | None] = internal(Integer, export=True)
    code: Mapped[str | None] = internal(String(64))


class PlanVersionPart(Base):
    """What one part of the plan said in a version."""

    __tablename__ = "plan_version_part"
    __table_args__ = (UniqueConstraint("version_id", "part"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    version_id: Mapped[str] = internal(ID, ForeignKey("plan_version.id"), index=True, export=True)
    part: Mapped[str] = internal(String(40), export=True)
    said: Mapped[bytes] = sealed()


NEWEST = (PlanVersion.owner_yes_at.desc(), PlanVersion.id)


@dataclass(frozen=True)
class VersionPage:
    """A version as a page shows it."""

    id: str
    membership_id: str
    who: Grantee
    reason: tuple[Words, ...]
    owner_yes_at: datetime
    other_yes_at: datetime | None
    number: int | None
    content: Content


def propose_version(  # noqa: PLR0913 -- whose plan, with whom, why and what: none may be forgotten
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    membership_id: str,
    who: Grantee,
    *,
    reason: tuple[Words, ...],
    content: Content,
) -> PlanVersion:
    """Keep what the owner proposes, in place of what they proposed to this member before.

    The owner's yes is given with it, from the owner's own sign-in.
    """
    old = select(PlanVersion).where(
        PlanVersion.portfolio_id == portfolio_id,
        PlanVersion.membership_id == membership_id,
        PlanVersion.other_yes_at.is_(None),
    )
    for waiting in session.scalars(old.with_for_update()).all():
        drop_version(session, waiting)
    row = PlanVersion(id=new_id(), portfolio_id=portfolio_id, membership_id=membership_id)
    row.reason = seal_text(keys.general, "plan_version", row.id, "reason", say_in(reason))
    row.who = who.sealed_for(keys.general, "plan_version", row.id, "who")
    row.owner_yes_at = clock(session)
    session.add(row)
    session.flush()
    for part, lines in content.items():
        kept = PlanVersionPart(id=new_id(), portfolio_id=portfolio_id, version_id=row.id, part=part)
        said = json.dumps(lines, ensure_ascii=False)
        kept.said = seal_text(key_of(keys, part), "plan_version_part", kept.id, "said", said)
        session.add(kept)
    session.flush()
    return row


def drop_version(session: Session, row: PlanVersion) -> None:
    """Take back what was proposed. Raises ValueError for a frozen version, which stays."""
    if row.other_yes_at is not None:
        message = "a frozen version is never taken away"
        raise ValueError(message)
    for part in session.scalars(
        select(PlanVersionPart).where(PlanVersionPart.version_id == row.id)
    ).all():
        session.delete(part)
    session.flush()
    session.delete(row)
    session.flush()


def freeze_version(
    session: Session, row: PlanVersion, keys: PortfolioKeys, seen: Select[PlanVersionPart]
) -> bool:
    """Freeze a version by the other's yes. Tells whether this was the yes that did it.

    `seen`: the parts that the other may see now. A yes is to the whole of a version: ValueError
    when a part of it is no longer shared.
    """
    held = chain.hold(session, row.portfolio_id)
    session.refresh(row, with_for_update=True)
    if row.other_yes_at is not None:
        return False
    parts = select(PlanVersionPart.id).where(PlanVersionPart.version_id == row.id)
    visible = seen.where(PlanVersionPart.version_id == row.id)
    if len(session.scalars(visible).all()) != len(session.scalars(parts).all()):
        message = "a part of this version is no longer shared"
        raise ValueError(message)
    row.other_yes_at = clock(session)
    link = chain.append(
        session, HEAD, row.portfolio_id, keys, chained_parts(session, row), held=held
    )
    row.number, row.code = link.number, link.code
    session.flush()
    return True


def chained_parts(session: Session, row: PlanVersion) -> list[bytes]:
    """List what the chain vouches for: who, when, why and every sealed part."""
    yes = (row.owner_yes_at, row.other_yes_at)
    moments = [each.isoformat(timespec="microseconds") if each else "" for each in yes]
    facts = [each.encode() for each in (row.id, row.membership_id, *moments)]
    parts = session.execute(
        select(PlanVersionPart.id, PlanVersionPart.part, PlanVersionPart.said)
        .where(PlanVersionPart.version_id == row.id)
        .order_by(PlanVersionPart.part)
    ).all()
    sealed_parts = [each for one in parts for each in (one[0].encode(), one[1].encode(), one[2])]
    return [*facts, row.reason, row.who, *sealed_parts]


def broken_versions(session: Session, portfolio: Portfolio, keys: PortfolioKeys) -> list[str]:
    """Name what is wrong with the chain of one portfolio's versions; nothing when it holds."""
    rows = session.scalars(
        select(PlanVersion)
        .where(PlanVersion.portfolio_id == portfolio.id, PlanVersion.number.is_not(None))
        .order_by(PlanVersion.number)
    ).all()
    before, wrong = "", []
    for place, row in enumerate(rows, start=1):
        parts = chained_parts(session, row)
        code = chain.link_code(keys.chain_secret, before, place, parts)
        if row.number != place or row.code != code:
            wrong.append(f"version {row.id} of portfolio {portfolio.id} is not what was agreed")
        before = row.code or ""
    head = chain.read_head(portfolio, HEAD, keys)
    if (head.number, head.code) != (len(rows), before):
        wrong.append(f"the versions of portfolio {portfolio.id} are not all there")
    return wrong


def holds(
    session: Session, portfolio: Portfolio, keys: PortfolioKeys, number: int | None = None
) -> bool:
    """Tell whether one version still says what was agreed, and has its place in the chain.

    Without a number this is asked of the last one: then none is missing at the end either.
    """
    head = chain.read_head(portfolio, HEAD, keys)
    number = head.number if number is None else number
    near = PlanVersion.number.between(number - 1, number)
    chosen = select(PlanVersion).where(PlanVersion.portfolio_id == portfolio.id, near)
    rows = {row.number: row for row in session.scalars(chosen)}
    if number == 0:
        return True
    if number not in rows or (number > 1 and number - 1 not in rows):
        return False
    before = rows[number - 1].code if number > 1 else ""
    parts = chained_parts(session, rows[number])
    link = chain.Link(number, chain.link_code(keys.chain_secret, before or "", number, parts))
    last = number >= head.number
    return rows[number].code == link.code and (not last or link == head)


def read_versions(
    session: Session,
    chosen: Select[PlanVersion],
    parts: Select[PlanVersionPart],
    keys: PortfolioKeys,
    *,
    contents: Sequence[str] = (),
) -> list[VersionPage]:
    """Load versions of one map, newest first; the content only of those named in `contents`."""
    rows = session.scalars(chosen.order_by(*NEWEST)).all()
    said: dict[str, dict[str, dict[str, Line]]] = {}
    if contents:
        wanted = parts.where(PlanVersionPart.version_id.in_(contents))
        for part in session.scalars(wanted.order_by(PlanVersionPart.part)):
            key = key_of(keys, part.part)
            opened = open_text(key, "plan_version_part", part.id, "said", part.said)
            said.setdefault(part.version_id, {})[part.part] = json.loads(opened)
    return [
        VersionPage(
            row.id,
            row.membership_id,
            Grantee.opened(keys.general, "plan_version", row.id, "who", row.who),
            said_in(open_text(keys.general, "plan_version", row.id, "reason", row.reason)),
            row.owner_yes_at,
            row.other_yes_at,
            row.number,
            said.get(row.id, {}),
        )
        for row in rows
    ]


def key_of(keys: PortfolioKeys, part: str) -> DataKey:
    """Give the key that seals what a part says: health has its own, and so has family."""
    return keys.of("gezondheid" if part in (BARRIERS, WELLBEING) else place_of(part))


@dataclass(frozen=True)
class Difference:
    """One line that two versions say differently; one side is empty where it was not there."""

    part: str
    before: Line | None
    after: Line | None


def differences(before: Content, after: Content) -> list[Difference]:
    """List what two versions say differently, in the parts that are in both.

    A part that is in one of them only was not shared then, or is not now: it is no change.
    """
    found = []
    for part in sorted(before.keys() & after.keys()):
        old, new = before[part], after[part]
        found += [
            Difference(part, old.get(line), new.get(line))
            for line in _in_order(old, new)
            if old.get(line) != new.get(line)
        ]
    return found


def _in_order(*lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each for one in lines for each in one))
