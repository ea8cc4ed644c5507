"""Neem alles mee: everything that is somebody's, for nobody else, and never half."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import LargeBinary, select, update

from portfolio.erasure import erase
from portfolio.extensions import db, media_store
from portfolio.media.store import MediaStore, StoreDownError
from portfolio.models import Takeaway
from portfolio.models.base import Base, before_now, begin
from portfolio.models.takeaway import ask_for, claim, exported, note, tables_taken
from portfolio.schema import SCHEMA_PATH
from portfolio.sweep import sweep
from portfolio.takeaway import make_next, safe_cell
from tests import factories
from tests.canaries import fill, mark_everything

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

PAGE = "/over-mij/alles-mee"
ZIP = f"{PAGE}/mijn-map.zip"


def fits(schema: dict[str, Any], value: Any, where: str = "$") -> list[str]:
    """Hold a value against the parts of JSON Schema that ours uses; gives what is wrong."""
    if "const" in schema:
        return [] if value == schema["const"] else [f"{where} is not {schema['const']}"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "null": type(None),
    }
    if not any(type(value) is names[kind] for kind in kinds):
        return [f"{where} is {type(value).__name__}, not {kinds}"]
    if isinstance(value, list) and "items" in schema:
        return [
            w for n, each in enumerate(value) for w in fits(schema["items"], each, f"{where}[{n}]")
        ]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    wrong = [f"{where} lacks {name}" for name in schema["required"] if name not in value]
    for name, each in value.items():
        known = schema["properties"].get(name)
        wrong += fits(known, each, f"{where}.{name}") if known else [f"{where} has {name}"]
    return wrong


def taken(actor: Actor) -> zipfile.ZipFile:
    """Ask for everything and open what comes."""
    assert actor.page.post(PAGE).status_code == 303
    assert make_next(actor.app)
    answer = actor.page.get(ZIP)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    found = zipfile.ZipFile(io.BytesIO(answer.data))
    assert found.testzip() is None
    return found


def test_everything_of_the_owner_and_nothing_of_another(app: Flask, cast: Cast) -> None:
    """Each column that is declared as exported is in it, whole and valid."""
    with app.app_context():
        fill(cast)
    amina = cast.amina.page
    assert "Maak mijn bestand" in amina.visit(PAGE).text
    assert amina.get(ZIP).headers["Location"] == PAGE
    found = taken(cast.amina)
    said = json.loads(found.read("mijn-map.json"))
    schema = amina.get(SCHEMA_PATH).json
    assert (
        cast.visitor.page.get(SCHEMA_PATH).json == schema == json.loads(found.read("schema.json"))
    )
    assert schema
    assert fits(schema, said) == []
    assert fits(schema, {**said, "more": 1})
    text = json.dumps(said, ensure_ascii=False)
    page = found.read("lees-mij.html").decode()
    for name in ("work", "work_private", "health", "work_deleted"):
        assert cast.canaries[name] in text
        assert cast.canaries[name] in page
    assert cast.canaries["farids_work"] not in text + page
    for other in (cast.farid, cast.bas, cast.eva):
        assert other.person_id not in text
        assert other.passphrase not in text
    for table in tables_taken():
        for row in said["tables"].get(table.name, []):
            sealed = [c.name for c in exported(table) if isinstance(c.type, LargeBinary)]
            assert set(row) == {column.name for column in exported(table)}
            # Opened, every one: nothing sealed stayed closed.
            with app.app_context():
                kept = (
                    db.session.execute(select(table).where(table.c.id == row["id"]))
                    .mappings()
                    .one()
                )
            for name in sealed:
                assert (row[name] is None) == (kept[name] is None), (table.name, name)
    files = {name for name in found.namelist() if name.startswith("bestanden/")}
    assert files == set(said["files"].values())
    assert len(files) >= 7
    assert found.read(said["files"][cast.photos["work"]])[:2] == b"\xff\xd8"
    assert found.read(said["files"][cast.papers["work"]])[:4] == b"%PDF"
    # No column that is not declared as exported.
    assert "passphrase" not in {c for row in said["tables"]["portfolio"] for c in row}
    assert not {"key_id", "sign_in_hash"} & set(said["tables"]["person"][0])


def test_each_exported_column_comes_along(app: Flask, cast: Cast) -> None:
    """A word in every sealed column: exported ones come, others do not."""
    with app.app_context():
        fill(cast)
        said = mark_everything(cast.amina)
    found = taken(cast.amina)
    text = found.read("mijn-map.json").decode()
    files = [found.read(name).decode() for name in found.namelist() if name.startswith("best")]
    untaken = set()
    for (table, where), word in said.items():
        if table == "file":
            continue
        column = Base.metadata.tables[table].c[where.rpartition("/")[2]]
        taken_along = column.info["export"] and table != "draft"
        assert (word in text) == taken_along, (table, where)
        untaken |= set() if taken_along else {f"{table}.{column.name}"}
    assert {table for table, _ in said} >= {"entry_text", "goal", "talk", "comment", "consent"}
    assert "credential.secret" in untaken
    words = {word for (kind, _), word in said.items() if kind == "file"}
    assert len(files) > 7
    for content in files:
        assert any(word in content for word in words)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "＝1"])
def test_no_spreadsheet_works_out_a_story(cell: str) -> None:
    """ASVS 1.2.10. A formula in an export is text (security.md 19)."""
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("Ik kan 1+1") == "Ik kan 1+1"


def test_a_formula_in_a_title_is_text_in_the_list(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        words = {"nl": ('=HYPERLINK("http://x")', "@SUM(1)")}
        factories.make_entry(cast.farid.map_id, "werk", words)
        db.session.commit()
    listed = taken(cast.farid).read("lijst.csv").decode("utf-8-sig")
    assert '"\'=HYPERLINK(""http://x"")","\'@SUM(1)"' in listed


def test_twice_stopped_left_and_too_late(app: Flask, cast: Cast) -> None:
    """Asked twice it is made once; stopped it leaves nothing; a day later it is gone."""
    amina = cast.amina.page
    with app.app_context():
        before = set(media_store().names())
    assert amina.post(PAGE).status_code == amina.post(PAGE).status_code == 303
    page = amina.get(PAGE)
    assert page.headers["Refresh"] == "3"
    assert "<progress" in page.get_data(as_text=True)
    assert cast.farid.page.get(ZIP).headers["Location"] == PAGE
    assert cast.bas.page.get(ZIP).status_code == 404
    # Stopped while it is made: whoever makes it finds out, and nothing stays behind.
    with app.app_context():
        begin(db.session, writing=True)
        claimed = claim(db.session)
        db.session.commit()
        assert claimed
        begin(db.session, writing=True)
        assert claim(db.session) is None, "nobody makes it twice at the same time"
        db.session.rollback()
    assert amina.post(f"{PAGE}/weg").status_code == 303
    with app.app_context():
        begin(db.session, writing=True)
        assert not note(db.session, claimed[0], claimed[2], done=1)
        db.session.rollback()
    assert not make_next(app)
    # Whoever made it died: another begins anew, and the first writes nothing more.
    amina.post(PAGE)
    with app.app_context():
        begin(db.session, writing=True)
        lost = claim(db.session)
        assert lost
        db.session.execute(update(Takeaway).values(changed_at=before_now(timedelta(minutes=3))))
        db.session.commit()
    assert make_next(app)
    with app.app_context():
        begin(db.session, writing=True)
        assert not note(db.session, lost[0], lost[2], done=1)
        db.session.rollback()
    assert amina.get(ZIP).status_code == 200
    # Ready for its owner is ready for nobody else.
    assert cast.farid.page.get(ZIP).headers["Location"] == PAGE
    assert "Maak mijn bestand" in cast.farid.page.visit(PAGE).text
    assert cast.bas.page.get(ZIP).status_code == cast.eva.page.get(ZIP).status_code == 404
    assert sweep(app)["takeaways"] == 0
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(Takeaway).values(changed_at=before_now(timedelta(days=1))))
        db.session.commit()
    assert sweep(app)["takeaways"] == 1
    assert amina.get(ZIP).headers["Location"] == PAGE
    with app.app_context():
        assert set(media_store().names()) == before


def test_a_full_disk_and_an_erasure_leave_nothing(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = cast.amina.page
    with app.app_context():
        before = set(media_store().names())

    def full(_self: MediaStore, _name: str, _content: bytes, *, replace: bool = False) -> None:
        raise StoreDownError(str(replace))

    amina.post(PAGE)
    with monkeypatch.context() as patched:
        patched.setattr(MediaStore, "put", full)
        assert make_next(app)
    assert "Probeer het later" in amina.visit(PAGE).text
    with app.app_context():
        assert set(media_store().names()) == before
    assert taken(cast.amina).namelist()
    # Erased while it is made, and when it is ready.
    cast.farid.page.post(PAGE)
    with app.app_context():
        erase(cast.farid.person_id)
        erase(cast.amina.person_id)
        assert not [name for name in media_store().names() if "-mee-" in name]
        assert not db.session.scalars(select(Takeaway.id)).all()
    assert not make_next(app)
    assert amina.get(ZIP).status_code in (303, 404)


def test_erased_half_way_a_download_ends_half_way(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 5: the gate is asked again at each piece."""
    monkeypatch.setattr("portfolio.takeaway.PIECE", 2000)
    cast.amina.page.post(PAGE)
    make_next(app)
    answer = cast.amina.page.client.get(ZIP, base_url="https://localhost", buffered=False)
    pieces = iter(answer.response)
    first = next(pieces)
    assert first[:2] == b"PK"
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(Base.metadata.tables["takeaway"].delete())
        db.session.commit()
    with pytest.raises(Exception, match="404"):
        list(pieces)


def test_fifty_who_ask_at_once_are_served_once(app: Flask, cast: Cast) -> None:
    """ASVS 15.4.2. Look and act are one: fifty at once make one row, and one file."""
    portfolio_id = cast.farid.map_id

    def ask(_number: int) -> tuple[str, str, int] | None:
        with app.app_context():
            begin(db.session, writing=True)
            ask_for(db.session, portfolio_id)
            db.session.commit()
            begin(db.session, writing=True)
            claimed = claim(db.session)
            db.session.commit()
            return claimed

    with ThreadPoolExecutor(50) as pool:
        claimed = [each for each in pool.map(ask, range(50)) if each]
    assert len(claimed) == 1
    with app.app_context():
        assert len(db.session.scalars(select(Takeaway.id)).all()) == 1


def test_too_often_is_told_to_wait(cast: Cast) -> None:
    """ASVS 2.4.1. Making everything into one file again and again answers 429."""
    page = cast.farid.page
    got = [page.post(PAGE).status_code for _ in range(7)]
    assert got == [303] * 6 + [429]
