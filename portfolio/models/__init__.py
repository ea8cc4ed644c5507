"""The tables and what they know of themselves. No request, session cookie or address in here.

Importing this package knows every table, which migrations and tests need.
"""

from portfolio.models.access_log import AccessLog
from portfolio.models.agreement import Agreement
from portfolio.models.answer import Answer
from portfolio.models.attachment import Attachment
from portfolio.models.base import Base
from portfolio.models.can_do import CanDo
from portfolio.models.chain import RemovedLink
from portfolio.models.challenge import Challenge
from portfolio.models.clock import ClockMark
from portfolio.models.comment import Comment
from portfolio.models.consent import Consent
from portfolio.models.contact import Contact
from portfolio.models.desk import DeskChoice, DeskRecovery
from portfolio.models.draft import Draft, FormReceipt
from portfolio.models.email import Email
from portfolio.models.entry import Entry, EntryText
from portfolio.models.erasure import ErasureMark
from portfolio.models.goal import Goal, GoalStep, StepEvidence
from portfolio.models.invitation import Invitation
from portfolio.models.kept_consent import ConsentRelease
from portfolio.models.mail import Mail
from portfolio.models.notice import Notice
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.passed_version import PassedVersion
from portfolio.models.person import Credential, Person
from portfolio.models.portfolio import LeefgebiedState, Portfolio
from portfolio.models.practice import Practice
from portfolio.models.route import Counted, Route
from portfolio.models.security_event import SecurityEvent, SecurityHead
from portfolio.models.sentence import SentenceReport
from portfolio.models.sign_in import Attempts, KnownBrowser, SignIn
from portfolio.models.takeaway import Takeaway
from portfolio.models.talk import Talk
from portfolio.models.upload import Upload
from portfolio.models.version import PlanVersion, PlanVersionPart
from portfolio.models.visit import Visit, VisitorCode, VisitorLink
from portfolio.models.wellbeing import Wellbeing
from portfolio.models.work_flow import WorkFlow
from portfolio.models.work_link import WorkLink
from portfolio.models.work_login import WorkLogin

__all__ = [
    "AccessLog",
    "Agreement",
    "Answer",
    "Attachment",
    "Attempts",
    "Base",
    "CanDo",
    "Challenge",
    "ClockMark",
    "Comment",
    "Consent",
    "ConsentRelease",
    "Contact",
    "Counted",
    "Credential",
    "DeskChoice",
    "DeskRecovery",
    "Draft",
    "Email",
    "Entry",
    "EntryText",
    "ErasureMark",
    "FormReceipt",
    "Goal",
    "GoalStep",
    "Invitation",
    "KnownBrowser",
    "LeefgebiedState",
    "Mail",
    "Membership",
    "Notice",
    "Organisation",
    "PassedVersion",
    "Person",
    "PlanVersion",
    "PlanVersionPart",
    "Portfolio",
    "Practice",
    "RemovedLink",
    "Route",
    "SecurityEvent",
    "SecurityHead",
    "SentenceReport",
    "SignIn",
    "StepEvidence",
    "Takeaway",
    "Talk",
    "Upload",
    "Visit",
    "VisitorCode",
    "VisitorLink",
    "Wellbeing",
    "WorkFlow",
    "WorkLink",
    "WorkLogin",
]
