"""What comes with an answer beside its words: a sound, photos, or that one of them goes.

What lives here: taking it in before anything is held, and hanging it on the answer. It is kept
apart from the words, so that a text which is refused loses no recording. What does not: whose
answer it is (the caller asks the gate and holds what must be held).
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from portfolio.events import record
from portfolio.extensions import db, intake, media_store, settings
from portfolio.languages import mark
from portfolio.media.intake import BusyError, RefusedError
from portfolio.media.store import StoreDownError
from portfolio.models.attachment import PHOTO, SOUND
from portfolio.models.beside import has_room, put_beside, replaced_by, take_from
from portfolio.models.draft import first_time, was_sent
from portfolio.models.filing import file_names, seal_photo, seal_sound
from portfolio.models.space import space_used
from portfolio.models.words import WRITTEN
from portfolio.security import viewer
from portfolio.views.upload import DOWN, FULL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio.forms.answer import SpokenForm
    from portfolio.keyring import DataKey
    from portfolio.models.answer import Answer
    from portfolio.models.attachment import Attachment

BUSY = mark("Het is nu heel druk. Wacht even en stuur het nog een keer.")
TOO_MANY = {
    PHOTO: mark("Er staan al 3 foto's bij. Haal eerst een foto weg."),
    SOUND: mark("Er staan al 4 geluiden bij. Haal eerst een geluid weg."),
}
FIELDS = {PHOTO: "foto", SOUND: "geluid"}


@dataclass
class Beside:
    """What one form brings beside the words of an answer."""

    form: SpokenForm
    # 422 for what is wrong with a file, 503 where there is no room or no store just now.
    status: int = 0
    # Whether anything was hung or taken away: if not, there is nothing to commit.
    changes: bool = False
    _sealed: list[tuple[Attachment, str]] = field(default_factory=list)
    _hung: set[str] = field(default_factory=set)

    @property
    def drops(self) -> bool:
        """Tell whether something is to be taken away."""
        return bool(request.form.get("weg"))

    @property
    def there(self) -> bool:
        """Tell whether anything is to be kept or taken away."""
        files = (request.files.get(name) for name in ("geluid", "foto", "foto_camera"))
        return self.drops or any(files)

    @contextmanager
    def sealed(self, key: DataKey, portfolio_id: str) -> Iterator[None]:
        """Take in and seal what came. What is not hung in the end leaves no file."""
        # Nothing is held while it is decoded.
        db.session.rollback()
        # A sound belongs to a language: first it must be clear to which.
        if self.form["lang"].data in WRITTEN:
            for kind, content in self._came():
                self._take_in(key, portfolio_id, kind, content)
        hung = False
        try:
            yield
            hung = True
        finally:
            left = [row for row, _ in self._sealed if not (hung and row.id in self._hung)]
            names = [(row.kind, row.file_id) for row in left]
            media_store().delete(file_names(names))

    def hang(self, answer: Answer) -> list[str]:
        """Hang it on an answer that is held; gives the files to remove after the commit."""
        session = db.session
        gone: list[str] = []
        if drop := request.form.get("weg"):
            gone += take_from(session, answer, [drop])
        for row, content in self._sealed:
            # The same post twice brings the same file twice.
            once = f"{self.form.once.data or ''}-{answer.id}-{content}"
            if was_sent(session, once, viewer().person_id):
                continue
            replaced = replaced_by(session, answer, row, self.form.heard)
            if self._fits(answer, row, replaced):
                first_time(session, once, viewer().person_id)
                gone += put_beside(session, answer, row, replaced)
                self._hung.add(row.id)
        self.changes = bool(gone or self._hung)
        return gone

    def _came(self) -> Iterator[tuple[str, bytes]]:
        if (sound := self.form.sound) is not None:
            yield SOUND, sound
        yield from ((PHOTO, each) for each in self.form.photos)

    def _take_in(self, key: DataKey, portfolio_id: str, kind: str, content: bytes) -> None:
        files = media_store()
        try:
            if kind == SOUND:
                lang = str(self.form["lang"].data)
                row = seal_sound(files, key, portfolio_id, intake().sound(content), lang)
            else:
                row = seal_photo(files, key, portfolio_id, intake().photo(content))
        except RefusedError as error:
            record("file_refused", person=viewer().person_id, kind=kind, why=error.why)
            self._say(kind, error.sentence, 422)
        except BusyError:
            record("intake_busy", person=viewer().person_id)
            self._say(kind, BUSY, 503)
        except StoreDownError as error:
            record("store_down", endpoint=request.endpoint, error=str(error))
            self._say(kind, DOWN, 503)
        else:
            self._sealed.append((row, hashlib.sha256(content).hexdigest()))

    def _fits(self, answer: Answer, row: Attachment, replaced: list[str]) -> bool:
        if not has_room(db.session, answer, row.kind, replaced):
            self._say(row.kind, TOO_MANY[row.kind], 422)
        elif space_used(db.session, answer.portfolio_id) + row.size > settings().quota:
            self._say(row.kind, FULL, 422)
        else:
            return True
        return False

    def _say(self, kind: str, sentence: str, status: int) -> None:
        self.form[FIELDS[kind]].errors = [sentence]
        self.status = max(self.status, status)
