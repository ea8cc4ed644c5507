"""Words that are spoken with a comment: heard before anything is held, sealed, and hung on it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import request

from portfolio.events import record
from portfolio.extensions import db, intake, media_store, settings
from portfolio.languages import mark
from portfolio.media.intake import BusyError, RefusedError
from portfolio.media.store import StoreDownError
from portfolio.models.attachment import SOUND
from portfolio.models.filing import file_names, hang, seal_sound, sealed_code
from portfolio.models.space import space_used
from portfolio.security import viewer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio.forms.comment import CommentForm
    from portfolio.media.intake import CleanSound
    from portfolio.models.attachment import Attachment
    from portfolio.models.comment import Comment, Subject
    from portfolio.models.portfolio import PortfolioKeys

BUSY = mark("Het is nu heel druk. Wacht even en stuur het nog een keer.")
DOWN = mark("Wij kunnen nu geen geluid bewaren. Schrijf het op of probeer het straks.")
FULL = mark("In deze map past geen geluid meer. Schrijf je reactie op.")


class Spoken:
    """The sound of one comment, from the form to its place."""

    def __init__(self, form: CommentForm) -> None:
        self.form = form
        self.busy = self.down = False
        self._clean: CleanSound | None = None
        self._sealed: Attachment | None = None

    @property
    def there(self) -> bool:
        """Tell whether a sound came with the form."""
        return bool(self.form.geluid.data)

    def hear(self) -> None:
        """Take the sound in, if there is one; what is wrong with it is said at its field."""
        if not self.there:
            return
        # Nothing is held while it is decoded.
        db.session.rollback()
        try:
            self._clean = intake().sound(self.form.geluid.data.read())
        except RefusedError as error:
            record("file_refused", person=viewer().person_id, kind=SOUND, why=error.why)
            self.form.geluid.errors = [error.sentence]
        except BusyError:
            record("intake_busy", person=viewer().person_id)
            self.busy = True
            self.form.geluid.errors = [BUSY]

    @contextmanager
    def kept(self, subject: Subject, keys: PortfolioKeys, lang: str) -> Iterator[str | None]:
        """Seal the sound for its comment and give its code; what breaks off leaves no file."""
        if self._clean is None:
            yield None
            return
        files, key = media_store(), keys.of(subject.leefgebied)
        try:
            self._sealed = seal_sound(files, key, subject.portfolio_id, self._clean, lang)
            code = sealed_code(files, self._sealed)
        except StoreDownError as error:
            record("store_down", endpoint=request.endpoint, error=str(error))
            db.session.rollback()
            self.down = True
            self.form.geluid.errors = [DOWN]
            yield None
            return
        try:
            yield code
        except BaseException:
            files.delete(file_names([(SOUND, self._sealed.file_id)]))
            raise

    def hang(self, comment: Comment) -> None:
        """Hang the sealed sound on its comment."""
        if self._sealed is not None:
            hang(db.session, self._sealed, comment_id=comment.id)

    def fits(self, portfolio_id: str) -> bool:
        """Tell whether there is room for it in the map; if not, that is said at its field."""
        more = len(self._clean.content) if self._clean else 0
        fits = space_used(db.session, portfolio_id) + more <= settings().quota if more else True
        if not fits:
            self.form.geluid.errors = [FULL]
        return fits
