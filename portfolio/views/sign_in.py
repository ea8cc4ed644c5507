"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("sign_in", __name__)
