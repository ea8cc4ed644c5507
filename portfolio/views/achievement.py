"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("achievement", __name__)
