"""A link for somebody without an account: it opens nothing, a code opens it for half an hour."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.exceptions import NotFound

from portfolio.access import Action, get_or_404
from portfolio.extensions import db
from portfolio.keyring import CHUNK
from portfolio.models import AccessLog, Attachment, Entry, Visit, VisitorCode, VisitorLink
from portfolio.models.base import begin, clock
from portfolio.models.visit import find_visit
from portfolio.security import VISIT_COOKIE
from portfolio.viewer import visitor as visitor_of
from portfolio.views.file import _pieces
from tests.browser import ORIGIN, Page

if TYPE_CHECKING:
    from tests.people import Actor, Cast

NAME = "Mevrouw De Wit van de bakkerij"
UNKNOWN = "A" * 22


def make_link(owner: Actor, scope: str) -> str:
    """Let an owner make a link for one page, and give its id."""
    page = owner.page.visit("/delen/link").fill("name", NAME)
    page.choose(scope, "Om werk te vinden", "7 dagen").submit("Maak de link")
    return page.path.rpartition("/")[2]


def make_code(owner: Actor, link: str) -> str:
    """Let the owner make a code for one opening, as the page shows it."""
    page = owner.page.visit(f"/delen/link/{link}").submit("code")
    return next(node.text for node in page.tree.walk("p") if node.get("class") == "code")


def opened(owner: Actor, link: str) -> Page:
    """Open the link in a new browser with a code of this moment."""
    page = Page(owner.app.test_client()).visit(f"/bezoek/{link}")
    return page.fill("code", make_code(owner, link)).submit("Kijk")


def statuses(page: Page, cast: Cast) -> list[int]:
    """Ask for the page, its photo, sound and paper, and give what each answers."""
    paths = [
        "/bezoek",
        f"/foto/{cast.photos['work']}/klein",
        f"/geluid/{cast.facts.sounds['work']}",
        f"/papier/{cast.facts.papers['work']}",
    ]
    # A photo and a sound inside a page that was noted take another way through the gate.
    inside = {paths[1]: "image", paths[2]: "audio"}
    return [
        page.client.get(path, base_url=ORIGIN, headers={"Sec-Fetch-Dest": dest}).status_code
        for path in paths
        for dest in ("document", inside.get(path, "document"))
    ]


def test_a_link_alone_opens_nothing_personal(amina: Actor, visitor: Actor, cast: Cast) -> None:
    """Attack 1: a stolen link, a previewer, a robot. Each address gives the same bytes."""
    link = make_link(amina, f"entry:{cast.entries['work']}")
    make_code(amina, link)
    pages = [visitor.page.get(f"/bezoek/{each}") for each in (link, UNKNOWN)]
    assert [page.status_code for page in pages] == [200, 200]
    known, unknown = (
        [row for row in page.text.splitlines() if "nonce" not in row and "csrf" not in row]
        for page in pages
    )
    known = [row for row in known if 'name="once"' not in row]
    unknown = [row for row in unknown if 'name="once"' not in row]
    assert [row.replace(link, UNKNOWN) for row in known] == unknown
    for word in (NAME, amina.name, cast.canaries["work"]):
        assert word not in pages[0].text
    assert pages[0].headers["Referrer-Policy"] == "no-referrer"
    assert pages[0].headers["Cache-Control"] == "no-store"
    assert "noindex" in pages[0].headers["X-Robots-Tag"]
    assert visitor.page.get("/bezoek").status_code == 404
    with amina.app.app_context():
        waiting = select(func.count(VisitorCode.id)).where(VisitorCode.used_at.is_(None))
        assert db.session.scalar(waiting) == 1
        assert not db.session.scalar(select(func.count(Visit.id)))


def test_a_visit_sees_nothing_of_whoever_is_about_to_go(amina: Actor, cast: Cast) -> None:
    """From the first second; and what was given comes back with whoever comes back."""
    link = make_link(amina, f"entry:{cast.entries['work']}")
    page, code = opened(amina, link), make_code(amina, link)
    assert statuses(page, cast) == [200] * 8
    amina.page.visit("/over-mij/alles-weg").submit("Ja, haal alles weg")
    assert statuses(page, cast) == [404] * 8
    late = Page(amina.app.test_client()).visit(f"/bezoek/{link}").fill("code", code)
    late.submit("Kijk", 422)
    amina.page.visit("/").submit("Ik wil terug")
    assert statuses(page, cast) == [200] * 8


def test_a_code_gives_one_visit_to_one_page_and_is_noted_by_the_owners_name_for_it(
    amina: Actor, cast: Cast
) -> None:
    """ASVS 7.2.3. One code, one browser, one page; whatever stands beside it is refused."""
    link = make_link(amina, f"entry:{cast.entries['work']}")
    code = make_code(amina, link)
    page = Page(amina.app.test_client()).visit(f"/bezoek/{link}")
    page.fill("code", "AAAA-AAAA").submit("Kijk", 422)
    page.fill("code", f" {code.lower().replace('-', ' ')} ").submit("Kijk")
    assert page.path == "/bezoek"
    assert cast.canaries["work"] in page.text
    assert NAME in page.text
    for name, word in cast.canaries.items():
        assert name == "work" or word not in page.html, name
    assert statuses(page, cast) == [200] * 8
    for path in (
        f"/foto/{cast.photos['achievement']}/klein",
        f"/geluid/{cast.facts.sounds['language']}" if "language" in cast.facts.sounds else "/map/x",
        f"/mensen/{amina.map_id}",
        "/map",
        "/delen",
        "/wie-heeft-gekeken",
        "/account",
    ):
        assert page.client.get(path, base_url=ORIGIN).status_code in {303, 404}, path
    cookie = page.client.get_cookie(VISIT_COOKIE)
    assert cookie is not None
    assert cookie.secure
    assert cookie.http_only
    assert cookie.max_age == 1800
    other = Page(amina.app.test_client()).visit(f"/bezoek/{link}")
    other.fill("code", code).submit("Kijk", 422)
    assert statuses(other, cast)[0] == 404
    seen = amina.page.visit("/wie-heeft-gekeken")
    assert NAME in seen.text
    assert "Keek met een link van jou" in seen.text
    with amina.app.app_context():
        rows = db.session.scalars(select(AccessLog).order_by(AccessLog.number)).all()
        assert {row.link_id for row in rows} == {link}
        assert {row.about.partition(":")[0] for row in rows} == {"entry", "photo", "sound", "paper"}


def test_a_page_of_a_leefgebied_shows_what_is_not_kept_private(amina: Actor, cast: Cast) -> None:
    page = opened(amina, make_link(amina, "leefgebied:werk"))
    assert cast.canaries["work"] in page.text
    assert cast.canaries["work_private"] not in page.html
    assert cast.canaries["work_deleted"] not in page.html


@pytest.mark.parametrize("how", ["stopped", "ended", "over", "private", "moved", "taken away"])
def test_a_visit_ends_at_once(amina: Actor, cast: Cast, how: str) -> None:
    """ASVS 8.3.2. By one tap, by its day, after half an hour, or with the thing itself."""
    entry = cast.entries["work"]
    link = make_link(amina, f"entry:{entry}")
    page, waiting = opened(amina, link), make_code(amina, link)
    assert statuses(page, cast) == [200] * 8
    with amina.app.app_context():
        begin(db.session, writing=True)
        now = clock(db.session)
        if how == "ended":
            times = {"starts_at": now - timedelta(days=8), "expires_at": now}
            db.session.execute(update(VisitorLink).values(**times))
        elif how == "over":
            db.session.execute(update(Visit).values(ends_at=now))
        db.session.commit()
    if how == "stopped":
        assert amina.page.post(f"/delen/link/{link}/stop").status_code == 303
        assert amina.page.post(f"/delen/link/{link}/stop").status_code == 303
        assert amina.page.post(f"/delen/link/{link}/code").status_code == 404
    elif how == "private":
        kept = amina.page.post(f"/map/stuk/{entry}/alleen-voor-mij", {"private": "1"})
        assert kept.status_code == 303
    elif how == "taken away":
        assert amina.page.post(f"/map/stuk/{entry}/weghalen").status_code < 400
    elif how == "moved":
        with amina.app.app_context():
            begin(db.session, writing=True)
            mine = update(Entry).where(Entry.id == entry)
            db.session.execute(mine.values(leefgebied="gezondheid"))
            db.session.commit()
    assert statuses(page, cast) == [404] * 8
    if how in {"stopped", "ended"}:
        again = Page(amina.app.test_client()).visit(f"/bezoek/{link}")
        again.fill("code", waiting).submit("Kijk", 422)


def test_a_download_is_cut_off_half_way(amina: Actor, cast: Cast) -> None:
    """What streams asks the gate again for each piece, a visit too."""
    link = make_link(amina, f"entry:{cast.entries['work']}")
    page = opened(amina, link)
    token = page.client.get_cookie(VISIT_COOKIE)
    assert token is not None
    with amina.app.test_request_context():
        who = visitor_of(str(find_visit(db.session, token.value)))
        paper = cast.facts.papers["work"]
        row = get_or_404(who, Action.FILE_SEE, Attachment, paper)
        assert row.id == paper
        two: Any = type("Two", (), {"size": 2 * CHUNK, "chunk": lambda *_a: b"x" * CHUNK})()
        pieces = _pieces(who, paper, "papier", two, b"x" * CHUNK, 0, 2 * CHUNK)
        assert len(next(pieces)) == CHUNK
        amina.page.post(f"/delen/link/{link}/stop")
        with pytest.raises(NotFound):
            next(pieces)


def test_one_code_typed_by_many_at_once_opens_once(amina: Actor, cast: Cast) -> None:
    """ASVS 6.5.1. However many type it, and however fast: one gets in."""
    link = make_link(amina, f"entry:{cast.entries['work']}")
    code, came = make_code(amina, link), []
    pages = [Page(amina.app.test_client()).visit(f"/bezoek/{link}") for _ in range(8)]

    def type_it(page: Page) -> None:
        came.append(page.post(f"/bezoek/{link}", {"code": code}).status_code)

    threads = [threading.Thread(target=type_it, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [303, *[422] * 7]


def test_guessing_stops_and_locks_nobody_out(amina: Actor, cast: Cast) -> None:
    """Guesses spend no code; elsewhere, and after a new code, the visitor gets in."""
    link = make_link(amina, f"entry:{cast.entries['work']}")
    code, page = make_code(amina, link), Page(amina.app.test_client())
    came = [
        page.post(f"/bezoek/{link}", {"code": f"AAAA-AAA{number}"}).status_code
        for number in range(12)
    ]
    assert came == [*[422] * 10, 429, 429]
    away = Page(amina.app.test_client())
    away.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert away.post(f"/bezoek/{link}", {"code": code}).status_code == 303
    fresh = make_code(amina, link)
    assert page.post(f"/bezoek/{link}", {"code": fresh}).status_code == 303


def test_who_may_make_a_link_and_of_what(amina: Actor, farid: Actor, cast: Cast) -> None:
    """Only of one's own; never health, family, a private thing or a part of a plan."""
    link = make_link(amina, "leefgebied:werk")
    for path in (f"/delen/link/{link}/code", f"/delen/link/{link}/stop"):
        assert farid.page.post(path).status_code == 404
    farid.page.visit(f"/delen/link/{link}", 404)
    fields = {"name": NAME, "purpose": "werk", "days": "7"}
    wrong = ["leefgebied:gezondheid", "leefgebied:gezin", "part:direction", "entry:", "x"]
    wrong += [f"entry:{cast.entries[name]}" for name in ("work_private", "farids_work")]
    for scope in wrong:
        answered = amina.page.post("/delen/link", {**fields, "scope": scope})
        assert answered.status_code == 422, scope
    for name, value in (("days", "31"), ("days", ""), ("purpose", ""), ("name", "")):
        good = {**fields, "scope": "leefgebied:werk", name: value}
        assert amina.page.post("/delen/link", good).status_code == 422, name
    with amina.app.app_context():
        assert db.session.scalar(select(func.count(VisitorLink.id))) == 1
