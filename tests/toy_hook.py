"""Where the toy platform posts what happens, and what stands in its requests."""

from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from bot.channels.channel import Heard, Parcel, Posted, Reply, Unreadable, Unwanted, Update
from bot.engine.model import Input, Said, Start
from tests.toy_channel import TOY, Letter

SECRET = {"X-Toy-Secret": "a secret of the toy platform"}


class Push(msgspec.Struct, frozen=True):
    """One request of the platform's; without `text` the chat was opened.

    `within` are the seconds in which the answer may stand in the reply; where it is `unfit` for
    that the reply cannot be made.
    """

    id: str
    address: str
    text: str = ""
    within: float = 0
    unfit: bool = False


@dataclass(slots=True)
class ToyHook:
    """Reads what the toy platform posts; `heard` names the updates, `touched` their gestures."""

    path: str = "/toy"
    heard: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)

    def admit(self, posted: Posted) -> None:
        """Only the platform knows the secret."""
        if posted.headers.get("x-toy-secret") != SECRET["X-Toy-Secret"]:
            raise Unwanted("no secret")

    async def hear(self, posted: Posted) -> Heard:
        """Read a push; a GET asks whether somebody is here."""
        if posted.method == "GET":
            return Heard(reply=Reply(posted.query["echo"].encode()))
        try:
            push = msgspec.json.decode(posted.body, type=Push)
        except msgspec.DecodeError as error:
            raise Unreadable("no push") from error
        self.heard.append(push.id)

        async def touch() -> None:
            self.touched.append(push.id)

        given: Input = Said(push.text) if push.text else Start("lodge", "en")
        here = timedelta(seconds=push.within)
        update = Update(TOY, push.id, push.address, given, answered_here=here)
        wrap = _unfit if push.unfit else _wrapped
        return Heard(update, Reply(b"ok"), (touch,), wrap if push.within else None)


def _unfit(parcel: Parcel, more: bool) -> Reply:
    raise ValueError("this fits into no reply")


def _wrapped(parcel: Parcel, more: bool) -> Reply:
    assert isinstance(parcel.body, Letter)
    text = "\n\n".join(message.text for message in parcel.body.messages)
    return Reply(text.encode(), "text/plain")
