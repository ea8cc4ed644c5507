"""The shape of what may come in: how large, how often, from where.

What lives here: what is refused before anybody looks at who asks. What does not: sessions and
headers (security.py).
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request, request
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge, ServiceUnavailable

# Lists are asked for by name; everywhere else a doubled parameter is an attack or a mistake.
LIST_SUFFIX = "_lijst"
LONGEST_FIELD = 64_000
LARGEST_UPLOAD = 21 * 1024 * 1024
LARGEST_FILE = 20 * 1024 * 1024
# A file over a slow line comes in pieces of at most this.
LARGEST_PIECE = 512 * 1024
LARGEST_FORM = 2 * 1024 * 1024
# The server says with it that a body was read away, as there was no room for it in memory.
BUSY_HEADER = "PORTFOLIO_BUSY"


class PortfolioRequest(Request):
    """A request whose files stay in memory: nothing unsealed is ever spooled to a disk."""

    max_form_memory_size = LARGEST_FORM

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()


def check_shape() -> None:
    """Refuse doubled parameters, texts of absurd length and posts from other sites, with 400."""
    if "\x00" in request.path:
        # No id has it, and PostgreSQL takes it in no text.
        raise NotFound
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("cross-site", "same-site") and (
        request.method not in ("GET", "HEAD")
        # A link from elsewhere may lead here; a page from elsewhere shows nothing of ours inside.
        or request.headers.get("Sec-Fetch-Dest", "document") != "document"
    ):
        raise BadRequest
    if request.environ.get(f"HTTP_{BUSY_HEADER}"):
        raise ServiceUnavailable(retry_after=5)
    try:
        fields = [*request.args.lists(), *request.form.lists()]
    except RequestEntityTooLarge:
        if (request.content_length or 0) > LARGEST_UPLOAD:
            raise
        raise BadRequest from None
    counted = [(name, len(values)) for name, values in fields]
    # A photo comes from the camera or from a file: two controls of one name, one of them empty.
    counted += [
        (name, sum(bool(file.filename) for file in files)) for name, files in request.files.lists()
    ]
    if any(count > 1 and not name.endswith(LIST_SUFFIX) for name, count in counted):
        raise BadRequest
    for _name, values in fields:
        if any(len(value) > LONGEST_FIELD or "\x00" in value for value in values):
            raise BadRequest
