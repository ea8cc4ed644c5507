"""Mijn map: a portfolio owned by the inburgeraar. create_app joins the parts, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from portfolio import erasure, errors, languages, pages, security, security_log, views
from portfolio.config import RESTORING, ConfigurationError, read_masters, read_settings
from portfolio.engines import prepare
from portfolio.extensions import babel, csrf, db
from portfolio.keyring import Keyring
from portfolio.media.intake import Intake
from portfolio.media.store import MediaStore
from portfolio.migrations import folder_of, migrate
from portfolio.shape import LARGEST_UPLOAD

if TYPE_CHECKING:
    from portfolio.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application. Raises ConfigurationError when a setting is wrong."""
    settings = settings or read_settings()
    app = Flask(
        __name__,
        template_folder=str(folder_of("templates")),
        static_folder=None,
    )
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        TRUSTED_HOSTS=settings.hosts,
        SESSION_COOKIE_NAME="__Host-map",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Our pages say no-referrer, so the referrer proves nothing; the token does, with
        # Sec-Fetch-Site where a browser sends it.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=languages.SOURCE,
    )
    refuse_half_restored(settings)
    join_stores(app, settings)
    # Before the first request: whoever was erased stays so, whatever backup these data are.
    erasure.replay(app)
    babel.init_app(app, locale_selector=lambda: languages.reader().page.locale)
    security.init_app(app)
    csrf.init_app(app)
    pages.init_app(app)
    errors.init_app(app)
    views.init_app(app)
    return app


def join_stores(app: Flask, settings: Settings) -> None:
    """Join database, keyring and media store, each at its newest schema."""
    app.config["SQLALCHEMY_ENGINES"] = {
        # A failing statement is reported without its values.
        "default": {"url": settings.database_url, "hide_parameters": True},
        "keyring": {"url": settings.keyring_url, "hide_parameters": True},
    }
    # The folder of the data is for its owner alone.
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Before the sessions' own end is asked for, so that it comes after it.
    app.teardown_appcontext(security_log.take_in)
    db.init_app(app)
    # We have no asynchronous sessions; closing none starts an event loop at every request.
    app.teardown_appcontext_funcs[:] = [
        each for each in app.teardown_appcontext_funcs if "async" not in each.__name__
    ]
    app.extensions["portfolio.settings"] = settings
    with app.app_context():
        migrate(prepare(db.engine), "data")
        migrate(prepare(db.get_engine("keyring")), "keyring")
        ring = Keyring(
            db.get_engine("keyring"), settings.master_key, lambda: read_masters(settings)
        )
    app.secret_key = ring.installation_key("cookies").derive("cookies")
    app.extensions["portfolio.keyring"] = ring
    app.extensions["portfolio.media"] = MediaStore(settings.media_url)
    app.extensions["portfolio.intake"] = Intake(
        threads=settings.threads, clamd_url=settings.clamd_url
    )


def refuse_half_restored(settings: Settings) -> None:
    """Let nothing be served from a backup that is not back whole. Raises ConfigurationError."""
    if (settings.data_folder / RESTORING).exists():
        message = "A restore was broken off: run `portfolio restore` again with the same backup."
        raise ConfigurationError(message)


def stores_alone(settings: Settings) -> Flask:
    """Join the stores without any page, for restoring and for turning the master key."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    join_stores(app, settings)
    return app
