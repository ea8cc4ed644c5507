"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("entry", __name__)
