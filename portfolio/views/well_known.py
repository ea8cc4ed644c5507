"""What others look for at a fixed address: where to tell of a hole in the wall (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from portfolio.access import public
from portfolio.extensions import db, settings
from portfolio.models.base import begin, clock

bp = Blueprint("well_known", __name__)

# Less than a year, as the standard asks; whoever reads it later asks again.
LASTS = timedelta(days=180)


@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Say whom to tell; where no contact is set there is nothing to say."""
    contact = settings().security_contact
    if contact is None:
        raise NotFound
    begin(db.session, writing=False)
    ends = (clock(db.session) + LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {contact}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings().public_url}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
