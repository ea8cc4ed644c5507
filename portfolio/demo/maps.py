"""The example's maps: entries, photos, comments, consents and readings, each on its own day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from portfolio.data import KINDS
from portfolio.data.demo import days, people
from portfolio.demo.plans import PlanLoader
from portfolio.keyring import new_id, seal_text
from portfolio.models import chain
from portfolio.models.access_log import AccessLog
from portfolio.models.access_log import chained_parts as log_parts
from portfolio.models.base import clock
from portfolio.models.comment import Comment
from portfolio.models.comment import chained_parts as comment_parts
from portfolio.models.consent import AMSTERDAM, Grantee, Scope, Terms, decide
from portfolio.models.content import write_details
from portfolio.models.entry import Entry, EntryText
from portfolio.models.filing import hang, seal_photo
from portfolio.models.kept_consent import released
from portfolio.models.portfolio import open_keys, set_scale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portfolio.data import demo as example
    from portfolio.demo.people import People
    from portfolio.keyring import Keyring
    from portfolio.media.intake import CleanPhoto
    from portfolio.media.store import MediaStore


class MapLoader:
    """Loads the map of one example owner, in the caller's transaction."""

    def __init__(  # noqa: PLR0913 -- the stores, the people and whose map it is
        self,
        session: Session,
        ring: Keyring,
        store: MediaStore,
        *,
        made: People,
        pictures: Mapping[str, CleanPhoto],
        owner: str,
    ) -> None:
        self.session, self.store, self.made, self.pictures = session, store, made, pictures
        self.ring = ring
        self.owner = next(person for person in people() if person.key == owner)
        self.portfolio_id = made.portfolios[owner]
        self.keys = open_keys(session, ring, [self.portfolio_id])[self.portfolio_id]
        self.now = clock(session)
        self.entry_ids: dict[str, str] = {}
        self.leefgebied_of: dict[str, str] = {}

    def load(self, content: example.Map) -> None:
        """Load everything that is in a map, oldest first where it is chained."""
        for number, entry in enumerate(content.entries):
            self._load_entry(entry, self._ago(entry.added, number))
        for leefgebied, step in content.steps.items():
            set_scale(self.session, self.portfolio_id, self.keys, leefgebied, step)
        for consent in content.consents:
            self._load_consent(consent)
        if content.plan:
            loader = PlanLoader(self.session, self.ring, self.made, self.owner.key, self.entry_ids)
            loader.load(content.plan)
        self._load_comments(content.comments)
        for number, look in enumerate(sorted(content.looks, key=lambda look: -look.ago)):
            self._load_look(look, self._ago(look.ago, number))

    def _ago(self, count: int, number: int = 0) -> datetime:
        """Give a moment of the day so many days ago, in the daytime and never to come."""
        day = (self.now - timedelta(days=count)).date()
        at = datetime.combine(day, time(9, 10), AMSTERDAM) + timedelta(minutes=47 * (number % 12))
        return min(at.astimezone(UTC), self.now)

    def _load_entry(self, entry: example.Entry, added: datetime) -> None:
        today = self.now.astimezone(AMSTERDAM).date()
        began, ended = days(today, entry.began), days(today, entry.ended)
        row = Entry(
            id=new_id(),
            portfolio_id=self.portfolio_id,
            leefgebied=entry.leefgebied,
            kind=entry.kind,
            grade="papier" if KINDS[entry.kind].official and entry.picture else "zelf",
            started_on=began,
            ended_on=ended,
            minutes=entry.hours * 60 if entry.hours else None,
            private=entry.private,
            created_at=added,
            changed_at=added,
        )
        write_details(row, self.keys.of(row.leefgebied), entry.details)
        self.entry_ids[entry.key], self.leefgebied_of[entry.key] = row.id, entry.leefgebied
        self.session.add(row)
        # The rows of an entry come after it: there is no relationship that would order them.
        self.session.flush()
        self._load_texts(row, entry)
        if entry.picture:
            self._load_photo(row, self.pictures[entry.picture])

    def _load_texts(self, row: Entry, entry: example.Entry) -> None:
        key = self.keys.of(row.leefgebied)
        for number, (lang, words) in enumerate(entry.texts.items()):
            text = EntryText(id=new_id(), entry_id=row.id, lang=lang, number=number)
            text.title = seal_text(key, "entry_text", text.id, "title", words.title.strip())
            text.story = seal_text(key, "entry_text", text.id, "story", words.story.strip())
            # She says it in her own language, and in Dutch when she can.
            later = timedelta(days=14) if lang == "nl" and len(entry.texts) > 1 else timedelta()
            text.said_at = min(row.created_at + later, self.now)
            self.session.add(text)

    def _load_photo(self, row: Entry, photo: CleanPhoto) -> None:
        key = self.keys.of(row.leefgebied)
        attachment = seal_photo(self.store, key, self.portfolio_id, photo)
        hang(self.session, attachment, entry_id=row.id)
        attachment.created_at = row.created_at

    def _load_consent(self, consent: example.Consent) -> None:
        scopes = [Scope(leefgebied=each) for each in consent.leefgebieden]
        scopes += [Scope(entry_id=self.entry_ids[each]) for each in consent.entries]
        scopes += [Scope(part=each) for each in consent.parts]
        last = self.now.astimezone(AMSTERDAM).date() + timedelta(days=consent.until)
        until = datetime.combine(last + timedelta(days=1), time(), AMSTERDAM).astimezone(UTC)
        # Given in the past and perhaps ended there: decided as of now, then dated back.
        terms = Terms(consent.purpose, self.now + timedelta(days=1), "comment" in consent.may)
        for scope in scopes:
            row = decide(
                self.session,
                self.portfolio_id,
                self.keys,
                self.made.memberships[consent.grantee].id,
                self._grantee(consent.grantee),
                about=scope,
                terms=terms,
            )
            with released(self.session, self.portfolio_id):
                row.starts_at, row.expires_at = self._ago(consent.given), until

    def _load_comments(self, comments: tuple[example.Comment, ...]) -> None:
        chained = []
        for comment in comments:
            first = self._comment(comment, self._ago(comment.ago), comment.author, comment.text)
            chained.append(first)
            if comment.reply:
                at = self._ago(comment.reply.ago, 5)
                answer = self._comment(comment, at, None, comment.reply.text)
                answer.reply_to = first.id
                chained.append(answer)
        for row in sorted(chained, key=lambda row: row.created_at):
            self._chain("comment_head", row, comment_parts(row))

    def _comment(
        self, about: example.Comment, at: datetime, author: str | None, text: str
    ) -> Comment:
        leefgebied = about.leefgebied or self.leefgebied_of[str(about.entry)]
        row = Comment(
            id=new_id(),
            portfolio_id=self.portfolio_id,
            leefgebied=leefgebied,
            entry_id=self.entry_ids[about.entry] if about.entry else None,
            membership_id=self.made.memberships[author].id if author else None,
            lang="nl",
            created_at=at,
        )
        who = self._grantee(author) if author else Grantee(self.owner.name, "", "")
        key = self.keys.of(leefgebied)
        row.author = who.sealed_for(key, "comment", row.id, "author")
        row.body = seal_text(key, "comment", row.id, "body", text)
        return row

    def _load_look(self, look: example.Look, at: datetime) -> None:
        entry = f"entry:{self.entry_ids[look.entry]}" if look.entry else None
        row = AccessLog(
            id=new_id(),
            portfolio_id=self.portfolio_id,
            membership_id=self.made.memberships[look.viewer].id,
            about=entry or f"leefgebied:{look.leefgebied}",
            minute=at.strftime("%Y-%m-%dT%H:%M"),
            at=at,
        )
        who = self._grantee(look.viewer)
        row.who = who.sealed_for(self.keys.general, "access_log", row.id, "who")
        self._chain("access_log_head", row, log_parts(row))

    def _chain(self, head: str, row: Comment | AccessLog, parts: list[bytes]) -> None:
        # write_comment and note_reading would write today's date: these are of other days.
        link = chain.append(self.session, head, self.portfolio_id, self.keys, parts)
        row.number, row.code = link.number, link.code
        self.session.add(row)
        self.session.flush()

    def _grantee(self, key: str) -> Grantee:
        person = next(person for person in people() if person.key == key)
        member = person.memberships[0]
        organisation = self.made.organisations[member.organisation]
        return Grantee(person.name, member.role, organisation.name)
