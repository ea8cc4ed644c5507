"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("access_log", __name__)
