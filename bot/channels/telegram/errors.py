"""What Telegram's refusals mean: a table of facts, of which the first that fits decides."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.channel import SendError

log = logging.getLogger(__name__)

UNTIL_MENDED = timedelta(minutes=10)
"""Before the next attempt where an operator has to do something first: no message is lost soon."""
TOO_MANY = 429
A_MOMENT = 1
"""Seconds of silence after too many calls, where Telegram does not say how many it wants."""


class Refused(Exception):
    """Telegram answered a call with an error.

    `description` is for the table only: it may quote what a contact wrote.
    """

    def __init__(self, method: str, code: int, description: str = "", retry_after: int = 0) -> None:
        super().__init__(f"{method} refused with {code}")
        self.code = code
        self.description = description
        self.retry_after = retry_after or (A_MOMENT if code == TOO_MANY else 0)


class Unanswered(Exception):
    """A call to Telegram came to no answer: nobody knows whether it was carried out."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a refusal with this code, and these words in its description, means."""

    code: int
    words: str
    problem: str
    permanent: bool = False
    gone: bool = False
    harmless: bool = False
    """What was asked for is so already, or of no use any more."""
    photo: bool = False
    """The picture is at fault: the text alone would do."""
    webhook: bool = False
    """A webhook is set: nobody is given news who asks for it."""
    alarm: bool = False
    """Nothing goes out until an operator mends it."""

    @property
    def is_final(self) -> bool:
        """Whether the same call would only be refused again."""
        return self.permanent or self.gone or self.alarm


FACTS = (
    Fact(TOO_MANY, "", "too many calls"),
    Fact(401, "", "the token is refused", alarm=True),
    Fact(404, "", "the token is refused", alarm=True),
    Fact(409, "webhook is active", "a webhook is set", webhook=True),
    Fact(409, "", "another program asks for the same news", alarm=True),
    Fact(403, "", "the contact takes no messages", gone=True),
    Fact(400, "chat not found", "there is no such chat", gone=True),
    Fact(400, "peer_id_invalid", "there is no such chat", gone=True),
    Fact(400, "deactivated", "the contact's account is deleted", gone=True),
    Fact(400, "upgraded to a supergroup", "the chat is a group", permanent=True),
    Fact(400, "message is not modified", "nothing to change", harmless=True),
    Fact(400, "query is too old", "the tap is long past", harmless=True),
    Fact(400, "message to edit not found", "the message is deleted", harmless=True),
    Fact(400, "message can't be edited", "the message cannot be changed", harmless=True),
    Fact(400, "message to delete not found", "the message is deleted", harmless=True),
    Fact(400, "message can't be deleted", "the message cannot be deleted", harmless=True),
    Fact(400, "wrong file identifier", "the picture is not known", photo=True, permanent=True),
    Fact(400, "wrong remote file", "the picture is not known", photo=True, permanent=True),
    Fact(400, "photo_", "the picture is not taken", photo=True, permanent=True),
    Fact(400, "image_process_failed", "the picture is not taken", photo=True, permanent=True),
    Fact(400, "failed to resolve host", "the site's name is not known yet"),
    Fact(400, "can't parse entities", "the markup is broken", permanent=True),
    Fact(400, "too long", "the text is too long", permanent=True),
    Fact(400, "", "the call is wrong", permanent=True),
    Fact(413, "", "the call is too large", permanent=True),
)
UNKNOWN = Fact(0, "", "Telegram has trouble")
"""Any other code, such as those from 500: worth another attempt."""


def fact_of(refused: Refused) -> Fact:
    """The fact that fits a refusal."""
    description = refused.description.lower()
    fitting = (fact for fact in FACTS if fact.code == refused.code and fact.words in description)
    return next(fitting, UNKNOWN)


def send_error(failed: Refused | Unanswered) -> SendError:
    """What the failed sending of a message means for the deliverer."""
    if isinstance(failed, Unanswered):
        return SendError(str(failed))
    fact = fact_of(failed)
    wait = timedelta(seconds=failed.retry_after) if failed.retry_after else None
    if fact.alarm:
        log.error("telegram has to be set right", extra={"problem": fact.problem})
        wait = UNTIL_MENDED
    return SendError(
        f"{failed}: {fact.problem}",
        permanent=fact.permanent or fact.gone,
        retry_after=wait,
        gone=fact.gone,
    )
