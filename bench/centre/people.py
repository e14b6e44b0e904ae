"""Everybody of the large centre: who they are, how far they have come, when; drawn by a seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bench.centre.applicant import Kept
from bot.services.reference import new_reference

CHANNELS = (("web", 45), ("wechat", 35), ("telegram", 15), ("terminal", 5))
"""Channels with their share in a hundred."""
STAGES = (
    ("submitted", 140),
    ("asked", 40),
    ("approved", 150),
    ("waiting", 30),
    ("ordered", 8),
    ("reported", 7),
    ("confirmed", 35),
    ("expired", 250),
    ("refused", 240),
    ("withdrawn", 100),
)
"""How far people with a case have come, with their share in a thousand."""
TAKES_FLAT = ("ordered", "reported", "confirmed")
OPEN = ("submitted", "asked")
FRESH = ("ordered", "reported", "waiting")
"""Stages that end within days."""
DRAFTS = 10
"""One contact with a draft for so many with a case."""
FIRST = (
    *("Ana", "Ben", "Chloé", "Diego", "Emma", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kim"),
    *("Laura", "Marek", "Nadia", "Omar", "Paula", "Quinn", "Rosa", "Sven", "Tara", "Uma", "Yuki"),
)
LAST = (
    *("Andersen", "Brown", "Costa", "Dubois", "Evans", "Fischer", "García", "Haddad", "Ivanova"),
    *("Jensen", "Kowalski", "Lambert", "Moreau", "Novak", "O'Brien", "Petrov", "Quist", "Rossi"),
    *("Schmidt", "Tanaka", "Ueda", "Vargas", "Weber", "Young", "Zhang"),
)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
GIVEN = "子涵宇轩思远嘉怡欣然明哲雨桐浩一诺晨曦俊杰雅婷文博静"


@dataclass(frozen=True, slots=True)
class Person:
    """One contact: their likeness in the plays, and what they have of their own.

    `at` is when they submitted, or last wrote, and `days` how long after the play that was.
    """

    id: int
    channel: str
    name: str
    phone: str
    email: str
    stage: str
    kept: Kept
    at: datetime
    days: int
    case_id: int
    references: tuple[str, ...]
    papers: tuple[str, ...]
    assignee: str | None
    flat: str
    """The flat they have, or had until their time was over; empty for nobody's."""


class Crowd:
    """Draws people: the same ones for the same seed and the same day."""

    def __init__(
        self,
        kept: Sequence[Kept],
        staff: Sequence[str],
        flats: Sequence[str],
        now: datetime,
        seed: int,
    ) -> None:
        self._staff = staff
        self._flats = flats
        self._now = now
        self._random = Random(seed)
        self._free = self._random.sample(flats, len(flats))
        self._kept: dict[str, list[Kept]] = {}
        for one in kept:
            self._kept.setdefault(one.stage, []).append(one)
        # Who is asked again is seeded as they were before: of the question only the case tells.
        self._kept["asked"] = self._kept["submitted"]

    def people(self, cases: int) -> Iterator[Person]:
        """So many with a case, and some with a draft between them."""
        case_id = 0
        for n in range(1, cases + cases // DRAFTS + 1):
            is_draft = n % (DRAFTS + 1) == 0 or case_id == cases
            case_id += not is_draft
            yield self._person(n, 0 if is_draft else case_id)

    def _person(self, n: int, case_id: int) -> Person:
        draw = self._random
        stage = self._stage() if case_id else "draft"
        kept = draw.choice(self._kept[stage])
        name = self._name(kept.language)
        at = self._now - self._age(stage)
        return Person(
            id=n,
            channel=_drawn(draw, CHANNELS),
            name=name,
            phone=self._phone(),
            email=f"person{n}@example.org",
            stage=stage,
            kept=kept,
            at=at,
            days=(at.date() - self._now.date()).days,
            case_id=case_id,
            references=tuple(new_reference(one[0], draw.randrange) for one in kept.references),
            papers=tuple(f"{draw.getrandbits(128):032x}" for _ in kept.documents),
            assignee=draw.choice(self._staff) if case_id and draw.random() < 0.8 else None,
            flat=self._flat(stage),
        )

    def _stage(self) -> str:
        """How far somebody has come; once all flats are taken, nobody gets one."""
        stage = _drawn(self._random, STAGES)
        return "expired" if stage in TAKES_FLAT and not self._free else stage

    def _flat(self, stage: str) -> str:
        if stage in TAKES_FLAT:
            return self._free.pop()
        return self._random.choice(self._flats) if stage == "expired" else ""

    def _phone(self) -> str:
        digits = f"{self._random.randrange(10**9):09}"
        return f"+86 13{digits[0]} {digits[1:5]} {digits[5:]}"

    def _name(self, language: str) -> str:
        draw = self._random
        if language == "zh_Hans":
            return draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, draw.randint(1, 2)))
        return f"{draw.choice(FIRST)} {draw.choice(LAST)}"

    def _age(self, stage: str) -> timedelta:
        """How long ago somebody submitted: most of what is open lately, a little of it too long."""
        draw = self._random
        if stage == "draft":
            return timedelta(hours=draw.uniform(1, 150))
        if stage in OPEN:
            is_late = draw.random() < 0.1
            return timedelta(days=draw.uniform(13, 40) if is_late else draw.uniform(0, 13))
        if stage in FRESH:
            return timedelta(days=draw.uniform(2, 20))
        return timedelta(days=draw.uniform(15, 340))


def _drawn(draw: Random, shares: Sequence[tuple[str, int]]) -> str:
    return draw.choices([one for one, _ in shares], [share for _, share in shares])[0]


def batches(people: Iterator[Person], size: int) -> Iterator[list[Person]]:
    """People, so many at a time."""
    batch: list[Person] = []
    for one in people:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
