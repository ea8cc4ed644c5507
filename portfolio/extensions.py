"""The extensions of Flask that the application joins: made here, bound in create_app."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

if TYPE_CHECKING:
    from portfolio.config import Settings
    from portfolio.keyring import Keyring
    from portfolio.media.intake import Intake
    from portfolio.media.store import MediaStore

# What was loaded in a transaction is shown after it; nothing is read again behind the log.
db = SQLAlchemy(session_options={"expire_on_commit": False})
babel = Babel()
login = LoginManager()
csrf = CSRFProtect()


def keyring() -> Keyring:
    """Give the keyring of the running application."""
    return cast("Keyring", current_app.extensions["portfolio.keyring"])


def media_store() -> MediaStore:
    """Give the store of sealed files of the running application."""
    return cast("MediaStore", current_app.extensions["portfolio.media"])


def intake() -> Intake:
    """Give the door through which files come in."""
    return cast("Intake", current_app.extensions["portfolio.intake"])


def settings() -> Settings:
    """Give the settings that the running application was made with."""
    return cast("Settings", current_app.extensions["portfolio.settings"])
