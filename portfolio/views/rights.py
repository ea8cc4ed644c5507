"""Rights and duties per leefgebied, and what follows from a choice before it is made."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from portfolio.access import Action, requires
from portfolio.data import LEEFGEBIEDEN
from portfolio.data.plan import CHOICES, LAW, RIGHT_FORMS, rights_of
from portfolio.security import viewer
from portfolio.usual import told

bp = Blueprint("rights", __name__)


@bp.get("/plan/rechten")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show of which leefgebieden there is something to know, and the choices."""
    known = [row for row in LEEFGEBIEDEN.values() if rights_of(row.key)]
    return render_template("rights/overview.html", known=known, choices=CHOICES.values())


@bp.get("/plan/rechten/<leefgebied>")
@requires(Action.MAP_KEEP)
def leefgebied(leefgebied: str) -> str:
    """Show what one may do in a leefgebied, and what the Netherlands asks."""
    if leefgebied not in LEEFGEBIEDEN:
        raise NotFound
    rows = rights_of(leefgebied)
    shown = {form: [each for each in rows if each.form == key] for key, form in RIGHT_FORMS.items()}
    return render_template("rights/leefgebied.html", row=LEEFGEBIEDEN[leefgebied], shown=shown)


@bp.get("/plan/keuzes/<choice>")
@requires(Action.MAP_KEEP)
def choice(choice: str) -> str:
    """Show what follows from a choice, and whom to ask."""
    if choice not in CHOICES:
        raise NotFound
    row = CHOICES[choice]
    facts = told(viewer(), [LAW[key] for key in row.facts])
    return render_template("rights/choice.html", row=row, facts=facts)
