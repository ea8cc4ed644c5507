"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("invitation", __name__)
