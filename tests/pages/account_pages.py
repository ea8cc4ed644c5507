"""The pages before one signs in and of one's own account, for the list of every page."""

from __future__ import annotations

from tests.pages.place import Place, all_of, refused

AGE = {"screen": "age", "age": "18+"}
NAMED = {**AGE, "screen": "display_name", "display_name": "Hanna"}
SIGNED = {**NAMED, "screen": "sign_in_name", "sign_in_name": "hanna-{reading}"}
WHOLE = {**SIGNED, "screen": "passphrase", "passphrase": "drie rode fietsen"}
ACCOUNT_PAGES: tuple[Place, ...] = (
    # Before signing in, and without an account.
    *all_of("visitor", "home.welcome", "help.page", "help.doors", "hard_word.page"),
    *all_of(
        "visitor", "sign_in.page", "sign_in.recovery", "sign_in.gone", "leave.page", "person.begin"
    ),
    *all_of("visitor", "sentence.page", "sentence.thanks"),
    Place("sentence.ask", "visitor", "sentence"),
    Place("sentence.find", "visitor", send={"said": "wie mag dit zien"}, note="found"),
    Place("sentence.find", "visitor", send={"said": "zzxqj"}, note="nothing"),
    refused("sentence.find", "visitor", said=""),
    refused("sign_in.come_in", "visitor", sign_in_name="amina", passphrase="niet dit"),
    refused("sign_in.recover", "visitor", sign_in_name="amina", code=""),
    refused("passkey.come_in", "visitor", credential=""),
    *all_of("visitor", "work_login.page", "desk.claim"),
    refused("desk.finish", "visitor", code="ABCD", own_word="", passphrase="kort"),
    refused("work_login.go", "visitor", organisation="Nergens"),
    Place("work_login.back", "visitor", "own work", status=422),
    Place("second_step.page", "visitor"),
    refused("second_step.take", "visitor", code="000000"),
    Place("person.answer", "visitor", send={"screen": "age", "age": "16-17"}, note="young"),
    Place("person.answer", "visitor", send={"screen": "age", "age": "under-16"}, note="too-young"),
    Place("person.answer", "visitor", send=AGE, note="name"),
    Place("person.answer", "visitor", send=NAMED, note="sign-in-name"),
    Place("person.answer", "visitor", send=SIGNED, note="passphrase"),
    refused("person.answer", "visitor", **{**WHOLE, "passphrase": "kort"}),
    Place("invitation.accept", "visitor", "open invitation"),
    Place("invitation.use", "visitor", "open invitation", send={"code": "{code}"}, note="account"),
    refused("invitation.use", "visitor", "open invitation", code="ABCD-2345"),
    *all_of("visitor", "visit.ask", thing="link"),
    refused("visit.enter", "visitor", "link", code="ABCD-2345"),
    Place("visit.page", "visitor", status=404, note="over"),
    # An account is made, so this comes last: from here on the visitor is somebody.
    Place("person.answer", "visitor", send=WHOLE, note="codes"),
    # The owner's account and map.
    Place("help.page", "amina", note="own"),
    Place("help.doors", "amina", note="own"),
    *all_of(
        "amina", "person.overview", "person.name", "person.passphrase", "person.recovery_codes"
    ),
    refused("person.passphrase", "amina", old_passphrase="", passphrase="kort"),
    Place("desk.page", "amina"),
    refused("desk.choose", "amina", own_word="kort"),
    Place("desk.ask", "bas"),
    refused("desk.give", "bas", sign_in_name=""),
    Place("desk.give", "bas", send={"sign_in_name": "wie-dan-ook"}, note="paper"),
    *all_of("amina", "passkey.new", "proof.page", "proof.code", "second_factor.page"),
    Place("passkey.one", "amina", "own passkey"),
    refused("passkey.make", "amina", label=""),
    refused("passkey.rename", "amina", "own passkey", label=""),
    refused("proof.passphrase", "amina", passphrase=""),
    refused("proof.use_code", "amina", code="12"),
    refused("second_factor.keep", "amina", code="000000"),
    *all_of("amina", "email.page", "notice.overview", "going.ask", "takeaway.page"),
    Place("notice.overview", "farid", note="empty"),
    Place("email.page", "farid", note="code"),
    refused("email.ask", "amina", address="amina"),
    refused("email.confirm", "farid", code="1"),
)
