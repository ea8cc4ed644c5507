"""An erasure that is killed at any step is taken up again, and nobody is half there."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio import create_app, erasure, erasure_list
from portfolio.erasure_list import ErasureList
from portfolio.extensions import db, keyring, media_store
from portfolio.media.store import MediaStore
from portfolio.models.base import begin
from portfolio.models.erasure import Whole, rows_of, whole_of
from tests import factories
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio.config import Settings
    from tests.people import Cast


def die() -> None:
    """End as a power cut would: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(place: object, name: str) -> Callable[[], None]:
    """Die just before a step is done."""
    return lambda: setattr(place, name, lambda *_a, **_k: die())


def after(place: object, name: str) -> Callable[[], None]:
    """Die as soon as a step is done."""
    real = getattr(place, name)

    def last(*given: object, **named: object) -> None:
        real(*given, **named)
        die()

    return lambda: setattr(place, name, last)


def half_a_line() -> None:
    """Die with half a line in the list."""

    def half(descriptor: int, content: bytes, at: int) -> None:
        os.pwrite(descriptor, content[: len(content) // 2], at)
        die()

    setattr(erasure_list, "_write_all", half)  # noqa: B010 -- mypy lets no method be replaced


def some_files() -> None:
    """Die when one file is gone and the others are not."""
    real = MediaStore.remove

    def one(self: MediaStore, names: list[str]) -> None:
        real(self, names[:1])
        die()

    setattr(MediaStore, "remove", one)  # noqa: B010 -- mypy lets no method be replaced


STEPS: dict[str, Callable[[], None]] = {
    "before the list": before(ErasureList, "add"),
    "half a line": half_a_line,
    "after the list": after(ErasureList, "add"),
    "before the keys": before(erasure, "finish"),
    "before the doors close": before(erasure, "shut_out"),
    "before the files": before(erasure, "files_of"),
    "some files": some_files,
    "before the rows": before(erasure, "remove_rows"),
    "rows not committed": after(erasure, "remove_rows"),
    "before the logs": before(erasure, "empty_logs"),
}
# On PostgreSQL the steps between which something differs; each costs a process.
FEW = ("after the list", "some files", "rows not committed")
NOT_YET = ("before the list", "half a line")


def test_killed_at_each_step(cast: Cast, settings: Settings, database: str) -> None:
    """ASVS 2.3.3. `kill -9` at every step: the next start ends it; twice is harmless."""
    app = cast.amina.app
    steps = list(STEPS) if database == "sqlite" else FEW
    people: dict[str, Whole] = {}
    with app.app_context():
        begin(db.session, writing=True)
        for number, step in enumerate(steps):
            made = factories.make_owner(f"weg{number}", f"Weg {number}")
            assert made.portfolio
            entry = factories.make_entry(made.portfolio.id, "werk", {"nl": ("Titel", "Verhaal")})
            factories.make_photo(made.portfolio.id, entry, "werk")
            found = whole_of(db.session, made.person.id)
            assert found
            people[step] = found
        db.session.commit()
        files = len(set(media_store().names()))
    close_engines(app)
    for step, whole in people.items():
        killed_while_erasing(settings, whole.person_id, step)
        again = create_app(settings)
        with again.app_context():
            here = whole_of(db.session, whole.person_id)
            assert bool(here) is (step in NOT_YET), step
            assert len(keyring().fetch(whole.key_ids)) == (4 if step in NOT_YET else 0), step
            # Whoever was not written down yet asks once more.
            assert erasure.erase(whole.person_id) is (step in NOT_YET)
            assert keyring().fetch(whole.key_ids) == {}
            for table, mine in rows_of(whole).items():
                count = select(func.count()).select_from(table).where(mine)
                assert not db.session.scalar(count), f"{step}: {table.name}"
            files -= 2
            assert len(set(media_store().names())) == files, step
            factories.keys_for(cast.amina.map_id)
        close_engines(again)
    assert [line.number for line in lines_of(settings)] == list(range(1, len(steps) + 1))


def lines_of(settings: Settings) -> list[erasure_list.Erased]:
    """Read the list of these settings."""
    app = create_app(settings)
    with app.app_context():
        found = erasure.check_list()
    close_engines(app)
    return found


def killed_while_erasing(settings: Settings, person_id: str, step: str) -> None:
    """Erase somebody in another process, which dies at a planted step."""
    # Not a plain fork: the store's own threads would be gone in the child.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["portfolio.views", __name__])
    child = context.Process(target=erase_and_die, args=(settings, person_id, step))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL, step


def erase_and_die(settings: Settings, person_id: str, step: str) -> None:
    """Erase somebody until the step that was planted."""
    app = create_app(settings)
    STEPS[step]()
    with app.app_context():
        erasure.erase(person_id)
