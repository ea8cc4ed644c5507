"""Things for a test to act on, made through the models as the product makes them.

Each function works in the caller's transaction and gives ids; the caller commits.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image

from portfolio.extensions import db, keyring, media_store
from portfolio.media.intake import CleanPhoto, take_photo
from portfolio.models import person
from portfolio.models.attachment import hang, seal_photo
from portfolio.models.base import clock
from portfolio.models.comment import Subject, write_comment
from portfolio.models.consent import Consent, Grantee, Terms, decide
from portfolio.models.content import Content, keep_entry
from portfolio.models.entry import Text
from portfolio.models.organisation import join, make_organisation
from portfolio.models.person import NewPerson, make_member
from portfolio.models.portfolio import PortfolioKeys, open_keys
from portfolio.models.words import Words
from portfolio.passphrase import hash_passphrase

if TYPE_CHECKING:
    from portfolio.models.comment import Comment
    from portfolio.models.organisation import Membership, Organisation
    from portfolio.models.person import Person
    from portfolio.models.portfolio import Portfolio

HALF_A_YEAR = timedelta(days=182)
# Nobody signs in with it: no passphrase has this hash.
NO_SECRET = "none"


@dataclass(frozen=True)
class Account:
    """Who was made, and their map if they have one."""

    person: Person
    portfolio: Portfolio | None = None


def _new(sign_in_name: str, name: str, passphrase: str, language: str, mode: str) -> NewPerson:
    return NewPerson(
        display_name=name,
        sign_in_name=sign_in_name,
        secret=hash_passphrase(passphrase) if passphrase else NO_SECRET,
        age_group="18+",
        language=language,
        mode=mode,
    )


def make_person(
    sign_in_name: str, name: str, *, passphrase: str = "", language: str = "nl", mode: str = "nl"
) -> Account:
    """Make somebody with an account and no map; without a passphrase nobody can sign in."""
    new = _new(sign_in_name, name, passphrase, language, mode)
    return Account(make_member(db.session, keyring(), new))


def make_owner(
    sign_in_name: str, name: str, *, passphrase: str = "", language: str = "nl", mode: str = "nl"
) -> Account:
    """Make somebody with an account and a map."""
    new = _new(sign_in_name, name, passphrase, language, mode)
    return Account(*person.make_owner(db.session, keyring(), new, phase="route"))


def organisation(name: str) -> Organisation:
    """Make an organisation."""
    return make_organisation(db.session, keyring(), name)


def member(account: Account, at: Organisation, role: str) -> Membership:
    """Give somebody a role at an organisation."""
    return join(db.session, keyring(), account.person, at.id, role)


def keys_for(portfolio_id: str) -> PortfolioKeys:
    """Open the keys of a map."""
    return open_keys(db.session, keyring(), [portfolio_id])[portfolio_id]


def make_entry(  # noqa: PLR0913 -- an entry has this many parts
    portfolio_id: str,
    leefgebied: str,
    words: dict[str, tuple[str, str]],
    *,
    kind: str = "gedaan",
    private: bool = False,
    deleted_at: datetime | None = None,
) -> str:
    """Keep one thing in a map, with title and story per language."""
    texts = tuple(
        Text(Words(title, lang), Words(story, lang)) for lang, (title, story) in words.items()
    )
    content = Content(leefgebied, kind, texts, minutes=120)
    row = keep_entry(db.session, portfolio_id, keys_for(portfolio_id), content, private=private)
    row.deleted_at = deleted_at
    db.session.flush()
    return row.id


def picture(colour: str = "teal", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """Draw a small photo as a phone would send it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@cache
def _clean(colour: str) -> CleanPhoto:
    return take_photo(picture(colour))


def make_photo(
    portfolio_id: str,
    entry_id: str | None,
    leefgebied: str,
    *,
    draft_id: str | None = None,
    colour: str = "teal",
) -> str:
    """Hang a photo on an entry or a draft, sealed in its two sizes."""
    key = keys_for(portfolio_id).of(leefgebied)
    row = seal_photo(media_store(), key, portfolio_id, _clean(colour))
    hang(db.session, row, entry_id=entry_id, draft_id=draft_id)
    return row.id


def share(  # noqa: PLR0913 -- a consent has this many parts
    portfolio_id: str,
    membership_id: str,
    who: Grantee,
    *,
    leefgebied: str | None = None,
    entry_id: str | None = None,
    may_comment: bool = False,
    lasts: timedelta = HALF_A_YEAR,
    refuse: bool = False,
) -> Consent:
    """Let a member see a leefgebied or an entry, or refuse it."""
    terms = Terms("gesprek", clock(db.session) + lasts, may_comment=may_comment)
    return decide(
        db.session,
        portfolio_id,
        keys_for(portfolio_id),
        membership_id,
        who,
        leefgebied=leefgebied,
        entry_id=entry_id,
        terms=None if refuse else terms,
    )


def expire(consent: Consent) -> None:
    """Let a consent be one that was given long ago and ended yesterday."""
    now = datetime.now(UTC)
    consent.starts_at, consent.expires_at = now - HALF_A_YEAR, now - timedelta(days=1)
    db.session.flush()


def comment(  # noqa: PLR0913 -- who, where and what
    portfolio_id: str,
    leefgebied: str,
    entry_id: str | None,
    author: Grantee,
    body: str,
    *,
    membership_id: str | None,
    reply_to: str | None = None,
) -> Comment:
    """Write a comment of a member, or of the owner."""
    return write_comment(
        db.session,
        keys_for(portfolio_id),
        Subject(portfolio_id, leefgebied, entry_id),
        author,
        membership_id=membership_id,
        words=Words(body, "nl"),
        reply_to=reply_to,
    )
