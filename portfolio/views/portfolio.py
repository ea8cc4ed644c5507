"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("portfolio", __name__)
