"""Is dit makkelijk? What makes a text hard to read, for whoever writes to a newcomer.

A text is looked at and kept nowhere. It comes from the page itself, or from a field of another
form whose name is in `kijk`: then that form stays open where it is, as it was.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portfolio import b1
from portfolio.access import Action, requires
from portfolio.forms.easy import EasyForm
from portfolio.languages import SOURCE

bp = Blueprint("easy", __name__)


@bp.get("/makkelijk")
@requires(Action.DUTCH_CHECK)
def page() -> str:
    """Ask for a text."""
    return render_template("easy/page.html", form=EasyForm())


@bp.post("/makkelijk")
@requires(Action.DUTCH_CHECK)
def look() -> str | tuple[str, int]:
    """Say what is hard in a text, and what to write instead."""
    form = EasyForm()
    names = request.form.get("kijk", "").split()
    if names:
        said = (request.form.get(name, "").strip() for name in names)
        form.text.data = "\n".join(filter(None, said))
    if not form.validate():
        return render_template("easy/page.html", form=form), 422
    text = str(form.text.data)
    if request.form.get("lang", SOURCE) != SOURCE:
        return render_template("easy/page.html", form=form, foreign=True)
    found = list(dict.fromkeys(b1.findings(text)))
    return render_template(
        "easy/page.html", form=form, found=found, easy=b1.is_easy(text), rules=b1.RULES
    )
