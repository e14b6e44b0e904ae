"""Answer questions the contact asks in their own words, at any moment, out of what staff wrote."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.engine.aside_words import faq_label
from bot.engine.asides import ASIDE, open_aside, open_categories, start_flow
from bot.engine.effects import Feedback, Link, Query
from bot.engine.faq import (
    CATEGORIES,
    CATEGORY,
    CHOICES,
    ENTRY,
    FLOW,
    HELPED,
    MISSED,
    NEITHER,
    PERSON,
    SHOWN_RELATED,
    Entry,
)
from bot.engine.kinds.kind import label, options_with_tokens
from bot.engine.match import fold
from bot.engine.model import Aside, Fact, Text
from bot.engine.retrieval.finder import Found
from bot.engine.talk import Talk

MISSED_QUESTION = "missed"
"""What came of a question when the contact says that the answer is about something else."""
MANY_MISSES = 2
"""Questions in a row that nothing was found for, after which a person is named."""
MARKS = "?？؟"


def asks(talk: Talk, text: str) -> bool:
    """Whether a text has the form of a question: by its mark, or by a word that asks.

    Words of scripts without blanks count anywhere, others where a text begins with them.
    """
    if any(mark in text for mark in MARKS):
        return True
    folded = fold(text)
    words = talk.catalogue.asks
    return any(
        word in folded if word > "\u2e7f" else folded.startswith(f"{word} ") for word in words
    )


def find(talk: Talk, text: str) -> Found:
    """What the centre has to say to a text; nothing to one without letters."""
    if not any(c.isalpha() for c in text):
        return Found("unknown", (), "")
    return talk.catalogue.faq.finder.find(text, talk.conversation.language)


def reply(talk: Talk, text: str, found: Found) -> None:
    """Say what was found for a question."""
    entries = tuple(one.entry for one in found.entries)
    language = _spoken(talk, found.language)
    talk.queries.append(Query(text, language, found.outcome, entries))
    misses = talk.conversation.misses + 1 if found.outcome == "unknown" else 0
    other = language if language != talk.conversation.language else ""
    talk.change(wondered=text, wondered_in=other, misses=misses)
    match found.outcome:
        case "answer":
            tell(talk, entries[0], language)
        case "choices":
            offered = tuple(ENTRY + entry for entry in entries)
            open_aside(talk, "faq", (*offered, NEITHER), about=CHOICES)
        case _:
            _admit(talk)


def _spoken(talk: Talk, asked: str) -> str:
    """The language to answer in: the one of the question, unless it is a kind of the contact's."""
    own = talk.conversation.language
    return own if not asked or asked.partition("_")[0] == own.partition("_")[0] else asked


def _reads(talk: Talk) -> str:
    """The language the contact reads answers in: that of their last question."""
    return talk.conversation.wondered_in or talk.conversation.language


def _admit(talk: Talk) -> None:
    """Say that nothing is known, and whom to ask."""
    if talk.conversation.turn == 1:
        talk.say("welcome")
        return
    if talk.conversation.misses >= MANY_MISSES:
        talk.say("person")
    open_aside(talk, "faq", (CATEGORIES, PERSON), about="unknown")


def tell(talk: Talk, name: str, language: str) -> None:
    """Tell an entry; then the open question again, or what else there is to know about it."""
    entry = talk.catalogue.faq.entries[name]
    spoken = entry.spoken.get(language, language)
    if spoken != language:
        names = talk.catalogue.languages
        talk.say("faq_fallback", {"language": names[spoken].name if spoken in names else spoken})
    options = _around(talk, entry)
    shown = tuple((option, faq_label(talk, option)) for option in options)
    turn = talk.conversation.turn
    tokens = options_with_tokens(shown, talk.conversation.id, turn, f"{ASIDE}faq")
    facts: dict[str, Fact] = {"title": label(entry.title), "answer": label(entry.answer)}
    if entry.lines:
        facts["lines"] = {"lines": [_line(phrase, words) for phrase, words in entry.lines]}
    text = talk.catalogue.phrases["faq_service" if entry.lines else "faq_answer"]
    said = language if language != talk.conversation.language else ""
    is_free = talk.foreground() is None
    expects = "choice" if is_free else "nothing"
    links = _links(talk, entry)
    talk.say_text(text, facts, tokens, expects=expects, links=links, language=said)
    talk.told.append((name, language))
    if is_free:
        talk.change(aside=Aside("faq", options, turn, about=ENTRY + name))
        talk.asked = True


def _line(phrase: str, words: Text) -> Fact:
    return {"phrase": phrase, "facts": {"words": label(words)}}


def _around(talk: Talk, entry: Entry) -> tuple[str, ...]:
    """What is offered below an answer: the flow that helps, related entries, whether it helped."""
    known = talk.catalogue.faq.entries
    flows = (FLOW + entry.flow,) if entry.flow in talk.catalogue.flows else ()
    related = [ENTRY + name for name in entry.related if name in known][:SHOWN_RELATED]
    return (*flows, *related, HELPED + entry.id, MISSED + entry.id)


def _links(talk: Talk, entry: Entry) -> tuple[Link, ...]:
    """Where it is done, and where it is written, if that is another page."""
    source = _source(talk, entry)
    if not entry.online or entry.online == entry.source:
        return source
    phrase = talk.catalogue.phrases["faq_online"]
    return (Link(phrase, entry.online, _site(entry.online)), *source)


def _source(talk: Talk, entry: Entry) -> tuple[Link, ...]:
    """Where it is written, with the day of that as far as it is known."""
    if not entry.source:
        return ()
    dated: dict[str, Fact] = {"dated": {"date": entry.dated}} if entry.dated else {}
    phrase = talk.catalogue.phrases["faq_source" if dated else "faq_source_undated"]
    return (Link(phrase, entry.source, {**_site(entry.source), **dated}),)


def _site(url: str) -> dict[str, Fact]:
    return {"site": (urlsplit(url).hostname or url).removeprefix("www.")}


def choose_around(talk: Talk, option: str) -> None:
    """Do what an option around answers says."""
    talk.change(aside=None)
    rest = option[2:]
    match option[:2]:
        case "e-":
            tell(talk, rest, _reads(talk))
        case "c-":
            _open_category(talk, rest)
        case "f-":
            start_flow(talk, rest)
        case "y-":
            talk.feedback.append(Feedback(rest, _reads(talk), helped=True))
            talk.say("faq_glad")
        case "n-":
            _miss(talk, rest)
        case _:
            _choose_other(talk, option)


def _choose_other(talk: Talk, option: str) -> None:
    if option == CATEGORIES:
        open_categories(talk)
    elif option == PERSON:
        talk.say("person")
    else:
        _lament(talk, ())


def _miss(talk: Talk, name: str) -> None:
    """The answer was about something else."""
    talk.feedback.append(Feedback(name, _reads(talk), helped=False))
    _lament(talk, (name,))


def _lament(talk: Talk, entries: Iterable[str]) -> None:
    """Keep the question for staff to answer, and say how to go on."""
    words = talk.conversation.wondered
    if words:
        talk.queries.append(Query(words, _reads(talk), MISSED_QUESTION, tuple(entries)))
        talk.change(wondered="", wondered_in="")
    if talk.foreground() is None:
        open_aside(talk, "faq", (CATEGORIES, PERSON), about="sorry")
    else:
        talk.say("faq_sorry")


def _open_category(talk: Talk, name: str) -> None:
    entries = talk.catalogue.faq.categories[name].entries
    options = (*(ENTRY + entry for entry in entries), CATEGORIES)
    open_aside(talk, "faq", options, about=CATEGORY + name)
