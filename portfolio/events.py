"""The catalogue of audit events: the name and the exact fields of each.

An event holds ids only, never a word that a person wrote. A wrong field raises, so that
nothing slips into a log by accident.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

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
        "passphrase_changed": "person",
        **dict.fromkeys(
            ("asked_again", "passkey_made", "passkey_removed", "second_factor_made"), "person"
        ),
        "passkey_refused": "person why",
        "recovery_codes_made": "person",
        "recovery_code_used": "person",
        "limit_reached": "limit person",
        "access_refused": "person endpoint",
        "consent_given": "portfolio membership consent",
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


def record(name: str, **fields: str | int | None) -> None:
    """Write one event, in UTC, as one line of JSON. Raises KeyError on a wrong name or field."""
    if fields.keys() != CATALOGUE[name]:
        message = f"event {name} has exactly the fields {sorted(CATALOGUE[name])}"
        raise KeyError(message)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    LOGGER.info("%s", json.dumps({"at": now, "event": name, **fields}))
