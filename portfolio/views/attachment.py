"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("attachment", __name__)
