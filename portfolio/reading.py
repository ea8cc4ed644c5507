"""How somebody reads: with pictures and sound first, or with text.

What lives here: whose choice counts. What does not: the language (languages.py), and how a page
begins then, which is the templates'.
"""

from __future__ import annotations

from flask import has_request_context, session
from flask_login import current_user


def by_picture() -> bool:
    """Tell whether this reader reads little, and meets pictures and sound first.

    The choice made in this browser counts before the one kept with the account.
    """
    if not has_request_context():
        return False
    kept = bool(current_user and current_user.is_authenticated and current_user.pictures)
    return bool(session.get("pictures", kept))
