"""Beginning a map, and one's own account: name, passphrase, recovery codes, other places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from wtforms.validators import ValidationError

from portfolio import limits
from portfolio.access import Action, asks_again, get_or_404, own_name, public, requires, visible
from portfolio.entrance import (
    check_passphrase,
    end_elsewhere,
    enter,
    note_entry,
    prove,
    start,
    welcome,
)
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.forms import Form
from portfolio.forms import person as forms
from portfolio.languages import choice, mark
from portfolio.models import base
from portfolio.models.credential import (
    change_passphrase,
    make_recovery_codes,
    recovery_codes_left,
)
from portfolio.models.draft import first_time
from portfolio.models.notice import Kind, tell
from portfolio.models.passkey import read_passkeys
from portfolio.models.person import (
    Credential,
    NameTakenError,
    NewPerson,
    Person,
    is_taken,
    make_owner,
    own_sign_in_name,
    rename,
)
from portfolio.models.proof import recovered
from portfolio.models.second_factor import TOTP, second_factors
from portfolio.models.sign_in import SignIn, still_signed_in
from portfolio.models.space import Space, space_used
from portfolio.passphrase import hash_passphrase
from portfolio.proofs import confirm_passphrase
from portfolio.proposing import propose_name, propose_passphrase, propose_sign_in_name
from portfolio.reading import by_picture
from portfolio.security import maybe_viewer, network, viewer
from portfolio.told import waiting

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.keyring import DataKey

bp = Blueprint("person", __name__)
# What can be taken over with a tap by whoever writes nothing.
PROPOSALS = {
    "display_name": propose_name,
    "sign_in_name": propose_sign_in_name,
    "passphrase": propose_passphrase,
}


@bp.get("/begin")
@public
def begin() -> str | Response:
    """Ask the first question of somebody who begins."""
    if maybe_viewer():
        return redirect(url_for("home.welcome"), 303)
    return _ask(forms.BeginForm(), "age")


@bp.post("/begin")
@public
def answer() -> str | tuple[str, int] | Response:
    """Take one answer and ask the next; the answers travel in the form, nothing is kept yet."""
    form = forms.BeginForm()
    if not (form.screen.validate(form) and form.once.validate(form)):
        raise BadRequest
    screen = form.screen.data or "age"
    if "back" in request.form:
        return _ask(form, form.beside(screen, -1))
    wrong = form.first_wrong(screen)
    if wrong:
        return _ask(form, wrong), 422
    if form.age.data == forms.UNDER_16:
        return render_template("person/too_young.html")
    if screen == "sign_in_name" and _is_taken(form):
        return _ask(form, screen), 422
    if screen != "passphrase":
        return _ask(form, form.beside(screen, 1))
    return _make_account(form)


def _ask(form: forms.BeginForm, screen: str) -> str:
    form.screen.data = screen
    steps = [name for name in forms.SCREENS if name != "young"]
    at = steps.index(screen) + 1 if screen in steps else 1
    return render_template(
        "person/begin.html",
        form=form,
        screen=screen,
        at=at,
        all=len(steps),
        steps=steps,
        proposal=PROPOSALS[screen]() if by_picture() and screen in PROPOSALS else None,
    )


def _is_taken(form: forms.BeginForm) -> bool:
    limits.check("sign_up_name", network())
    base.begin(db.session, writing=False)
    if not is_taken(db.session, keyring(), form.sign_in_name.data or ""):
        return False
    form.sign_in_name.errors = [forms.TAKEN]
    return True


def _make_account(form: forms.BeginForm) -> tuple[str, int] | Response:
    limits.check("sign_up", network())
    new = NewPerson(
        display_name=form.display_name.data or "",
        sign_in_name=form.sign_in_name.data or "",
        secret=hash_passphrase(form.passphrase.data or ""),
        age_group=form.age.data,
        language=choice().language,
        mode=choice().mode,
        pictures=by_picture(),
    )
    base.begin(db.session, writing=True)
    try:
        person, _ = make_owner(db.session, keyring(), new)
    except NameTakenError:
        db.session.rollback()
        return _come_back(form)
    first_time(db.session, form.once.data or "", person.id)
    response = _let_in_with_codes(person.id)
    record("account_made", person=person.id)
    return response


def _come_back(form: forms.BeginForm) -> tuple[str, int] | Response:
    """Meet a name that exists: a second click of the same person, or somebody else's name."""
    name, passphrase = form.sign_in_name.data or "", form.passphrase.data or ""
    lock = check_passphrase(name, passphrase)
    if lock is None:
        form.sign_in_name.errors = [forms.TAKEN]
        return _ask(form, "sign_in_name"), 422
    base.begin(db.session, writing=True)
    if not first_time(db.session, form.once.data or "", lock.person_id):
        # The codes of the first click were never seen.
        return _let_in_with_codes(lock.person_id)
    tokens = enter(lock, name, passphrase, own_device=False)
    goal = "home.welcome" if tokens else "sign_in.page"
    response = redirect(url_for("second_step.page" if tokens and tokens.half else goal), 303)
    if tokens:
        welcome(response, tokens)
    return response


def _let_in_with_codes(person_id: str) -> Response:
    codes = make_recovery_codes(db.session, keyring(), person_id)
    tokens = start(person_id, "passphrase", own_device=False)
    db.session.commit()
    record("recovery_codes_made", person=person_id)
    note_entry(person_id, "passphrase", tokens)
    response = make_response(render_template("person/codes.html", codes=codes, fresh=True))
    welcome(response, tokens)
    return response


@bp.get("/over-mij")
@requires(Action.ACCOUNT_USE)
def overview() -> str:
    """Show what an account holds: two names, the language, and the ways to sign in."""
    who = viewer()
    person, key = _own()
    return render_template(
        "person/overview.html",
        news=waiting(viewer()),
        name=own_name(who),
        sign_in_name=own_sign_in_name(key, person),
        codes_left=recovery_codes_left(db.session, person.id),
        passkeys=read_passkeys(db.session, visible(who, Action.ACCOUNT_USE, Credential), key),
        has_app=TOTP in second_factors(db.session, person.id),
        devices=still_signed_in(db.session, visible(who, Action.ACCOUNT_USE, SignIn)),
        space=_space(who.portfolio_id),
    )


def _space(portfolio_id: str | None) -> Space | None:
    if portfolio_id is None:
        return None
    return Space(space_used(db.session, portfolio_id), settings().quota)


@bp.route("/over-mij/naam", methods=["GET", "POST"])
@requires(Action.ACCOUNT_USE)
def name() -> str | tuple[str, int] | Response:
    """Change the name that somebody wants to be called by."""
    form = forms.NameForm()
    if request.method == "GET":
        form.display_name.data = own_name(viewer())
        return render_template("person/name.html", form=form)
    if not form.validate():
        return render_template("person/name.html", form=form), 422
    base.begin(db.session, writing=True)
    person, key = _own()
    rename(key, person, form.display_name.data or "")
    db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("person.overview"), 303)


@bp.route("/over-mij/wachtwoord", methods=["GET", "POST"])
@requires(Action.ACCOUNT_USE)
def passphrase() -> str | tuple[str, int] | Response:
    """Change the passphrase; whoever came in with a recovery code is not asked the old one."""
    who = viewer()
    form = forms.NewPassphraseForm()
    person, key = _own()
    forgotten = recovered(db.session, who.sign_in_id)
    if forgotten:
        del form.old_passphrase
    page = {"form": form, "forgotten": forgotten, "sign_in_name": own_sign_in_name(key, person)}
    if request.method == "GET":
        return render_template("person/passphrase.html", **page)
    if not _is_right(form, forgotten=forgotten):
        return render_template("person/passphrase.html", **page), 422
    secret = hash_passphrase(form.passphrase.data or "")
    base.begin(db.session, writing=True)
    change_passphrase(db.session, key, who.person_id, secret)
    end_elsewhere(who.person_id, who.sign_in_id, "passphrase")
    tell(db.session, who.person_id, Kind.SIGN_IN_CHANGED)
    db.session.commit()
    record("passphrase_changed", person=who.person_id)
    flash(mark("Je hebt een nieuw wachtwoord. Op je andere apparaten ben je uitgelogd."), "good")
    response = redirect(url_for("person.overview"), 303)
    # The session goes on under another token.
    prove(g.found, response)
    return response


def _is_right(form: forms.NewPassphraseForm, *, forgotten: bool) -> bool:
    """Check a new passphrase, and the old one unless it was lost."""
    if not form.validate():
        return False
    person, key = _own()
    names = own_name(viewer()), own_sign_in_name(key, person)
    try:
        forms.refuse_weak(form.passphrase, *names)
    except ValidationError as wrong:
        form.passphrase.errors = [str(wrong)]
        return False
    if forgotten or confirm_passphrase(viewer().person_id, form.old_passphrase.data or ""):
        return True
    form.old_passphrase.errors = [forms.WRONG_PASSPHRASE]
    return False


@bp.route("/over-mij/codes", methods=["GET", "POST"])
@requires(Action.ACCOUNT_USE)
@asks_again
def recovery_codes() -> str | tuple[str, int]:
    """Make ten new recovery codes, shown once; the old ones end."""
    who, form = viewer(), Form()
    if request.method == "GET":
        return render_template("person/new_codes.html", form=form)
    if not form.validate():
        return render_template("person/new_codes.html", form=form), 422
    base.begin(db.session, writing=True)
    codes = make_recovery_codes(db.session, keyring(), who.person_id)
    tell(db.session, who.person_id, Kind.SIGN_IN_CHANGED)
    db.session.commit()
    record("recovery_codes_made", person=who.person_id)
    return render_template("person/codes.html", codes=codes, fresh=False)


@bp.post("/over-mij/elders-uitloggen")
@requires(Action.ACCOUNT_USE)
def elsewhere() -> Response:
    """End every session of this person but the one in use."""
    who = viewer()
    base.begin(db.session, writing=True)
    end_elsewhere(who.person_id, who.sign_in_id, "elsewhere")
    db.session.commit()
    record("sign_in_ended", person=who.person_id, why="elsewhere")
    flash(mark("Op je andere apparaten ben je uitgelogd."), "good")
    return redirect(url_for("person.overview"), 303)


def _own() -> tuple[Person, DataKey]:
    who = viewer()
    person = get_or_404(who, Action.ACCOUNT_USE, Person, who.person_id)
    key = keyring().fetch([who.key_id]).get(who.key_id)
    if key is None:
        raise NotFound
    return person, key
