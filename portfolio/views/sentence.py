"""Klopt een zin niet? Finding a sentence of our own that is wrong, and saying what is wrong.

Everybody may, also without an account: whoever knows a language well is seldom a professional.
Nothing that somebody types is kept, and nobody can be found by what they said: only the sentence,
what was wrong, the day and how often. The browser remembers what it said, so that it counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.exceptions import BadRequest, NotFound

from portfolio import limits, sentences
from portfolio.access import public
from portfolio.extensions import db
from portfolio.forms.sentence import FindForm
from portfolio.languages import reader
from portfolio.models.base import begin
from portfolio.models.sentence import note_wrong
from portfolio.security import network

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("sentence", __name__)

SAID = "zinnen"
# A cookie holds only so much; what was said longest ago may count once more.
MOST_SAID = 40


@bp.get("/taal/zin")
@public
def page() -> str:
    """Ask which sentence is wrong: one of the page somebody came from, or another."""
    here = request.args.get("pagina", "")
    return render_template(
        "sentence/page.html",
        form=FindForm(),
        tag=reader().language,
        here=sentences.on_page(here, reader().language),
    )


@bp.post("/taal/zin")
@public
def find() -> str | tuple[str, int]:
    """Find a sentence by a few words of it. They are posted, so that no address holds them."""
    limits.check("sentence_search", network())
    form, own = FindForm(), reader().language
    if not form.validate():
        return render_template("sentence/page.html", form=form, tag=own), 422
    found = sentences.find(own, str(form.said.data))
    return render_template("sentence/page.html", form=form, tag=own, found=found)


@bp.get("/taal/zin/<sentence>")
@public
def ask(sentence: str) -> str:
    """Ask what is wrong with a sentence."""
    return render_template(
        "sentence/ask.html", sentence=_or_404(sentence), reasons=sentences.REASONS
    )


@bp.post("/taal/zin/<sentence>")
@public
def say(sentence: str) -> Response:
    """Count it as wrong. From one browser the same thing counts once."""
    wrong, reason = _or_404(sentence), request.form.get("reason", "")
    if reason not in sentences.REASONS:
        raise BadRequest
    limits.check("sentence", network())
    now, before = f"{sentence}-{reason}", session.get(SAID, [])
    if now not in before:
        begin(db.session, writing=True)
        note_wrong(db.session, wrong.name, wrong.tag, reason)
        db.session.commit()
        session[SAID] = [*before, now][-MOST_SAID:]
    return redirect(url_for("sentence.thanks"), 303)


@bp.get("/taal/zin/bedankt")
@public
def thanks() -> str:
    """Say thanks."""
    return render_template("sentence/thanks.html")


def _or_404(name: str) -> sentences.Sentence:
    found = sentences.named(name)
    if found is None:
        raise NotFound
    return found
