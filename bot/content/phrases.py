"""Reads what the assistant itself says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.content.form import form_of
from bot.content.node import Node
from bot.content.notes import Notes, Role
from bot.content.typed import Typed, typed_of
from bot.engine.model import Text

PHRASES: Mapping[str, tuple[str, ...]] = {
    "abroad_here": (),
    "abroad_page": (),
    "abroad_question": ("channel",),
    "answer_line": ("label", "answer"),
    "asked_again": ("title", "reason"),
    "cancel_kept": (),
    "cancel_no": (),
    "cancel_question": ("title",),
    "cancel_too_late": ("title",),
    "cancel_yes": (),
    "cancelled": ("title",),
    "certificate_unclear": (),
    "change_button": (),
    "change_none": (),
    "change_question": (),
    "change_too_late": (),
    "channel_telegram": (),
    "channel_wechat": (),
    "choose_at_least": ("count",),
    "choose_one": (),
    "choose_some": (),
    "command_back": (),
    "command_cancel": (),
    "command_change": (),
    "command_help": (),
    "command_language": (),
    "command_menu": (),
    "command_person": (),
    "command_privacy": (),
    "command_services": (),
    "command_status": (),
    "date_too_early": ("earliest",),
    "date_too_late": ("latest",),
    "date_unclear": ("example",),
    "deposit_refunded": ("reference", "amount", "reason"),
    "draft_deleted": (),
    "email_unclear": (),
    "enough": (),
    "event_at": ("clock", "title"),
    "event_day": ("day", "events"),
    "event_free": (),
    "event_needs_id": (),
    "event_reminder": ("event", "begins"),
    "event_reminder_place": ("event", "begins", "place"),
    "event_until": ("title", "last_day"),
    "failed": (),
    "faq_answer": ("title", "answer"),
    "faq_categories": (),
    "faq_categories_question": (),
    "faq_category_question": ("title",),
    "faq_choices_question": (),
    "faq_fallback": ("language",),
    "faq_fee": ("words",),
    "faq_glad": (),
    "faq_helped": (),
    "faq_missed": (),
    "faq_more_question": (),
    "faq_none": (),
    "faq_online": ("site",),
    "faq_papers": ("words",),
    "faq_person": (),
    "faq_service": ("title", "answer", "lines"),
    "faq_sorry": (),
    "faq_sorry_question": (),
    "faq_source": ("site", "dated"),
    "faq_source_undated": ("site",),
    "faq_time": ("words",),
    "faq_unknown_question": (),
    "faq_where": ("words",),
    "faq_who": ("words",),
    "file_empty": (),
    "file_heic": (),
    "file_limits": (),
    "file_locked": (),
    "file_lost": (),
    "file_received": ("count",),
    "file_too_large": (),
    "file_too_many_pages": (),
    "file_too_many_pixels": (),
    "file_too_often": (),
    "file_unreadable": (),
    "file_wrong_kind": (),
    "files": ("count",),
    "first_question": (),
    "flow_updated": ("title", "count"),
    "greeting": (),
    "heard": ("title", "answers"),
    "help": (),
    "keep_button": ("answer",),
    "language_changed": (),
    "language_question": (),
    "menu_continue": ("title",),
    "menu_help": (),
    "menu_language": (),
    "menu_question": (),
    "menu_services": (),
    "more_later": ("title",),
    "name_unclear": (),
    "next_card": (),
    "no_files_here": (),
    "no_such_day": (),
    "no_such_number": ("count",),
    "none_chosen": (),
    "not_in_list": (),
    "not_listed": (),
    "not_understood": (),
    "nothing_awaited": (),
    "nothing_to_cancel": (),
    "nothing_to_change": (),
    "nothing_to_go_back_to": (),
    "number_out_of_range": ("least", "most"),
    "number_unclear": ("least", "most"),
    "only_alone": ("link",),
    "open_page": (),
    "person": (),
    "phone_unclear": (),
    "previous_card": (),
    "privacy": (),
    "private_answer": (),
    "private_here": (),
    "private_page": (),
    "read_on": (),
    "reminder": ("title",),
    "resume_again": (),
    "resume_continue": (),
    "resume_question": ("title",),
    "send_file": (),
    "staff_message": ("title", "reference", "words"),
    "stale_button": (),
    "stuck": (),
    "thanks": (),
    "too_long": ("count",),
    "too_many_files": ("count",),
    "too_short": (),
    "unreadable_contact": (),
    "unreadable_edited": (),
    "unreadable_file": (),
    "unreadable_location": (),
    "unreadable_other": (),
    "unreadable_sticker": (),
    "unreadable_too_long": (),
    "unreadable_video": (),
    "unreadable_voice": (),
    "unsure_neither": (),
    "unsure_question": ("count",),
    "upload_page": (),
    "visit_over": ("channel",),
    "welcome": (),
    "welcome_back": (),
}
"""Every phrase the program says, with the facts it gives to it."""

PAGE = "page_"
"""How the names of the web page's words begin; the page asks for them itself."""

BUTTONS = (
    "abroad_here",
    "abroad_page",
    "cancel_no",
    "cancel_yes",
    "change_button",
    "change_none",
    "enough",
    "faq_categories",
    "faq_helped",
    "faq_missed",
    "faq_none",
    "faq_online",
    "faq_person",
    "faq_source",
    "faq_source_undated",
    "keep_button",
    "menu_continue",
    "menu_help",
    "menu_language",
    "menu_services",
    "next_card",
    "open_page",
    "previous_card",
    "resume_again",
    "resume_continue",
    "unsure_neither",
)
"""The phrases that stand on a button."""

ASIDES: Mapping[str, tuple[str, ...]] = {
    "abroad": ("here", "page"),
    "cancel": ("yes", "no"),
    "change": ("none",),
    "resume": ("continue", "again"),
    "unsure": ("neither",),
}
"""The options of the system's questions whose labels are phrases `kind_option`."""


@dataclass(frozen=True, slots=True)
class System:
    """What the assistant itself says, and what people type for its commands."""

    phrases: Mapping[str, Text]
    typed: Typed = Typed()


SILENT = System({})


def system_of(node: Node, others: Sequence[Node], notes: Notes) -> System:
    """What the system's file describes; `others` are the words typed in other languages."""
    form = form_of(node, "the system's file", notes)
    if form is None:
        return SILENT
    form.check_names(("system", "phrases", "words"))
    written = form.form("phrases")
    phrases: dict[str, Text] = {}
    for name in written.node.nodes if written else ():
        assert written is not None
        notes.put(f"system.{name}", written.place_of(name))
        role: Role = "label" if name in BUTTONS else "text"
        phrases[name] = written.text(name, f"system.{name}", role)
    forms = (form.form("words"), *(form_of(other, "the words' file", notes) for other in others))
    return System(phrases, typed_of([one for one in forms if one is not None], notes))
