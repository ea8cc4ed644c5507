"""The addresses of a talk, once for both sides of the table, and what each asks of the gate.

A deed is done in talking.py or agreeing.py; here stands where it is found, and whether it
only looks or writes. The two blueprints (talk, meeting) say whose side it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from portfolio.access import Action, requires
from portfolio.views import agreeing, talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

    from portfolio.views.talking import Side

LOOK, WRITE = "look", "write"
OF_AN_AGREEMENT = "/<talk_id>/afspraken/<agreement_id>"


@dataclass(frozen=True)
class Deed:
    """One thing to do at the table: how it is asked for, and what it needs."""

    name: str
    method: str
    path: str
    needs: str
    do: Callable[..., Any]


DEEDS = (
    Deed("new", "GET", "/nieuw", WRITE, talking.plan_page),
    Deed("plan", "POST", "/nieuw", WRITE, talking.plan),
    Deed("page", "GET", "/<talk_id>", LOOK, talking.page),
    Deed("moving", "GET", "/<talk_id>/verzetten", WRITE, talking.moving),
    Deed("move", "POST", "/<talk_id>/verzetten", WRITE, talking.move),
    Deed("accept", "POST", "/<talk_id>/ja", WRITE, talking.accept),
    Deed("cancel", "POST", "/<talk_id>/afzeggen", WRITE, talking.cancel),
    Deed("calendar", "GET", "/<talk_id>/agenda.ics", LOOK, talking.calendar),
    Deed("writing", "GET", "/<talk_id>/verslag", WRITE, talking.writing),
    Deed("sum_up", "POST", "/<talk_id>/verslag", WRITE, talking.sum_up),
    Deed("confirm", "POST", "/<talk_id>/verslag/ja", WRITE, talking.confirm),
    Deed("add", "POST", "/<talk_id>/afspraken", WRITE, agreeing.add),
    Deed("changing", "GET", OF_AN_AGREEMENT, WRITE, agreeing.changing),
    Deed("change", "POST", OF_AN_AGREEMENT, WRITE, agreeing.change),
    Deed("tick", "POST", f"{OF_AN_AGREEMENT}/klaar", WRITE, agreeing.tick),
)


def seat(bp: Blueprint, start: str, here: Callable[..., Side], needs: dict[str, Action]) -> None:
    """Give every deed its address on one side of the table, and what it asks of the gate there.

    `here` sits down, with what an address tells of the map and the talk.
    """
    for deed in DEEDS:
        view = requires(needs[deed.needs])(_from(here, deed.do))
        bp.add_url_rule(start + deed.path, deed.name, view, methods=[deed.method])


def _from(here: Callable[..., Side], do: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(do)
    def view(**at: str) -> Any:
        more = {name: at.pop(name) for name in ("agreement_id",) if name in at}
        return do(here(**at), **more)

    return view
