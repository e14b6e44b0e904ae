"""Reads what the assistant itself says, and the words people type for its commands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.content.days import NEAR
from bot.content.form import Form, form_of
from bot.content.hears import FLOWS, SMALL
from bot.content.node import Node
from bot.content.notes import Notes, Role
from bot.content.problem import Place
from bot.engine.match import fold
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

YES_NO = ("yes", "no")
COMMANDS = (
    "back",
    "change",
    "cancel",
    "language",
    "menu",
    "services",
    "help",
    "status",
    "thanks",
    "person",
    "privacy",
    "keep",
    "greeting",
)
ASKS = "asks"
"""The words that questions are known by: at the beginning, or anywhere without blanks."""


@dataclass(frozen=True, slots=True)
class System:
    """The texts, the folded words of each command, those for yes, no, days and asking, and small
    words."""

    phrases: Mapping[str, Text]
    words: Mapping[str, str]
    yes_no: Mapping[str, tuple[str, ...]]
    near_days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()


SILENT = System({}, {}, {})


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
    own = form.form("words")
    forms = (own, *(form_of(other, "the words' file", notes) for other in others))
    said = [(name, words, place) for form in forms if form for name, words, place in _said(form)]
    yes_no = {name: _words_of(name, said) for name in YES_NO}
    near = {name: _words_of(name, said) for name in NEAR}
    asks, small = (_folded(said, name) for name in (ASKS, SMALL))
    return System(phrases, _commands(said, notes), yes_no, near, asks, small)


def _folded(said: "Iterable[Typed]", wanted: str) -> frozenset[str]:
    return frozenset(folded for word in _words_of(wanted, said) if (folded := fold(word)))


Typed: TypeAlias = tuple[str, tuple[str, ...], Place]
"""What is typed for a name, and where that is written."""


def _words_of(name: str, said: Iterable[Typed]) -> tuple[str, ...]:
    return tuple(word for known, words, _ in said if known == name for word in words)


def _said(form: Form) -> Iterator[Typed]:
    form.check_names((*COMMANDS, *YES_NO, *NEAR), (ASKS, SMALL, FLOWS))
    for name in form.node.nodes:
        if name != FLOWS:
            yield name, form.words(name), form.place_of(name)


def _commands(said: Iterable[Typed], notes: Notes) -> dict[str, str]:
    """The command of each word, folded."""
    commands: dict[str, str] = {}
    for command, words, place in said:
        notes.put(f"words.{command}", place)
        for word in words if command in COMMANDS else ():
            _learn(commands, command, word, place, notes)
    return commands


def _learn(commands: dict[str, str], command: str, word: str, place: Place, notes: Notes) -> None:
    folded = fold(word)
    if not folded:
        notes.add(place, f"{word!r} has neither a letter nor a digit to know it by")
    elif commands.setdefault(folded, command) != command:
        notes.add(place, f"{word!r} means {commands[folded]!r} already")
