"""The catalogue of audit events: the name and the exact fields of each.

An event holds ids only, never a word that a person wrote. A wrong field raises, so that
nothing slips into a log by accident.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from flask import g, has_app_context

LOGGER = logging.getLogger("portfolio.events")

CATALOGUE: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "account_made": "person",
        "signed_in": "person method",
        "sign_in_half": "person method",
        "sign_in_refused": "person why",
        "signed_out": "person",
        "sign_in_ended": "person why",
        "post_kept": "person",
        "person_erased": "person",
        "leaving_asked": "person",
        "leaving_taken_back": "person",
        **dict.fromkeys(("takeaway_asked", "takeaway_made", "takeaway_taken"), "portfolio"),
        "rest_noted": "person kind",
        **dict.fromkeys(("backup_made", "backup_restored", "keyring_backed_up"), "number"),
        **dict.fromkeys(("keyring_restored", "master_key_turned"), "number"),
        "passphrase_changed": "person",
        **dict.fromkeys(
            ("asked_again", "passkey_made", "passkey_removed", "second_factor_made"), "person"
        ),
        "passkey_refused": "person why",
        **dict.fromkeys(
            ("work_linked", "work_unlinked", "work_login_kept", "work_login_removed"),
            "person organisation",
        ),
        "work_login_refused": "why",
        **dict.fromkeys(("desk_chosen", "desk_taken_back"), "person organisation"),
        # Without a person where the paper opens nothing.
        "desk_paper_given": "person membership",
        **dict.fromkeys(("desk_recovery_stopped", "desk_recovery_used"), "person"),
        "recovery_codes_made": "person",
        "recovery_code_used": "person",
        "limit_reached": "limit person",
        "access_refused": "person endpoint",
        "consent_given": "portfolio membership consent",
        "sharing_resumed": "portfolio",
        "consent_refused": "portfolio membership consent",
        "consent_withdrawn": "portfolio membership count",
        **dict.fromkeys(("link_made", "link_ended", "visitor_code_made"), "portfolio link"),
        "visit_begun": "link",
        "contact_chosen": "portfolio membership",
        "entry_kept": "portfolio entry",
        "entry_changed": "portfolio entry",
        "entry_deleted": "portfolio entry",
        "entry_restored": "portfolio entry",
        "comment_written": "portfolio comment",
        "comment_hidden": "portfolio comment",
        "comment_removed": "portfolio comment",
        "goal_reached": "portfolio goal",
        **dict.fromkeys(
            (
                "talk_planned",
                "talk_moved",
                "talk_accepted",
                "talk_cancelled",
                "talk_prepared",
                "summary_written",
                "summary_confirmed",
                "own_view_written",
                "agreement_written",
                "agreement_ticked",
            ),
            "portfolio talk",
        ),
        "help_asked": "portfolio",
        "help_taken_back": "portfolio",
        "organisation_closed": "organisation count",
        "organisation_made": "organisation",
        "practice_changed": "organisation person fact number",
        **dict.fromkeys(("version_proposed", "version_frozen"), "portfolio version"),
        "invitation_made": "organisation invitation person",
        "invitation_used": "organisation invitation person",
        "invitation_withdrawn": "organisation invitation person",
        "membership_ended": "organisation membership person",
        "code_renewed": "membership person",
        "file_refused": "person kind why",
        "file_broken": "attachment part error",
        "intake_busy": "person",
        "mail_waits": "person kind tries",
        "mail_done": "person kind result",
        **dict.fromkeys(("email_proven", "email_removed"), "person"),
        "store_down": "endpoint error",
        "form_refused": "person why",
        "request_failed": "endpoint error place",
    }.items()
}


# What happens in a map all day is no matter of security; all others are kept in the chained
# log, so that a new event is kept unless somebody says here that it is not.
ORDINARY = frozenset(
    name
    for name in CATALOGUE
    if name.startswith(("entry_", "comment_", "goal_", "talk_", "summary_", "agreement_", "help_"))
) | {
    "contact_chosen",
    "form_refused",
    "intake_busy",
    "own_view_written",
    "post_kept",
    "request_failed",
    "rest_noted",
    "store_down",
    "version_proposed",
    "version_frozen",
}
# Fields that hold a word of the programs; all others hold an id. Nothing that a person could
# have written fits either.
WORDS = frozenset(
    {"endpoint", "error", "fact", "kind", "limit", "method", "part", "place", "result", "why"}
)
WORD = re.compile(r"[A-Za-z][A-Za-z_.]{0,39}")
# Drawn at random, or made from the form that it came with.
AN_ID = re.compile(r"[A-Za-z0-9_-]{22}|[0-9a-f]{32}")


def record(name: str, **fields: str | int | None) -> None:
    """Write one event, in UTC, as one line of JSON. Raises KeyError on a wrong name or field.

    An event of security is kept for the chained log as well, which takes it in at the end of
    the request. Raises ValueError when one of its fields holds something else than it may.
    """
    if fields.keys() != CATALOGUE[name]:
        message = f"event {name} has exactly the fields {sorted(CATALOGUE[name])}"
        raise KeyError(message)
    if name not in ORDINARY:
        wrong = [field for field, value in fields.items() if not fits(field, value)]
        if wrong:
            message = f"event {name} holds something else than it may in {wrong}"
            raise ValueError(message)
        if has_app_context():
            g.setdefault("security_events", []).append((name, fields))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    LOGGER.info("%s", json.dumps({"at": now, "event": name, **fields}))


def fits(field: str, value: str | int | None) -> bool:
    """Tell whether a field holds an id, a number or a word of the programs."""
    if value is None or isinstance(value, int):
        return True
    return bool((WORD if field in WORDS else AN_ID).fullmatch(value))
