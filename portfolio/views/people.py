"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("people", __name__)
