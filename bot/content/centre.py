"""Reads what the centre says of itself: its facts, its languages, and how long things last."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

from bot.content.form import Form, form_of
from bot.content.node import Fields, Node
from bot.content.notes import Notes
from bot.engine.catalogue import ChannelRules, Language
from bot.engine.model import Fact
from bot.engine.retrieval.finder import Thresholds

SENSITIVE = ("ask", "link", "consent")
"""What becomes of a sensitive step on a channel: asked there, asked on the web chat, or asked
there after the contact has agreed."""
FILES = ("here", "link")
"""Where files may be sent: in the chat, or on the web chat as well."""
DIRECTIONS = ("ltr", "rtl")
ANSWERS = ("all", "most_asked")
"""Which answers have to be there in a language."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days each kind of data is kept: drafts and messages from their turn, cases from the end."""

    draft_days: int
    closed_case_days: int
    messages_days: int


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many files a contact may send."""

    files_per_step: int
    per_ten_minutes: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Centre:
    """The office the program speaks for; the first language is the one its flows are written in."""

    facts: Mapping[str, Fact]
    zone: ZoneInfo
    currency: str
    languages: Mapping[str, Language]
    review_working_days: int
    hold_hours: int
    offer_hours: int
    retention: Retention
    uploads: UploadLimits
    channels: Mapping[str, ChannelRules]
    thresholds: Thresholds = Thresholds()

    @property
    def source_language(self) -> str:
        """The language the flows are written in."""
        return next(iter(self.languages), "en")


REQUIRED = ("centre", "time_zone", "currency", "languages", "retention", "channels", "uploads")
NO_LIMITS = UploadLimits(1, 1, 1)
NOBODY = Centre({}, ZoneInfo("UTC"), "XXX", {}, 0, 0, 0, Retention(1, 1, 1), NO_LIMITS, {})
"""What stands in for a centre whose file cannot be read."""


def centre_of(node: Node, notes: Notes) -> Centre:
    """The centre that the file's node describes."""
    form = form_of(node, "the centre's file", notes)
    if form is None:
        return NOBODY
    form.check_names(REQUIRED, ("review", "holds", "waiting_list", "answers"))
    numbers = {
        "working_days": _number(form, "review", "working_days"),
        "hold_hours": _number(form, "holds", "hours"),
        "offer_hours": _number(form, "waiting_list", "offer_hours"),
    }
    retention = Retention(**_numbers(form, "retention", Retention))
    uploads = UploadLimits(**_numbers(form, "uploads", UploadLimits))
    given = {**numbers, **asdict(retention), **asdict(uploads)}
    return Centre(
        facts={**_facts(form), **{f"centre.{name}": number for name, number in given.items()}},
        zone=_zone(form),
        currency=_currency(form),
        languages=_languages(form),
        review_working_days=numbers["working_days"],
        hold_hours=numbers["hold_hours"],
        offer_hours=numbers["offer_hours"],
        retention=retention,
        uploads=uploads,
        channels=_channels(form),
        thresholds=_thresholds(form),
    )


def _facts(form: Form) -> dict[str, Fact]:
    """The centre's facts: a word the same in every language, or one for each."""
    centre = form.form("centre")
    facts: dict[str, Fact] = {}
    for name, node in centre.node.nodes.items() if centre else ():
        assert centre is not None
        several = isinstance(node, Fields)
        names = centre.names(name, everywhere=True) if several else {}
        facts[f"centre.{name}"] = {"names": names} if several else centre.word(name)
    return facts


def _number(form: Form, group: str, name: str) -> int:
    """A number of a part that a centre may do without."""
    part = form.form(group)
    if part is None:
        return 0
    part.check_names((name,))
    return part.number(name, least=1)


def _thresholds(form: Form) -> Thresholds:
    """From which chance, in percent, an entry is answered or offered."""
    part = form.form("answers")
    if part is None:
        return Thresholds()
    part.check_names(("sure", "offer", "careful"))
    sure, offer, careful = (part.number(name) / 100 for name in ("sure", "offer", "careful"))
    if not 0 < offer < sure <= careful <= 1:
        order = "'offer' lies below 'sure', and 'sure' not above 'careful', in percent"
        part.notes.add(part.place, order)
    return Thresholds(answer=sure, offer=offer, careful=careful)


def _numbers(form: Form, group: str, kind: type[Retention] | type[UploadLimits]) -> dict[str, int]:
    names = tuple(field.name for field in fields(kind))
    part = form.form(group)
    if part is None:
        return dict.fromkeys(names, 1)
    part.check_names(names)
    return {name: part.number(name, 1, least=1) for name in names}


def _zone(form: Form) -> ZoneInfo:
    name = form.word("time_zone", "UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        form.notes.add(form.place_of("time_zone"), f"there is no time zone {name!r}")
        return NOBODY.zone


def _currency(form: Form) -> str:
    code = form.word("currency", "XXX")
    if not (len(code) == 3 and code.isascii() and code.isupper()):
        form.notes.add(form.place_of("currency"), f"{code!r} is no currency code such as CNY")
    return code


def _languages(form: Form) -> dict[str, Language]:
    languages = {}
    for code, node in form.free("languages").items():
        language = form_of(node, f"language {code!r}", form.notes)
        if language is None:
            continue
        language.check_names(("name",), ("direction", "also", "fallback", "answers"))
        direction = language.word("direction", "ltr")
        form.notes.put(f"language.{code}", language.place)
        if direction not in DIRECTIONS:
            language.notes.add(language.place, f"{direction!r} is neither ltr nor rtl")
        if not _is_language(code):
            language.notes.add(language.place, f"there is no language {code!r}")
            continue
        languages[code] = Language(
            language.word("name"),
            direction,
            language.words("also"),
            language.word("fallback"),
            _one_of(language, "answers", ANSWERS),
        )
    return _with_fallbacks(languages, form)


def _with_fallbacks(languages: dict[str, Language], form: Form) -> dict[str, Language]:
    for code, language in languages.items():
        if language.fallback and language.fallback not in languages:
            place = form.notes.places[f"language.{code}"]
            form.notes.add(place, f"the centre does not speak {language.fallback!r}")
    return languages


def _is_language(code: str) -> bool:
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _channels(form: Form) -> dict[str, ChannelRules]:
    channels: dict[str, ChannelRules] = {}
    for name, node in form.free("channels").items():
        channel = form_of(node, f"channel {name!r}", form.notes)
        if channel is None:
            continue
        channel.check_names(("sensitive",), ("files",))
        channels[name] = ChannelRules(
            sensitive=_one_of(channel, "sensitive", SENSITIVE),
            files=_one_of(channel, "files", FILES),
        )
    return channels


def _one_of(form: Form, name: str, known: tuple[str, ...]) -> str:
    """A word out of a few; the first where nothing is said."""
    word = form.word(name, known[0])
    if word not in known:
        form.notes.add(form.place, f"'{name}' must be one of {', '.join(known)}")
        return known[0]
    return word
