"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("draft", __name__)
