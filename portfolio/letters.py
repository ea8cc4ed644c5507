"""The sentences of e-mails: fixed, in Dutch and in the person's language, with no link.

Nothing in a mail says who, what or with whom; whoever reads along on a telephone learns that
there is a map, and no more. What lives here: the words. What does not: when, and sending.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from portfolio.languages import mark, translate
from portfolio.models.mail import MailKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

SUBJECT = "Mijn map"
NOT_YOU = mark("Was jij dit niet? Log dan in en kijk bij Over mij.")
SENTENCES: dict[MailKind, tuple[str, ...]] = {
    MailKind.NEWS: (mark("Er is iets nieuws in je map."),),
    MailKind.SIGN_IN: (mark("Er is iets gebeurd met je inloggen."), NOT_YOU),
    MailKind.RECOVERY: (mark("Er is gevraagd om een nieuwe manier van inloggen."), NOT_YOU),
    MailKind.REST: (
        mark("Je hebt lang niet ingelogd."),
        mark("Wil je je map houden? Log dan een keer in."),
    ),
    MailKind.ERASURE: (
        mark("Je map wordt straks weggehaald."),
        mark("Wil je dat niet? Log dan in en stop het."),
    ),
    MailKind.CODE: (
        mark("Dit is je code: %(code)s"),
        mark("De code werkt 10 minuten."),
        mark("Vroeg jij dit niet? Dan hoef je niets te doen."),
    ),
    MailKind.ADDRESS: (mark("Mijn map schrijft niet meer naar dit e-mailadres."), NOT_YOU),
}
NO_LINK = mark("In deze e-mail staat geen link. Ga zelf naar Mijn map.")


def letter(  # noqa: PLR0913 -- a letter has this many parts
    kind: MailKind, tags: Iterable[str], *, name: str, sender: str, at: datetime, code: str = ""
) -> EmailMessage:
    """Write a mail in these languages. Its receiver is added by whoever hands it over.

    `name` stays the same however often it is tried, so that a receiver knows it again.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = SUBJECT
    message["From"] = Address(SUBJECT, addr_spec=sender)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    said = (*SENTENCES[kind], NO_LINK)
    blocks = ("\n".join(_say(tag, each, code) for each in said) for tag in tags)
    message.set_content("\n\n".join(blocks) + "\n")
    return message


def _say(tag: str, sentence: str, code: str) -> str:
    text = translate(tag, sentence)
    return text % {"code": code} if "%(code)s" in sentence else text
