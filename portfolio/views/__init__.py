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
    "device",
    "direction",
    "draft",
    "entry",
    "file",
    "goal",
    "goal_step",
    "going",
    "help",
    "home",
    "invitation",
    "kept_post",
    "language",
    "leave",
    "level",
    "meeting",
    "organisation",
    "paper",
    "people",
    "person",
    "plan",
    "portfolio",
    "practice",
    "preparation",
    "preview",
    "reached_goal",
    "rest",
    "rights",
    "route",
    "share",
    "sign_in",
    "signal",
    "sound",
    "takeaway",
    "talk",
    "upload",
    "version",
    "wellbeing",
)


def init_app(app: Flask) -> None:
    """Join every page to the application."""
    for word in WORDS:
        app.register_blueprint(import_module(f"portfolio.views.{word}").bp)
