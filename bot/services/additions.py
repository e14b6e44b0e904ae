"""What staff add to the answers: ways of asking and new entries, which settle questions."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import msgspec

from bot.content.checks.answers import LONGEST_ID
from bot.content.faq.library import Library
from bot.content.faq.overlay import Added, AddedEntry, AddedWay, Worded, holds
from bot.services.audit import Actor, AuditLog
from bot.services.became import Became
from bot.services.wondering import MASK, Wondering
from bot.store import additions as store
from bot.store import questions
from bot.store.additions import Addition, NewAddition
from bot.store.database import Transaction
from bot.store.questions import KeptQuestion

NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


class _Way(msgspec.Struct, frozen=True):
    text: str


class NewEntry(msgspec.Struct, frozen=True):
    """An entry that staff write, with its words by language; `review_by` is a day.

    `asked` are ways of asking, by language, where it is not told in that language.
    """

    category: str
    review_by: date
    words: Mapping[str, Worded]
    asked: Mapping[str, Sequence[str]] = {}


_read_way = msgspec.json.Decoder(_Way).decode
_read_entry = msgspec.json.Decoder(NewEntry).decode


def added_of(addition: Addition) -> Added:
    """An addition as the answers take it."""
    if addition.kind == store.WAY:
        return AddedWay(addition.entry, addition.language, _read_way(addition.words).text)
    new = _read_entry(addition.words)
    return AddedEntry(addition.entry, new.category, new.review_by, new.words)


def read_additions(tx: Transaction) -> tuple[int, tuple[Added, ...]]:
    """The revision, and all that is added up to it."""
    revision = store.revision(tx)  # first: what comes in between is then read once more
    return revision, tuple(added_of(one) for one in store.in_force(tx))


class Additions:
    """Adds and removes for staff, each time with an entry in the audit log."""

    def __init__(self, wondering: Wondering, audit: AuditLog) -> None:
        self._wondering = wondering
        self._audit = audit

    def words(self, question: KeptQuestion) -> str:
        """The words of a question, without what was masked in them."""
        words = self._wondering.words(question.digest, question.words)
        return " ".join(words.replace(MASK, " ").split())

    def add_ways(
        self, tx: Transaction, ids: Sequence[int], entry: str, actor: Actor, now: datetime
    ) -> Became:
        """Make open questions ways of asking an entry, each in its language."""
        asked = self._open(tx, ids)
        if asked is None:
            return Became.NOT_OPEN
        new = [
            NewAddition(entry, one.language, store.WAY, _json(_Way(self.words(one))))
            for one in asked
        ]
        store.add(tx, new, actor.name, now)
        questions.settle(tx, ids, questions.WAY, actor.name, now)
        self._audit.write(tx, actor, "add_way", f"answer {entry}", now, questions=list(ids))
        return Became.DONE

    def add_entry(
        self,
        tx: Transaction,
        new: NewEntry,
        ids: Sequence[int],
        taken: Collection[str],
        actor: Actor,
        now: datetime,
    ) -> Became:
        """Add an entry under an id that is not taken; questions that it answers are settled."""
        if self._open(tx, ids) is None:
            return Became.NOT_OPEN
        entry = _name(new, {*taken, *store.names(tx)})
        language = next(iter(new.words))
        whole = NewAddition(entry, language, store.ENTRY, _json(new))
        ways = [
            NewAddition(entry, code, store.WAY, _json(_Way(text)))
            for code, texts in new.asked.items()
            for text in texts
        ]
        store.add(tx, [whole, *ways], actor.name, now)
        questions.settle(tx, ids, questions.ENTRY, actor.name, now)
        self._audit.write(tx, actor, "add_answer", f"answer {entry}", now, questions=list(ids))
        return Became.DONE

    def put_aside(self, tx: Transaction, ids: Sequence[int], actor: Actor, now: datetime) -> Became:
        """Say that open questions need no answer, also when they are asked again."""
        if self._open(tx, ids) is None:
            return Became.NOT_OPEN
        questions.settle(tx, ids, questions.ASIDE, actor.name, now)
        self._audit.write(tx, actor, "question_aside", "questions", now, questions=list(ids))
        return Became.DONE

    def reopen(self, tx: Transaction, ids: Sequence[int], actor: Actor, now: datetime) -> Became:
        """Let questions that were put aside wait for an answer again."""
        store.lock_additions(tx)
        if not questions.reopen(tx, ids):
            return Became.CHANGED
        self._audit.write(tx, actor, "question_reopen", "questions", now, questions=list(ids))
        return Became.DONE

    def remove(
        self, tx: Transaction, entry: str, addition_id: int, actor: Actor, now: datetime
    ) -> Became:
        """Let an addition to an entry answer no longer; with an added entry go its ways."""
        store.lock_additions(tx)
        mine = {one.id: one for one in store.in_force(tx) if one.entry == entry}
        if addition_id not in mine:
            return Became.CHANGED
        kind = mine[addition_id].kind
        gone = [addition_id] if kind == store.WAY else list(mine)
        store.remove(tx, gone, now)
        action = "remove_way" if kind == store.WAY else "remove_answer"
        self._audit.write(tx, actor, action, f"answer {entry}", now, additions=gone)
        return Became.DONE

    def tidy(self, tx: Transaction, written: Library, actor: Actor, now: datetime) -> Became:
        """Remove the additions that the files hold by now."""
        store.lock_additions(tx)
        gone = [one.id for one in store.in_force(tx) if holds(written, added_of(one))]
        if not gone:
            return Became.CHANGED
        store.remove(tx, gone, now)
        self._audit.write(tx, actor, "tidy_additions", "answers", now, additions=gone)
        return Became.DONE

    def _open(self, tx: Transaction, ids: Sequence[int]) -> list[KeptQuestion] | None:
        """The questions, locked, if all of them are open."""
        store.lock_additions(tx)
        found = questions.find(tx, ids)
        is_open = len(found) == len(ids) and all(one.state == questions.OPEN for one in found)
        return found if is_open else None


def _json(words: msgspec.Struct) -> str:
    return msgspec.json.encode(words).decode()


def _name(new: NewEntry, taken: Collection[str]) -> str:
    """An id for an entry: its title as far as that has Latin letters, else a number."""
    found = (_short(one.title) for one in new.words.values())
    title = next((one for one in found if len(one) > 2), "")
    if title and title not in taken:
        return title
    number = 1
    while f"added_{number}" in taken:
        number += 1
    return f"added_{number}"


def _short(title: str) -> str:
    """The words of a title that fit into an id."""
    words = NOT_IN_IDS.sub("_", title.lower()).strip("_").lstrip("0123456789_")
    if len(words) <= LONGEST_ID:
        return words
    return (words[: LONGEST_ID + 1].rpartition("_")[0] or words[:LONGEST_ID]).strip("_")
