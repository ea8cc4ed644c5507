"""The main navigation: at most four ways, each with picture and word, as the role asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, url_for

from portfolio.languages import mark
from portfolio.viewer import Action

if TYPE_CHECKING:
    from portfolio.viewer import Viewer


@dataclass(frozen=True)
class Way:
    """One way in the navigation."""

    href: str
    text: str
    icon: str
    current: bool


WAYS: tuple[tuple[Action, str, str, str], ...] = (
    (Action.MAP_KEEP, "portfolio.start", mark("Mijn map"), "house"),
    (Action.MAP_KEEP, "plan.overview", mark("Mijn plan"), "direction"),
    (Action.MAP_SHARE, "consent.overview", mark("Delen"), "share"),
    (Action.PEOPLE_SEE, "people.overview", mark("Mensen"), "people"),
    (Action.ACHIEVEMENTS_SEE, "achievement.overview", mark("Wat mensen laten zien"), "certificate"),
    (Action.CODE_SHOW, "people.code", mark("Mijn code"), "qr"),
    (Action.ORGANISATION_KEEP, "organisation.overview", mark("Organisatie"), "key"),
    (Action.ACCOUNT_USE, "person.overview", mark("Over mij"), "person"),
)


def navigation(viewer: Viewer | None) -> list[Way]:
    """List the ways that are open to this viewer."""
    if viewer is None:
        return []
    return [
        Way(url_for(endpoint), text, icon, request.endpoint == endpoint)
        for action, endpoint, text, icon in WAYS
        if viewer.may(action)
    ]
