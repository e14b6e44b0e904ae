"""What WeChat's error codes mean for a call, as data."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bot.channels.channel import FetchError, SendError

PLATFORM_DAY = timezone(timedelta(hours=8))
"""WeChat's own day: its daily quotas begin anew at midnight there, wherever the centre is."""
RID = re.compile(r"\brid: ?([0-9a-f-]{8,64})")
IP = re.compile(r"\binvalid ip ([0-9a-f.:]{3,45})")


def next_minute(now: datetime) -> timedelta:
    """How long until the platform's next minute."""
    return timedelta(seconds=60 - now.second)


def next_midnight(now: datetime) -> timedelta:
    """How long until the platform's next day."""
    there = now.astimezone(PLATFORM_DAY)
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight - there


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code tells; the names are those of `SendError`.

    `alarm` wants an operator, who is told `advice`; until then calls to the same path only fail the
    same way, so they are not made for a while. `stale` is said of the token.
    """

    says: str
    permanent: bool = False
    gone: bool = False
    closed: bool = False
    alarm: bool = False
    stale: bool = False
    wait: Callable[[datetime], timedelta] | None = None
    advice: str = ""


def _account(says: str, advice: str) -> Meaning:
    """What only an operator can mend. The message is not given up: once the contact speaks, it goes
    into the answer, for which no API is needed."""
    return Meaning(says, closed=True, alarm=True, advice=advice)


def _ours(says: str) -> Meaning:
    """A call the platform will never take: a fault of the program."""
    return Meaning(says, permanent=True)


_SECRET = "Copy the AppSecret again from the developer console into BOT_WECHAT_APP_SECRET."
_RIGHTS = (
    "The account may not do this: have it verified, or set BOT_WECHAT_ACCOUNT to the kind it is."
)

# https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html
MEANINGS: Mapping[int, Meaning] = {
    -1: Meaning("the platform is busy"),
    40001: Meaning("token refused", stale=True),
    40014: Meaning("token refused", stale=True),
    42001: Meaning("token expired", stale=True),
    40164: _account(
        "our address is not on the list",
        "Put this server's public IP address on the IP list in the developer console.",
    ),
    40125: _account("secret refused", _SECRET),
    40243: _account(
        "secret is frozen", "Unfreeze the AppSecret in the developer console, or make a new one."
    ),
    40013: _account("app id refused", "Copy the AppID again into BOT_WECHAT_APP_ID."),
    50002: _account("account is frozen", "Ask WeChat in the console why the account is limited."),
    48001: _account("the account may not do this", _RIGHTS),
    48004: _account("this API is banned", "Look in the console why, and ask for it to be opened."),
    45009: Meaning(
        "the day's calls are used up",
        alarm=True,
        wait=next_midnight,
        advice="Ask for a larger quota, or clear it in the console (ten times a month).",
    ),
    45011: Meaning("too many calls in a minute", wait=next_minute),
    40003: Meaning("no such contact", gone=True),
    43004: Meaning("contact does not follow", gone=True),
    49003: Meaning("contact follows another account", gone=True),
    43019: Meaning("contact is on the blacklist", gone=True),
    45015: Meaning("contact has not spoken lately", closed=True),
    45047: Meaning("contact has been told enough", closed=True),
    48002: Meaning("contact takes no messages", closed=True),
    43101: Meaning("contact has not agreed to notifications", closed=True),
    40200: Meaning("wrong kind of account for this message", permanent=True),
    45098: Meaning("menu is too long", permanent=True),
    45002: _ours("text is too long"),
    45008: _ours("too many articles"),
    45028: Meaning("no announcements left", permanent=True, alarm=True, advice="Wait a month."),
    40007: _ours("no such file"),
    40004: _ours("no such kind of file"),
    44004: _ours("text is empty"),
    47001: _ours("call is not understood"),
    45056: Meaning(
        "too many tags",
        permanent=True,
        alarm=True,
        advice="Delete tags in the console: an account may have a hundred.",
    ),
    45058: _ours("tag is the platform's own"),
    45059: _ours("contact has too many tags"),
    45157: _ours("tag exists already"),
    45158: _ours("name of the tag is too long"),
    45159: _ours("no such tag"),
    45072: _ours("no such command"),
    45080: _ours("contact has not spoken just now"),
    45081: _ours("typing is shown already"),
    46003: _ours("there is no menu"),
    65301: _ours("no such menu for a tag"),
    65303: _ours("a menu for all comes first"),
    65320: _ours("menus can only go by tag"),
}

UNKNOWN = Meaning("unknown code")
"""What is not in the table is tried again, within the deliverer's attempts."""
UNREACHED = Meaning("no answer")


class ApiError(Exception):
    """A call that came to nothing. `code` is 0 where the platform was not reached or not itself.

    `reason` is that of a `FetchError` for good. Of the platform's words only the request's id and
    our own address are kept: the others may quote what we sent.
    """

    def __init__(
        self, path: str, problem: str, code: int = 0, said: str = "", reason: str = ""
    ) -> None:
        self.code = code
        self.meaning = MEANINGS.get(code, UNKNOWN) if code else UNREACHED
        self.reason = reason
        self.rid = _found(RID, said)
        self.ip = _found(IP, said)
        rid = f", rid {self.rid}" if self.rid else ""
        super().__init__(f"{path}: {problem}{rid}")

    def wait(self, now: datetime) -> float:
        """Seconds until another attempt makes sense, where the platform's own clock says so."""
        return self.meaning.wait(now).total_seconds() if self.meaning.wait else 0.0

    def for_send(self, now: datetime) -> SendError:
        """The same as facts for the deliverer."""
        meaning = self.meaning
        return SendError(
            str(self),
            permanent=meaning.permanent,
            retry_after=meaning.wait(now) if meaning.wait else None,
            gone=meaning.gone,
            closed=meaning.closed,
        )

    def for_fetch(self) -> FetchError:
        """The same as facts for who fetches files."""
        is_permanent = bool(self.reason) or self.meaning.permanent
        return FetchError(str(self), permanent=is_permanent, reason=self.reason or "lost")


def refusal(path: str, code: int, said: str) -> ApiError:
    """The error for a code the platform gave."""
    return ApiError(path, f"{code} {MEANINGS.get(code, UNKNOWN).says}", code, said)


def _found(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    return found[1] if found else ""
