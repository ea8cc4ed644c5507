"""Lists leak nothing: what a page refuses is in no list, in every state of a consent.

Every entry of the cast has a word that stands nowhere else; a refused entry's word must not be
found in anything that is sent. ASVS 8.2.3: no more is given than what may be seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.access.states import SEEN, bring_about
from tests.access.table import states
from tests.browser import ORIGIN

if TYPE_CHECKING:
    from tests.people import Actor, Cast

LINK = re.compile(r'(?:href|src)="(/[^"#?]*)')
FILE = re.compile(r"^/(?:foto|geluid|papier)/([\w-]+)(?:/(?:klein|groot))?$")
STARTS = ("/", "/mensen", "/prestaties", "/over-mij", "/hulp")


def everything_sent_to(actor: Actor, starts: tuple[str, ...]) -> tuple[str, dict[str, int]]:
    """Follow every link from some pages on; gives all that was sent, and each status."""
    client, todo = actor.browse(), [*starts]
    seen: dict[str, int] = {}
    sent: list[str] = []
    while todo:
        path = todo.pop()
        if path in seen or path.startswith("/bestand/"):
            continue
        answered = client.get(path, base_url=ORIGIN, headers={"Sec-Fetch-Dest": "document"})
        seen[path] = answered.status_code
        if answered.mimetype == "text/html":
            sent.append(answered.text)
            todo += LINK.findall(answered.text)
            if "Location" in answered.headers:
                todo.append(answered.headers["Location"])
    return "\n".join(sent), seen


@pytest.mark.parametrize("state", states())
def test_what_a_page_refuses_is_in_no_list(cast: Cast, state: str) -> None:
    """ASVS 8.2.3."""
    app, allowed = cast.bas.app, SEEN[state]
    with app.app_context():
        bring_about(cast, state)
    for actor in (cast.bas, cast.dirk):
        starts = (*STARTS, f"/mensen/{cast.amina.map_id}", f"/prestaties/{cast.amina.map_id}")
        sent, seen = everything_sent_to(actor, starts)
        found = {name for name, canary in cast.canaries.items() if canary in sent}
        assert found == allowed, f"{actor.key} in state {state!r}"
        files = {match[1] for path in seen if (match := FILE.match(path))}
        names = {
            name
            for kind in (cast.photos, cast.sounds, cast.papers)
            for name, file in kind.items()
            if file in files
        }
        assert names <= allowed, f"files for {actor.key} in state {state!r}"
        broken = [path for path, status in seen.items() if status >= 500]
        assert not broken, broken
        for name, entry_id in cast.entries.items():
            if name not in allowed:
                assert entry_id not in sent, f"the id of {name} for {actor.key}, {state!r}"


@pytest.mark.parametrize("state", states())
def test_comments_are_seen_with_what_they_are_about(cast: Cast, state: str) -> None:
    with cast.bas.app.app_context():
        bring_about(cast, state)
    sent, _ = everything_sent_to(cast.bas, ("/mensen", f"/mensen/{cast.amina.map_id}"))
    for words in ("Kanarievraag", "Kanarieantwoord"):
        assert (words in sent) is ("work" in SEEN[state]), (words, state)


@pytest.mark.parametrize("who", ["carla", "eva", "farid", "visitor"])
def test_whoever_nothing_is_shared_with_finds_nothing(cast: Cast, who: str) -> None:
    actor = cast.everybody()[who]
    paths = [
        path
        for name, entry_id in cast.entries.items()
        for path in (
            f"/map/stuk/{entry_id}",
            f"/map/stuk/{entry_id}/wie",
            f"/mensen/{cast.amina.map_id}/stuk/{entry_id}",
            *(
                f"/foto/{cast.photos[name]}/{size}"
                for size in ("klein", "groot")
                if name in cast.photos
            ),
            *(f"/geluid/{cast.sounds[name]}" for _ in "1" if name in cast.sounds),
            *(f"/papier/{cast.papers[name]}" for _ in "1" if name in cast.papers),
        )
    ]
    own = {"farids_work"} if who == "farid" else set()
    sent, seen = everything_sent_to(actor, (*STARTS, "/map", "/delen", "/organisatie", *paths))
    assert {name for name, canary in cast.canaries.items() if canary in sent} == own
    files = [path for path, status in seen.items() if status == 200 and FILE.match(path)]
    farids = {kind["farids_work"] for kind in (cast.photos, cast.sounds, cast.papers)}
    assert farids >= {path.split("/")[2] for path in files}
    assert "Amina" not in sent
