"""Things for a test to act on, made through the models as the product makes them.

Each function works in the caller's transaction and gives ids; the caller commits.
"""

from __future__ import annotations

import io
import struct
import wave
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pikepdf
from PIL import Image
from sqlalchemy import select

from portfolio.extensions import db, keyring, media_store
from portfolio.media.decoding.paper import clean_paper
from portfolio.media.decoding.photo import clean_photo
from portfolio.media.decoding.sound import clean_sound
from portfolio.models import desk, person
from portfolio.models.attachment import Attachment
from portfolio.models.base import clock
from portfolio.models.comment import Subject, write_comment
from portfolio.models.consent import Consent, Grantee, Scope, Terms, decide
from portfolio.models.content import Content, keep_entry
from portfolio.models.desk_recovery import start_recovery
from portfolio.models.entry import Text
from portfolio.models.filing import file_name, hang, seal_paper, seal_photo, seal_sound
from portfolio.models.goal import GoalStep, add_steps, begin_goal, say_of
from portfolio.models.kept_consent import released
from portfolio.models.organisation import join, make_organisation
from portfolio.models.person import NewPerson, make_member
from portfolio.models.portfolio import PortfolioKeys, open_keys
from portfolio.models.second_factor import put_totp
from portfolio.models.upload import begin_upload, take_piece
from portfolio.models.version import propose_version
from portfolio.models.words import Words
from portfolio.passphrase import hash_passphrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio.media.decoding.clean import CleanPaper, CleanPhoto, CleanSound
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


def app(account: Account, secret: str) -> None:
    """Give somebody an app that makes codes."""
    key = keyring().fetch([account.person.key_id])[account.person.key_id]
    put_totp(db.session, key, account.person.id, secret)


def choose_desk(person_id: str, organisation_id: str, word_hash: str = "hash of a word") -> None:
    """Let an organisation give this owner a paper at its desk."""
    key_id = db.session.get_one(person.Person, person_id).key_id
    key = keyring().fetch([key_id])[key_id]
    desk.choose_desk(db.session, key, person_id, organisation_id, word_hash)


def ask_at_desk(person_id: str, organisation_id: str, seat: str, sign_in_name: str) -> None:
    """Let a member give a paper to an owner who chose that organisation."""
    choose_desk(person_id, organisation_id)
    given = start_recovery(db.session, keyring(), [seat], sign_in_name, person_id)
    assert given is not None
    assert given.person_id == person_id


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
    return clean_photo(picture(colour))


def make_photo(  # noqa: PLR0913 -- one of three parents
    portfolio_id: str,
    entry_id: str | None,
    leefgebied: str,
    *,
    draft_id: str | None = None,
    answer_id: str | None = None,
    colour: str = "teal",
) -> str:
    """Hang a photo on an entry, a draft or an answer, sealed in its two sizes."""
    key = keys_for(portfolio_id).of(leefgebied)
    row = seal_photo(media_store(), key, portfolio_id, _clean(colour))
    hang(db.session, row, entry_id=entry_id, draft_id=draft_id, answer_id=answer_id)
    return row.id


def tone(seconds: float = 1.0) -> bytes:
    """Make a sound as a file that somebody could choose."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        steps = range(int(8000 * seconds))
        file.writeframes(b"".join(struct.pack("<h", n % 40 * 400) for n in steps))
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    """Make a paper with so many pages."""
    made = pikepdf.Pdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(300, 400))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@cache
def _clean_sound() -> CleanSound:
    return clean_sound(tone(), "wav")


@cache
def _clean_paper() -> CleanPaper:
    return clean_paper(pdf(2))


def make_sound(
    portfolio_id: str,
    entry_id: str | None,
    leefgebied: str,
    *,
    comment_id: str | None = None,
    answer_id: str | None = None,
) -> str:
    """Hang a sound on an entry, a comment or an answer."""
    key = keys_for(portfolio_id).of(leefgebied)
    row = seal_sound(media_store(), key, portfolio_id, _clean_sound(), "ar")
    hang(db.session, row, entry_id=entry_id, comment_id=comment_id, answer_id=answer_id)
    return row.id


def make_paper(portfolio_id: str, entry_id: str, leefgebied: str) -> str:
    """Hang a paper of two pages on an entry."""
    key = keys_for(portfolio_id).of(leefgebied)
    row = seal_paper(media_store(), key, portfolio_id, _clean_paper())
    hang(db.session, row, entry_id=entry_id)
    return row.id


def make_page(portfolio_id: str, draft_id: str, leefgebied: str) -> None:
    """Let one clean page wait in a draft for the others of its paper."""
    key = keys_for(portfolio_id).of(leefgebied)
    content = _clean("white").large.content
    row = begin_upload(
        db.session, key, portfolio_id=portfolio_id, draft_id=draft_id, mark="1", size=len(content)
    )
    row.page = 1
    take_piece(db.session, media_store(), key, row, content)


def file_of(attachment_id: str, part: str) -> str:
    """Name a file of an attachment in the store."""
    row = db.session.get_one(Attachment, attachment_id)
    return file_name(row.file_id, part)


def share(  # noqa: PLR0913 -- a consent has this many parts
    portfolio_id: str,
    membership_id: str,
    who: Grantee,
    *,
    leefgebied: str | None = None,
    entry_id: str | None = None,
    part: str | None = None,
    may_comment: bool = False,
    lasts: timedelta = HALF_A_YEAR,
    refuse: bool = False,
) -> Consent:
    """Let a member see a leefgebied, an entry or a part of the plan, or refuse it."""
    terms = Terms("gesprek", clock(db.session) + lasts, may_comment=may_comment)
    return decide(
        db.session,
        portfolio_id,
        keys_for(portfolio_id),
        membership_id,
        who,
        about=Scope(leefgebied=leefgebied, entry_id=entry_id, part=part),
        terms=None if refuse else terms,
    )


def goal(
    portfolio_id: str, leefgebied: str, what: str, steps: Iterable[str] = ()
) -> tuple[str, str]:
    """Let an owner have a goal with steps; gives its id and that of its last step."""
    keys = keys_for(portfolio_id)
    row = begin_goal(db.session, portfolio_id, leefgebied)
    say_of(db.session, row, keys, "what", Words(what, "nl"))
    add_steps(db.session, row, keys, [Words(each, "nl") for each in steps])
    row.made_at = clock(db.session)
    db.session.flush()
    chosen = select(GoalStep.id).where(GoalStep.goal_id == row.id)
    found = db.session.scalars(chosen.order_by(GoalStep.number.desc())).first()
    return row.id, found or ""


def version(portfolio_id: str, membership_id: str, part: str, said: str) -> str:
    """Let an owner propose a version of one part to a member; gives its id."""
    line = {"label": "Waar wil ik naartoe?", "words": {"nl": said}}
    row = propose_version(
        db.session,
        portfolio_id,
        keys_for(portfolio_id),
        membership_id,
        Grantee("Bas", "coach", "Gemeente Voorbeeldstad"),
        reason=(Words("Ik begin iets nieuws", "nl"),),
        content={part: {"horizon": line}},
    )
    return row.id


def expire(consent: Consent) -> None:
    """Let a consent be one that was given long ago and ended yesterday."""
    now = datetime.now(UTC)
    with released(db.session, consent.portfolio_id):
        consent.starts_at, consent.expires_at = now - HALF_A_YEAR, now - timedelta(days=1)


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
