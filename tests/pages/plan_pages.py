"""The pages of a plan, for the list of every page: the owner's, and the talks of who coaches."""

from __future__ import annotations

from tests.pages.place import Place, all_of, refused

PLAN_PAGES: tuple[Place, ...] = (
    *all_of("amina", "direction.overview", "direction.barriers", "direction.phase"),
    *(Place("direction.ask", "amina", also={"topic": each}) for each in ("horizon", "health")),
    refused("direction.answer", "amina", text="x" * 2_100, lang="nl"),
    *all_of("amina", "goal.overview", "goal.start"),
    Place("goal.overview", "farid", note="empty"),
    refused("goal.start", "amina"),
    *(
        Place("goal.screen", "amina", "new goal", {"screen": screen})
        for screen in ("what", "why", "when", "steps")
    ),
    Place("goal.keep", "amina", "goal", {"screen": "when"}, {"day": "2001-01-01"}, 422, "refused"),
    *all_of("amina", "goal.page", "reached_goal.page", "goal.removal", thing="goal"),
    *all_of("amina", "goal_step.evidence", "goal_step.wording", "goal_step.day", thing="goal step"),
    refused("goal_step.reword", "amina", "goal step", text="x" * 300, lang="nl"),
    refused("goal_step.set_day", "amina", "goal step", day="2001-01-01"),
    *all_of("amina", "contact.page", "contact.find"),
    Place("contact.page", "farid", note="empty"),
    refused("contact.find", "amina", code="AAAA-2222"),
    Place("contact.pass_on", "amina", "found member"),
    # Talks, from both sides of the table.
    *all_of("amina", "talk.overview", "talk.new"),
    Place("talk.overview", "farid", note="empty"),
    Place("talk.new", "farid", note="empty"),
    refused("talk.plan", "amina", day="2001-01-01", time="25", membership=""),
    *all_of("amina", "talk.page", "talk.moving", "talk.writing", "talk.changing", thing="talk"),
    Place("talk.page", "amina", "held talk", note="held"),
    Place("talk.page", "amina", "agreed talk", note="agreed"),
    refused("talk.move", "amina", "talk", day="ooit"),
    refused("talk.sum_up", "amina", "held talk", text=""),
    refused("talk.add", "amina", "talk", what=""),
    refused("talk.change", "amina", "talk", what="Andere woorden", who="owner", version="99"),
    refused("talk.confirm", "amina", "talk", version="0"),
    Place("preparation.ask", "amina", "talk", {"question": "proud"}),
    Place("preparation.ask", "amina", "talk", {"question": "going"}),
    Place("preparation.ask", "amina", "held talk", {"question": "going:gezin"}),
    Place("preparation.ask", "amina", "final talk", {"question": "after"}),
    Place("preparation.ask", "amina", "final talk", {"question": "after:werk"}),
    refused("preparation.answer", "amina", "talk", text="x" * 5000, version="0"),
    Place("signal.page", "amina"),
    Place("signal.page", "farid", note="empty"),
    refused("signal.phone", "amina", phone="bel mij"),
    # Leerroute, levels and how it goes.
    *all_of("amina", "route.overview", "level.overview", "level.skill", "level.ask"),
    *all_of("amina", "level.knm", "level.ask_knm"),
    *all_of("amina", "wellbeing.overview", "wellbeing.ask"),
    *all_of("amina", "rights.overview", "rights.leefgebied", "rights.choice"),
    *(
        Place(endpoint, "farid", note="empty")
        for endpoint in (
            *("route.overview", "level.overview", "level.skill", "level.knm"),
            "wellbeing.overview",
        )
    ),
    *(
        Place("route.ask", "amina", also={"question": question})
        for question in ("wet", "route", "brief", "uren", "niveaus")
    ),
    *(Place("route.block", "amina", also={"block": block}) for block in ("map", "lesuren")),
    Place("route.block", "farid", also={"block": "lesuren"}, note="empty"),
    Place(
        "route.keep",
        "amina",
        also={"question": "brief"},
        send={"started_year": "2026", "ended_day": "40"},
        status=422,
        note="refused",
    ),
    Place(
        "route.keep",
        "amina",
        also={"question": "wet"},
        send={"act": "wi2021", "version": "0"},
        status=422,
        note="changed",
    ),
    Place(
        "route.count",
        "amina",
        also={"block": "map"},
        send={"version": "0"},
        status=422,
        note="changed",
    ),
    Place("wellbeing.keep", "amina", send={"answer": ""}, status=422, note="refused"),
    # Versions of the plan.
    *all_of("amina", "version.overview", "version.propose"),
    Place("version.overview", "farid", note="empty"),
    Place("version.propose", "farid", note="empty"),
    refused("version.propose", "amina", reason=""),
    *all_of("amina", "version.page", "version.beside", thing="version"),
    *all_of("bas", "version.theirs", "version.read", "version.compare", thing="version"),
    # A talk from the other side of the table.
    Place("meeting.new", "bas", "plan"),
    *all_of("bas", "meeting.page", "meeting.moving", "meeting.changing", thing="talk"),
    *all_of("bas", "meeting.writing", thing="held talk"),
    Place("meeting.page", "bas", "held talk", note="held"),
    Place("meeting.page", "bas", "agreed talk", note="agreed"),
    refused("meeting.plan", "bas", "plan", day="", time=""),
    refused("meeting.confirm", "bas", "held talk", version="0"),
)
