"""Reading aloud: how fast. The reading itself is done by the device (static/js/listen.js)."""

from __future__ import annotations

from flask import Blueprint, Response, request, session
from werkzeug.exceptions import BadRequest

from portfolio.access import public

bp = Blueprint("listen", __name__)


@bp.post("/luister/tempo")
@public
def pace() -> Response:
    """Keep slow or normal for as long as this browser is with us; nothing of it is stored."""
    chosen = request.form.get("slow")
    if chosen not in ("0", "1"):
        raise BadRequest
    session["slow"] = chosen == "1"
    return Response(status=204)
