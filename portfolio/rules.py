"""The rules of the gate: one per model, as an SQL condition for a viewer and an action.

A consent decides in this order: the item before the leefgebied, refusal before permission,
silence refuses. *Alleen voor mij* beats every consent. Only access.py asks these rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, not_, or_, true
from sqlalchemy.orm import aliased

from portfolio.deciding import (
    entry_decision,
    held,
    leefgebied_decision,
    member_in_service,
    own,
    seated,
    some,
    visited,
    visited_entry,
)
from portfolio.desk_rules import desk_choice_rule, helping_organisation
from portfolio.models.access_log import AccessLog
from portfolio.models.answer import Answer
from portfolio.models.attachment import Attachment
from portfolio.models.base import Base, before_now
from portfolio.models.comment import Comment
from portfolio.models.consent import ALLOW, Consent, in_force
from portfolio.models.desk import DeskChoice
from portfolio.models.draft import Draft
from portfolio.models.email import Email
from portfolio.models.entry import WAY_BACK, Entry
from portfolio.models.goal import Goal
from portfolio.models.invitation import Invitation
from portfolio.models.notice import Kind, Notice
from portfolio.models.organisation import SHARING_ROLES, Membership, Organisation
from portfolio.models.parts import HELP, SIGNALS
from portfolio.models.person import Credential, Person
from portfolio.models.portfolio import LeefgebiedState, Portfolio
from portfolio.models.practice import Practice
from portfolio.models.sign_in import SignIn
from portfolio.models.takeaway import Takeaway
from portfolio.models.talk import Talk
from portfolio.models.upload import Upload
from portfolio.models.version import PlanVersion
from portfolio.models.visit import VisitorLink
from portfolio.models.work_link import WorkLink
from portfolio.models.work_login import WorkLogin
from portfolio.plan_rules import PLAN_RULES, answer_rule, goal_rule, talk_rule, version_rule
from portfolio.viewer import OWNER_ACTIONS, SEEN_THROUGH, Action, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def _entry_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    mine = own(viewer, Entry.__table__.c.portfolio_id)
    if action is Action.MAP_RESTORE:
        return and_(mine, Entry.deleted_at.is_not(None), Entry.deleted_at > before_now(WAY_BACK))
    owned = and_(mine, Entry.deleted_at.is_(None))
    if action in OWNER_ACTIONS:
        return owned
    if viewer.visit_id:
        return visited_entry(viewer, action)
    seats = viewer.seat_ids(*SEEN_THROUGH.get(action, ()))
    shared = seated(seats, entry_decision(comment=action is Action.PEOPLE_COMMENT))
    return or_(owned, shared) if action is Action.FILE_SEE else shared


def _attachment_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    on_entry = some(Entry, Entry.id == Attachment.entry_id, _entry_rule(viewer, action))
    if viewer.visit_id:
        return on_entry
    if action not in (Action.MAP_KEEP, Action.FILE_SEE):
        return on_entry
    on_draft = some(Draft, Draft.id == Attachment.draft_id, Draft.person_id == viewer.person_id)
    on_comment = some(Comment, Comment.id == Attachment.comment_id, _heard_with(viewer, action))
    on_answer = some(Answer, Answer.id == Attachment.answer_id, _answered_with(viewer, action))
    return or_(on_entry, on_draft, on_comment, on_answer)


def _answered_with(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    mine = answer_rule(viewer, Action.MAP_KEEP)
    return or_(mine, answer_rule(viewer, action)) if action is Action.FILE_SEE else mine


def _heard_with(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Hold for a Comment whose sound may be heard: by its owner, or by who may read it."""
    own = _comment_rule(viewer, Action.MAP_KEEP)
    if action is not Action.FILE_SEE:
        return own
    there = Comment.removed_at.is_(None)
    return and_(there, or_(own, _comment_rule(viewer, Action.PEOPLE_SEE)))


def _leefgebied_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    columns = LeefgebiedState.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    decision = leefgebied_decision(columns.portfolio_id, columns.leefgebied, comment=False)
    return seated(viewer.seat_ids(*SEEN_THROUGH.get(action, ())), decision)


def _comment_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    columns = Comment.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    if action not in (Action.PEOPLE_SEE, Action.PEOPLE_COMMENT):
        return false()
    comment = action is Action.PEOPLE_COMMENT
    seats = viewer.seat_ids(*SEEN_THROUGH[action])
    # A comment is seen with what it is about: it passes its own rule, joined to its parent.
    on_entry = some(Entry, Entry.id == Comment.entry_id, _entry_rule(viewer, action))
    decision = leefgebied_decision(columns.portfolio_id, columns.leefgebied, comment=comment)
    nothing = and_(Comment.entry_id.is_(None), Comment.goal_id.is_(None))
    on_leefgebied = and_(nothing, seated(seats, decision))
    on_goal = some(Goal, Goal.id == Comment.goal_id, goal_rule(viewer, action))
    shown = or_(Comment.hidden_at.is_(None), Comment.membership_id.in_(seats))
    # The owner's answer goes along with what it answers: it may repeat what was hidden.
    asked, first = aliased(Comment), aliased(Comment)
    hidden = [
        and_(
            each.hidden_at.is_not(None),
            or_(each.membership_id.is_(None), each.membership_id.not_in(seats)),
        )
        for each in (asked, first)
    ]
    # What the owner said once more in another language goes along in the same way.
    further = some(first, first.id == asked.reply_to, hidden[1])
    answers_hidden = some(asked, asked.id == Comment.reply_to, or_(hidden[0], further))
    return and_(or_(on_entry, on_goal, on_leefgebied), shown, not_(answers_hidden))


def _portfolio_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    columns = Portfolio.__table__.c
    if action in OWNER_ACTIONS or action is Action.MAP_RESTORE:
        return own(viewer, columns.id)
    if viewer.visit_id:
        shown = visited(viewer, action, VisitorLink.portfolio_id == Portfolio.id)
        return some(VisitorLink, shown)
    seats = viewer.seat_ids(*SEEN_THROUGH.get(action, ()))
    # A person appears only where something is really there to see: a shared leefgebied, or an
    # entry that was shared and is not private or taken away, or a part of the plan.
    whole = and_(Consent.portfolio_id == Portfolio.id, Consent.entry_id.is_(None))
    some_whole = seated(seats, held(whole, Consent.verdict == ALLOW))
    some_entry = some(Entry, Entry.portfolio_id == Portfolio.id, _entry_rule(viewer, action))
    # A comment's sound is heard in a leefgebied that is shared, also while nothing stands in it.
    coaching = action in (Action.PEOPLE_SEE, Action.FILE_SEE)
    # The short question first: the other is asked only when it finds nothing.
    return or_(some_whole, some_entry) if coaching else some_entry


def _consent_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    if action in OWNER_ACTIONS:
        return own(viewer, Consent.__table__.c.portfolio_id)
    if action not in (Action.PEOPLE_SEE, Action.PEOPLE_COMMENT, Action.ACHIEVEMENTS_SEE):
        return false()
    seats = viewer.seat_ids(*SEEN_THROUGH[action])
    about = or_(
        Consent.leefgebied.is_not(None),
        some(Entry, Entry.id == Consent.entry_id, _entry_rule(viewer, action)),
    )
    if action is not Action.ACHIEVEMENTS_SEE:
        about = or_(about, Consent.part.is_not(None))
    theirs = seated(seats, Membership.__table__.c.id == Consent.membership_id)
    welcome = Consent.may_comment.is_(True) if action is Action.PEOPLE_COMMENT else true()
    return and_(theirs, welcome, Consent.verdict == ALLOW, in_force(), about)


def _access_log_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    if action is Action.LOG_READ:
        return own(viewer, AccessLog.__table__.c.portfolio_id)
    if viewer.visit_id:
        return some(VisitorLink, visited(viewer, action, VisitorLink.id == AccessLog.link_id))
    # A reader may know when they themselves looked last: it marks what is new.
    seats = viewer.seat_ids(*SEEN_THROUGH.get(action, ()))
    return AccessLog.membership_id.in_(seats) if seats else false()


def _draft_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return Draft.person_id == viewer.person_id


def _upload_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return some(Draft, Draft.id == Upload.draft_id, Draft.person_id == viewer.person_id)


def _membership_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    here = member_in_service()
    if action is Action.CODE_SHOW:
        return and_(here, Membership.id.in_(viewer.seat_ids(*SHARING_ROLES)))
    if action is Action.MAP_SHARE and viewer.portfolio_id:
        # Whoever can be shared with, found by code or address; never oneself.
        others = Membership.person_id != viewer.person_id
        return and_(here, others, Membership.role.in_(SHARING_ROLES))
    if action is Action.ORGANISATION_KEEP:
        return and_(here, Membership.organisation_id.in_(_kept_organisations(viewer)))
    return false()


def _invitation_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    if action is not Action.ORGANISATION_KEEP:
        return false()
    return Invitation.organisation_id.in_(_kept_organisations(viewer))


def _organisation_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    if action is Action.MAP_SHARE:
        return helping_organisation(viewer)
    if action is not Action.ORGANISATION_KEEP:
        return false()
    kept = Organisation.id.in_(_kept_organisations(viewer))
    return and_(kept, Organisation.closed_at.is_(None))


def _practice_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    if action is Action.ORGANISATION_KEEP:
        return some(
            Organisation,
            Organisation.id == Practice.organisation_id,
            _organisation_rule(viewer, action),
        )
    # How an organisation does things is no secret to whoever talks about a plan.
    return true() if action in (Action.MAP_KEEP, Action.PEOPLE_SEE) else false()


def _person_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return Person.id == viewer.person_id


def _credential_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return Credential.person_id == viewer.person_id


def _email_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return Email.person_id == viewer.person_id


def _notice_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    """Decide over a notice: its person's, as long as they may see what it is about.

    Whatever was withdrawn or taken away meanwhile leaves no notice behind.
    """
    seen = [
        and_(Notice.kind.in_(kinds), some(model, model.id == Notice.about, there))
        for kinds, model, there in (
            ((Kind.COMMENT,), Comment, _told_of(viewer, _comment_rule, Comment.removed_at)),
            ((Kind.TALK, Kind.AGREEMENT), Talk, _told_of(viewer, talk_rule)),
            ((Kind.VERSION,), PlanVersion, _told_of(viewer, version_rule)),
            ((Kind.SHARE_ENDS,), Consent, _consent_rule(viewer, Action.MAP_SHARE)),
        )
    ]
    # Help that was taken back is not asked.
    asked = (Answer.part == SIGNALS, Answer.question == HELP, Answer.portfolio_id == Notice.about)
    helped = some(Answer, *asked, answer_rule(viewer, Action.PEOPLE_SEE))
    seen.append(and_(Notice.kind == Kind.HELP, helped))
    return and_(Notice.person_id == viewer.person_id, or_(Notice.about.is_(None), *seen))


def _told_of(
    viewer: Viewer,
    rule: Callable[[Viewer, Action], ColumnElement[bool]],
    *gone: SQLColumnExpression[datetime | None],
) -> ColumnElement[bool]:
    """Hold for what the viewer reads in their own map or through a seat."""
    read = or_(rule(viewer, Action.MAP_KEEP), rule(viewer, Action.PEOPLE_SEE))
    return and_(read, *(each.is_(None) for each in gone))


def _sign_in_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return SignIn.person_id == viewer.person_id


def _visitor_link_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    if viewer.visit_id:
        return visited(viewer, action)
    return own(viewer, VisitorLink.__table__.c.portfolio_id) if action in OWNER_ACTIONS else false()


def _takeaway_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    mine = own(viewer, Takeaway.__table__.c.portfolio_id)
    return mine if action is Action.MAP_KEEP else false()


def _work_login_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    kept = WorkLogin.organisation_id.in_(_kept_organisations(viewer))
    return kept if action is Action.ORGANISATION_KEEP else false()


def _work_link_rule(viewer: Viewer, _action: Action) -> ColumnElement[bool]:
    return WorkLink.person_id == viewer.person_id


def _kept_organisations(viewer: Viewer) -> list[str]:
    return [seat.organisation_id for seat in viewer.seats if seat.role == "beheerder"]


RULES: dict[type[Base], Callable[[Viewer, Action], ColumnElement[bool]]] = {
    AccessLog: _access_log_rule,
    Attachment: _attachment_rule,
    Comment: _comment_rule,
    Consent: _consent_rule,
    Credential: _credential_rule,
    DeskChoice: desk_choice_rule,
    Draft: _draft_rule,
    Email: _email_rule,
    Entry: _entry_rule,
    Invitation: _invitation_rule,
    LeefgebiedState: _leefgebied_rule,
    Membership: _membership_rule,
    Notice: _notice_rule,
    Organisation: _organisation_rule,
    Person: _person_rule,
    Portfolio: _portfolio_rule,
    Practice: _practice_rule,
    SignIn: _sign_in_rule,
    Takeaway: _takeaway_rule,
    Upload: _upload_rule,
    VisitorLink: _visitor_link_rule,
    WorkLink: _work_link_rule,
    WorkLogin: _work_login_rule,
    **PLAN_RULES,
}
