"""Placeholder until this word is built."""

from flask import Blueprint

bp = Blueprint("consent", __name__)
