"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("person", __name__)
