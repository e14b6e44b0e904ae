"""What the audit log's actions and details are called on a page."""

from collections.abc import Iterator, Mapping

import msgspec

from bot.web.staff.page import ROLE_NAMES
from bot.web.staff.words import N_, Words

ACTIONS: Mapping[str, str] = {
    "signed_in": N_("Signed in"),
    "began": N_("Began by a link"),
    "sign_in_refused": N_("Wrong password or code"),
    "locked": N_("Locked after wrong tries"),
    "refused": N_("Was refused a page or form"),
    "not_found": N_("Asked for what is not there"),
    "changed_password": N_("Changed the password"),
    "ended_sessions": N_("Signed out elsewhere"),
    "add_staff": N_("Added somebody"),
    "first_link": N_("Made the first link"),
    "new_link": N_("Made a new link"),
    "change_role": N_("Changed a role"),
    "unlock_staff": N_("Unlocked an account"),
    "close_staff": N_("Closed an account"),
    "reopen_staff": N_("Reopened an account"),
    "checked_log": N_("Checked the log"),
    "exported": N_("Exported a list"),
    "looked": N_("Looked at personal data"),
    "case_approve": N_("Approved a case"),
    "case_refuse": N_("Refused a case"),
    "case_ask": N_("Asked again"),
    "case_assign": N_("Assigned a case"),
    "case_note": N_("Made a note"),
    "case_message": N_("Wrote to an applicant"),
    "deposit_confirm": N_("Confirmed a deposit"),
    "deposit_refuse": N_("Did not find a payment"),
    "deposit_refund": N_("Refunded a deposit"),
    "add_building": N_("Added a building"),
    "add_unit_type": N_("Added a unit type"),
    "add_flat": N_("Added a flat"),
    "change_building": N_("Changed a building"),
    "change_unit_type": N_("Changed a unit type"),
    "change_flat": N_("Changed a flat"),
    "delete_building": N_("Deleted a building"),
    "delete_unit_type": N_("Deleted a unit type"),
    "delete_flat": N_("Deleted a flat"),
    "stock_imported": N_("Imported stock"),
    "add_event": N_("Added an event"),
    "change_event": N_("Changed an event"),
    "delete_event": N_("Deleted an event"),
    "events_imported": N_("Imported events"),
    "release_hold": N_("Ended a hold early"),
    "add_way": N_("Added a way of asking"),
    "remove_way": N_("Removed a way of asking"),
    "add_answer": N_("Wrote an answer"),
    "remove_answer": N_("Removed an answer"),
    "tidy_additions": N_("Removed what the files hold"),
    "question_aside": N_("Put questions aside"),
    "question_reopen": N_("Opened questions again"),
    "take_off_list": N_("Took somebody off the waiting list"),
}
"""The words for each action; what is not named here is shown as it is."""
ROLES: Mapping[str, str] = {
    **ROLE_NAMES,
    "command line": N_("Command line"),
    "start": N_("Start"),
}
DETAILS: Mapping[str, str] = {
    "was": N_("before"),
    "is_now": N_("now"),
    "role": N_("role"),
    "why": N_("why"),
    "closed": N_("closed"),
    "sessions": N_("sessions"),
    "format": N_("format"),
    "rows": N_("rows"),
    "unsound": N_("unsound"),
    "came": N_("what came of it"),
    "document": N_("document"),
    "page": N_("page"),
    "step": N_("question"),
    "to": N_("to"),
    "changes": N_("changes"),
    "added": N_("added"),
    "changed": N_("changed"),
    "hold": N_("hold"),
    "questions": N_("questions"),
    "additions": N_("additions"),
}


def action_words(words: Words, action: str) -> str:
    """An action in words."""
    return words(ACTIONS.get(action, action))


def role_words(words: Words, role: str) -> str:
    """A role in words."""
    return words(ROLES.get(role, role))


def detail_words(words: Words, details: str) -> str:
    """The details of an entry in words; nothing where there are none."""
    return " · ".join(_pairs(words, msgspec.json.decode(details))) if details else ""


def _pairs(words: Words, details: Mapping[str, object]) -> Iterator[str]:
    for name, value in details.items():
        shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        yield f"{words(DETAILS.get(name, name))}: {role_words(words, shown)}"
