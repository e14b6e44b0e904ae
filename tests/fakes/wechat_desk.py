"""The people of an account, what they saw, and what customer service may tell them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.fakes.wechat_account import OK, Body, Refused
from tests.fakes.wechat_windows import Action, Windows

LONGEST_TEXT = 2048
"""Bytes of a text: those who measured it found this."""
TYPING_WITHIN = timedelta(seconds=30)
TYPING_LASTS = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw: a `reply` in the platform's own answer; `text`, `msgmenu` or `image` by
    customer service; `fault`, the platform's apology. `choices` are ids with labels."""

    kind: str
    text: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Person:
    """Somebody who has written, or who follows the account."""

    follows: bool = True
    acted: datetime | None = None
    typing_until: datetime | None = None
    seen: list[Seen] = field(default_factory=list)


class Desk:
    """Customer service for one account. `kind` is service, test or subscription."""

    def __init__(self, kind: str, now: Callable[[], datetime]) -> None:
        self.kind = kind
        self.longest_menu = 20
        self.windows = Windows(now)
        self.people: dict[str, Person] = {}
        self._now = now

    def act(self, openid: str, action: Action | None) -> None:
        """A person did something, which may open a window; None leaves the account."""
        person = self.people.setdefault(openid, Person())
        person.follows = action is not None
        person.acted = self._now()
        if action is not None:
            self.windows.act(openid, action)

    def show(self, openid: str, seen: Seen) -> None:
        """A person sees something."""
        self.people.setdefault(openid, Person()).seen.append(seen)

    def send(self, body: Body) -> Body:
        """A customer-service message."""
        seen = _seen(body)
        self._person(body["touser"])
        if self.kind == "subscription":
            raise Refused(48001)
        if seen.kind == "msgmenu" and self.kind != "service":
            raise Refused(40200)
        self._check_size(seen)
        code = self.windows.take(body["touser"])
        if code:
            raise Refused(code)
        self.show(body["touser"], seen)
        return OK

    def type(self, body: Body) -> Body:
        """Typing is shown, or not any more."""
        person = self._person(body["touser"])
        now = self._now()
        if body["command"] == "CancelTyping":
            person.typing_until = None
            return OK
        if body["command"] != "Typing":
            raise Refused(45072)
        if person.acted is None or now > person.acted + TYPING_WITHIN:
            raise Refused(45080)
        if person.typing_until and now < person.typing_until:
            raise Refused(45081)
        person.typing_until = now + TYPING_LASTS
        return OK

    def info(self, openid: str) -> Body:
        """What the platform tells of a person."""
        person = self.people.get(openid)
        if person is None:
            raise Refused(40003)
        return {"subscribe": int(person.follows), "openid": openid, "language": "zh_CN"}

    def _person(self, openid: str) -> Person:
        person = self.people.get(openid)
        if person is None:
            raise Refused(40003)
        if not person.follows:
            raise Refused(43004)
        return person

    def _check_size(self, seen: Seen) -> None:
        if len(seen.text.encode()) > LONGEST_TEXT:
            raise Refused(45002)
        if not seen.text and seen.kind == "text":
            raise Refused(44004)
        if len(seen.choices) > self.longest_menu:
            raise Refused(45098)


def _seen(body: Body) -> Seen:
    match body:
        case {"msgtype": "text", "text": {"content": text}}:
            return Seen("text", text)
        case {"msgtype": "msgmenu", "msgmenu": menu}:
            choices = {one["id"]: one["content"] for one in menu["list"]}
            words = (menu["head_content"], *choices.values(), menu.get("tail_content", ""))
            return Seen("msgmenu", "\n".join(word for word in words if word), choices)
        case {"msgtype": "image", "image": {"media_id": media_id}}:
            return Seen("image", media_id)
    raise Refused(40008)
