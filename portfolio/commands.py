"""The command line: `portfolio serve`, `beheerder`, `demo-code`, and what keeps a house in order.

What lives here: reading the command, and saying what happened. Each command imports what it
needs when it runs, so that a wrong setting is said at once. What does not: the work itself,
and the commands about keeping and finding (keeping.py).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from portfolio.config import (
    DEMO_MARK,
    ConfigurationError,
    Settings,
    master_key_path,
    read_settings,
    write_master_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask import Flask

WRONG_SETTING = 2
LONGEST_NAME = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a wrong setting is one line on stderr and status 2."""
    from portfolio import keeping

    for command in keeping.COMMANDS:
        portfolio.add_command(command)
    try:
        status = portfolio.main(args=arguments, prog_name="portfolio", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 1
    except ConfigurationError as error:
        print(f"portfolio: {error}", file=sys.stderr)
        return WRONG_SETTING
    return int(status or 0)


@click.group()
def portfolio() -> None:
    """Mijn map: a portfolio and a living plan that its owner decides over."""


@portfolio.command()
@click.option("--demo", is_flag=True, help="Serve the example people, on this machine only.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--threads",
    envvar="PORTFOLIO_THREADS",
    default=8,
    show_default=True,
    type=click.IntRange(2, 64),
)
def serve(*, demo: bool, host: str, port: int, threads: int) -> None:
    """Serve the pages until told to stop."""
    asked = {"PORT": str(port), "PORTFOLIO_THREADS": str(threads)}
    env: Mapping[str, str] = {**os.environ, **asked}
    if demo:
        from portfolio.demo.place import prepare_place

        env = {**prepare_place(os.environ, host, port), **asked}
    app = open_app(settings_of(env, demo=demo))
    lines = _example_people(app) if demo else _first_steps(app)
    from portfolio import serving

    server = serving.listen(app, host, port, threads)
    serving.stop_when_told()
    for line in lines:
        print(line)
    # The port that was really taken: port 0 asks for any that is free.
    print(f"http://localhost:{serving.port_of(server)}", flush=True)
    serving.log_events()
    serving.sweep_daily(app)
    serving.send_mail_always(app)
    serving.make_takeaways(app)
    server.run()


@portfolio.command("master-key")
@click.argument("path", required=False, type=click.Path(path_type=Path))
def master_key(path: Path | None) -> None:
    """Make the master key; never replace one."""
    folder = Path(os.environ.get("PORTFOLIO_DATA") or "var/data").resolve()
    path = path.resolve() if path else master_key_path(os.environ, folder)
    if path.is_relative_to(folder):
        message = f"The master key {path} must be outside the data folder {folder}."
        raise ConfigurationError(message)
    try:
        write_master_key(path)
    except FileExistsError:
        message = f"There is a master key at {path} already; it is never replaced."
        raise ConfigurationError(message) from None
    except OSError as error:
        message = f"The master key cannot be written at {path}: {error.strerror}."
        raise ConfigurationError(message) from None
    print(f"Made the master key {path}.")
    print("Keep a copy of it apart from the backups. Without it nobody can read the data.")


@portfolio.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each line of the file.")
def b1(file: TextIO, *, as_json: bool) -> None:
    """Say what is hard to read in a Dutch text, and what to write instead; - reads stdin."""
    from portfolio.b1 import report

    try:
        for line in report(file, as_json=as_json):
            print(line)
    except UnicodeDecodeError:
        message = "This is not a text in UTF-8."
        raise click.ClickException(message) from None


@portfolio.command()
@click.option("--organisation", prompt="Organisation", help="Made when it is new.")
def beheerder(organisation: str) -> None:
    """Invite somebody to keep the accounts of an organisation. Makes no account by itself."""
    found = settings_of(os.environ)
    name = " ".join(organisation.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = f"The name of an organisation has 1 to {LONGEST_NAME} letters."
        raise ConfigurationError(message)
    invitation_id, code = _invite_beheerder(open_app(found), name)
    print(f"An invitation to become beheerder of {name}. It works once, for 7 days.")
    print(f"link  {found.public_url}/uitnodiging/{invitation_id}")
    print(f"code  {code}")
    print("Hand over the link and the code in two different ways.")


@portfolio.command("demo-code")
@click.argument("name")
def demo_code(name: str) -> None:
    """Print the code of the moment of an example person's app. Real people have their own."""
    from portfolio.demo.place import find_place

    app = open_app(settings_of(find_place(os.environ), demo=True))
    from portfolio.demo import code_of

    code = code_of(app, name)
    if code is None:
        message = f"{name} has no app that makes codes in this demonstration."
        raise ConfigurationError(message)
    print(code)


@portfolio.command("close-organisation")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def close_organisation(name: str, *, yes: bool) -> None:
    """Close an organisation for good: nobody there sees anything any more, from now on."""
    app = open_app(settings_of(os.environ))
    if not yes:
        click.confirm(f"Close {name}? Everybody there loses all that was shared", abort=True)
    name = " ".join(name.split())
    count = _close(app, name)
    if count is None:
        message = f"There is no open organisation with the name {name}."
        raise ConfigurationError(message)
    print(f"Closed {name}. {count} of its people have no access any more.")


@portfolio.command()
def sweep() -> None:
    """Remove what is past its time. The server does this by itself, once a day."""
    app = open_app(settings_of(os.environ))
    from portfolio.sweep import sweep as sweep_now

    for name, count in sweep_now(app).items():
        print(f"{name}  {count}")


@portfolio.command("send-mail")
def send_mail() -> None:
    """Send the e-mails that wait. The server does this by itself."""
    app = open_app(settings_of(os.environ))
    from portfolio.postman import send_waiting

    for result, count in send_waiting(app).items():
        print(f"{result or 'later'}  {count}")


@portfolio.command()
@click.argument("language", required=False)
def voices(language: str | None) -> None:
    """Count the recorded voices; with a LANGUAGE, list the strings that have none."""
    from portfolio.recording import report

    known_or_none(language)
    for line in report(language):
        print(line)


def known_or_none(language: str | None) -> None:
    """Refuse a language that is named and is none of ours."""
    from portfolio.languages import LANGUAGES

    if language and language not in LANGUAGES:
        message = f"There is no language {language}; there are: {', '.join(LANGUAGES)}."
        raise ConfigurationError(message)


def settings_of(env: Mapping[str, str], *, demo: bool | None = None) -> Settings:
    """Read the settings, and keep the demonstration's folder for the demonstration."""
    if demo is False:
        env = {name: value for name, value in env.items() if name != "PORTFOLIO_DEMO"}
    found = read_settings(env)
    if not found.demo and (found.data_folder / DEMO_MARK).exists():
        message = (
            f"{found.data_folder} holds the demonstration: choose another folder "
            "with PORTFOLIO_DATA."
        )
        raise ConfigurationError(message)
    return found


def open_app(found: Settings) -> Flask:
    """Make the application; what its stores cannot do is said in one line."""
    from portfolio import create_app

    return made(lambda: create_app(found), found)


def open_stores(found: Settings) -> Flask:
    """Join the stores without any page, and without asking whether they may be served."""
    from portfolio import stores_alone

    return made(lambda: stores_alone(found), found)


def made(make: Callable[[], Flask], found: Settings) -> Flask:
    """Make an application; what its stores cannot do is said in one line."""
    from sqlalchemy.exc import OperationalError

    from portfolio.keyring import SealBrokenError

    try:
        return make()
    except OperationalError:
        message = "The database does not answer: check DATABASE_URL, KEYRING_URL and the disk."
        raise ConfigurationError(message) from None
    except SealBrokenError:
        message = "The master key is not the one that this keyring was made with."
        raise ConfigurationError(message) from None
    except OSError as error:
        message = f"{error.filename or found.data_folder} cannot be used: {error.strerror}."
        raise ConfigurationError(message) from None


def _invite_beheerder(app: Flask, name: str) -> tuple[str, str]:
    from portfolio import events
    from portfolio.extensions import db, keyring
    from portfolio.models.base import begin
    from portfolio.models.invitation import invite
    from portfolio.models.organisation import find_organisation, make_organisation, was_closed

    with app.app_context():
        begin(db.session, writing=True)
        if was_closed(db.session, name):
            message = f"{name} was closed for good: choose another name."
            raise ConfigurationError(message)
        found = find_organisation(db.session, name)
        place = found or make_organisation(db.session, keyring(), name)
        made = invite(db.session, keyring(), place, "beheerder")
        db.session.commit()
        if not found:
            events.record("organisation_made", organisation=place.id)
        events.record("invitation_made", organisation=place.id, invitation=made.id, person=None)
        return made.id, made.code


def _close(app: Flask, name: str) -> int | None:
    from portfolio import events
    from portfolio.extensions import db
    from portfolio.models.base import begin
    from portfolio.models.organisation import close_organisation as close_now
    from portfolio.models.organisation import find_organisation

    with app.app_context():
        begin(db.session, writing=True)
        found = find_organisation(db.session, name)
        if found is None:
            return None
        place = found.id
        ended = close_now(db.session, place)
        db.session.commit()
        events.record("organisation_closed", organisation=place, count=len(ended))
        return len(ended)


def _example_people(app: Flask) -> list[str]:
    from portfolio.demo import load

    people = [f"{who.name}  {who.passphrase}  {who.role}" for who in load(app)]
    return [*people, "Who works for others is asked a code too: .venv/bin/portfolio demo-code bas"]


def _first_steps(app: Flask) -> list[str]:
    from sqlalchemy import select

    from portfolio.extensions import db
    from portfolio.models.person import Person

    with app.app_context():
        if db.session.scalars(select(Person.id).limit(1)).first():
            return []
    return [
        "There is no account yet. Anyone may start a map of their own.",
        "Make the first beheerder with: portfolio beheerder",
    ]
