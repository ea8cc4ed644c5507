"""The pages: each view checks what came in, asks the gate, calls the model and answers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

# One word, one file: each of these has a blueprint of its own name.
WORDS = (
    "access_log",
    "achievement",
    "attachment",
    "comment",
    "consent",
    "contact",
    "desk",
    "device",
    "direction",
    "draft",
    "easy",
    "email",
    "entry",
    "file",
    "goal",
    "goal_step",
    "going",
    "hard_word",
    "help",
    "home",
    "invitation",
    "kept_post",
    "language",
    "leave",
    "level",
    "listen",
    "meeting",
    "notice",
    "organisation",
    "own_words",
    "paper",
    "passkey",
    "people",
    "person",
    "plan",
    "portfolio",
    "practice",
    "preparation",
    "preview",
    "proof",
    "reached_goal",
    "rest",
    "rights",
    "route",
    "second_factor",
    "second_step",
    "sentence",
    "share",
    "sign_in",
    "signal",
    "sound",
    "takeaway",
    "talk",
    "upload",
    "version",
    "visit",
    "visitor_link",
    "well_known",
    "wellbeing",
    "work_login",
)


def init_app(app: Flask) -> None:
    """Join every page to the application."""
    for word in WORDS:
        app.register_blueprint(import_module(f"portfolio.views.{word}").bp)
