"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("organisation", __name__)
