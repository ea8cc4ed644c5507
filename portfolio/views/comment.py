"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("comment", __name__)
