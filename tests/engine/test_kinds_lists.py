import pytest

from bot.engine.kinds.choice import FINISHED, Choice
from bot.engine.kinds.kind import Accepted, Drafted, Ground, Refusal, Unsure
from bot.engine.kinds.lookup import NOT_LISTED, Country, Lookup
from bot.engine.kinds.papers import Upload
from bot.engine.kinds.stock import Pick
from bot.engine.model import File, Offer, Uploaded
from tests.catalogues import real, toy
from tests.engine.asking import ENOUGH, ground, options, read

UNIVERSITY = Lookup(listing="universities", counts_as="ranked")
LEAF = Lookup(listing="leaves", open=False)
LATER = {"later": ("I will hand it in later", "以后再交")}
PHOTO = Upload(options=options(LATER), most=3)
NONE_SUITS = {"none_suits": ("None of these suits me", "都不合适")}
SEAT = Pick(options=options(NONE_SUITS), source="free_seats")
OFFERS = (
    Offer("a1", {"names": {"en": "Alcove 1", "zh_Hans": "雅座 1"}}, {"rent": {"money": 1}}),
    Offer("a2", {"names": {"en": "Alcove 2", "zh_Hans": "雅座 2"}}, {}),
    Offer("p1", "Pond view", {}),
)


def at_lists() -> Ground:
    return ground(lists={**toy().catalogue.lists, **real().catalogue.lists})


# lists


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("University of Melbourne", "melbourne"),
        ("the university of melbourne", "melbourne"),
        ("墨尔本大学", "melbourne"),
        ("unimelb", "melbourne"),
        ("MIT", "mit"),
        ("麻省理工", "mit"),
        ("Harvard", "harvard"),
        ("哈佛", "harvard"),
    ],
)
def test_a_known_name_is_found_in_any_language(typed: str, entry: str) -> None:
    found = {"entry": entry, "option": "top_100"}

    assert read(UNIVERSITY, typed, at_lists()) == Accepted(found)


@pytest.mark.parametrize(
    ("typed", "among"),
    [
        ("melbourne", "melbourne"),
        ("墨尔本", "melbourne"),
        ("Univercity of Melborne", "melbourne"),
        ("Harvard Universty", "harvard"),
        ("I studied at Harvard University", "harvard"),
        ("我在墨尔本大学读书", "melbourne"),
    ],
)
def test_a_name_that_is_not_exact_is_asked_back(typed: str, among: str) -> None:
    reading = read(UNIVERSITY, typed, at_lists())

    assert isinstance(reading, Unsure)
    assert among in reading.options


@pytest.mark.parametrize("typed", ["Qwxyz Institute", "某某学院", "Écôle du Thé"])
def test_what_is_not_listed_is_kept_as_typed_and_said_to_be_so(typed: str) -> None:
    kept = Accepted({"option": NOT_LISTED, "text": typed}, "not_listed")

    assert read(UNIVERSITY, typed, at_lists()) == kept


def test_what_resembles_entries_and_is_none_of_them_is_kept_as_typed() -> None:
    typed = "University of Melborne East"
    reading = read(UNIVERSITY, typed, at_lists())

    kept = Accepted({"option": NOT_LISTED, "text": typed}, "not_listed")
    assert isinstance(reading, Unsure)
    assert reading.typed == typed
    assert UNIVERSITY.neither(typed, at_lists()) == kept


def test_what_resembles_something_and_is_none_of_it_is_asked_again_of_other_kinds() -> None:
    assert LEAF.neither("dragon", at_lists()) is None
    assert Country().neither("Frence", at_lists()) is None
    assert Choice(options=options(LATER)).neither("later", at_lists()) is None


@pytest.mark.parametrize(
    ("typed", "refused"),
    [("", "too_short"), ("?", "too_short"), ("7", "too_short"), ("x" * 1001, "too_long")],
)
def test_what_names_nothing_is_refused(typed: str, refused: str) -> None:
    reading = read(UNIVERSITY, typed, at_lists())

    assert isinstance(reading, Refusal)
    assert reading.phrase == refused


def test_a_closed_list_refuses_what_is_not_in_it() -> None:
    assert read(LEAF, "Longjing", at_lists()) == Accepted({"entry": "dragon_well"})
    assert read(LEAF, "龙井", at_lists()) == Accepted({"entry": "dragon_well"})
    assert read(LEAF, "Qwxyz Institute", at_lists()) == Refusal("not_in_list")


def test_a_tapped_suggestion_is_the_entry() -> None:
    chosen = UNIVERSITY.chosen("melbourne", at_lists())

    assert chosen == Accepted({"entry": "melbourne", "option": "top_100"})
    assert UNIVERSITY.chosen("nowhere", at_lists()) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("France", "FR"),
        ("法国", "FR"),
        ("germany", "DE"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("United Kingdom", "GB"),
        ("China", "CN"),
        ("中国", "CN"),
        ("美国", "US"),
    ],
)
def test_a_country_is_known_by_its_name(typed: str, code: str) -> None:
    assert read(Country(), typed, at_lists()) == Accepted({"entry": code})


@pytest.mark.parametrize("typed", ["Atlantis", "火星", "", "12"])
def test_what_is_no_country_is_refused(typed: str) -> None:
    assert isinstance(read(Country(), typed, at_lists()), Refusal)


def test_a_near_country_is_asked_back() -> None:
    reading = read(Country(), "Frence", at_lists())

    assert isinstance(reading, Unsure)
    assert reading.options[0] == "FR"


# documents


def files(*names: str) -> tuple[File, ...]:
    return tuple(File(name, "jpeg") for name in names)


def values(*names: str) -> dict[str, object]:
    return {"files": [{"id": name, "kind": "jpeg", "pages": 1} for name in names]}


def test_documents_come_one_by_one_until_that_is_all() -> None:
    one = PHOTO.read(Uploaded(files("a")), ground(LATER, ENOUGH))
    assert isinstance(one, Drafted)
    two = PHOTO.read(Uploaded(files("b")), ground(LATER, ENOUGH, draft=one.value))
    assert isinstance(two, Drafted)
    at = ground(LATER, ENOUGH, draft=two.value)

    assert two == Drafted(values("a", "b"), "file_received", {"count": 2})
    assert PHOTO.shown_options(at) == ((FINISHED, {"phrase": "enough"}),)
    for typed in ("That is all", "1", "就这些"):
        assert read(PHOTO, typed, at) == Accepted(values("a", "b"))
    assert PHOTO.chosen(FINISHED, at) == Accepted(values("a", "b"))


def test_as_many_documents_as_fit_are_the_whole_answer() -> None:
    three = PHOTO.read(Uploaded(files("a", "b", "c")), ground(LATER))
    last = PHOTO.read(Uploaded(files("c")), ground(LATER, draft=values("a", "b")))

    assert three == last == Accepted(values("a", "b", "c"))


def test_more_documents_than_fit_are_refused() -> None:
    refused = Refusal("too_many_files", {"count": 3})

    assert PHOTO.read(Uploaded(files("a", "b", "c", "d")), ground(LATER)) == refused
    assert PHOTO.read(Uploaded(files("c", "d")), ground(LATER, draft=values("a", "b"))) == refused


def test_a_document_that_was_not_taken_is_told_why() -> None:
    assert PHOTO.read(Uploaded((), ("heic",)), ground(LATER)) == Refusal("file_heic")
    assert PHOTO.read(Uploaded((), ("empty", "heic")), ground(LATER)) == Refusal("file_empty")
    assert PHOTO.read(Uploaded(), ground(LATER)) == Refusal("send_file")
    assert isinstance(PHOTO.read(Uploaded(files("a"), ("heic",)), ground(LATER)), Drafted)


@pytest.mark.parametrize("typed", ["1", "I will hand it in later", "以后再交"])
def test_a_document_may_come_later(typed: str) -> None:
    assert read(PHOTO, typed, ground(LATER, ENOUGH)) == Accepted({"option": "later"})


@pytest.mark.parametrize("typed", ["", "here it is", "2", "that is all"])
def test_words_are_no_document(typed: str) -> None:
    assert read(PHOTO, typed, ground(LATER, ENOUGH)) == Refusal("send_file")


def test_documents_of_an_older_version_still_fit() -> None:
    assert PHOTO.adopt(values("a")) == values("a")
    assert Upload(most=1).adopt(values("a", "b")) is None
    assert PHOTO.adopt({"files": []}) is None


# picking from stock


@pytest.mark.parametrize(
    ("typed", "picked"),
    [
        ("1", "a1"),
        ("3", "p1"),
        ("Alcove 2", "a2"),
        ("alcove  2.", "a2"),
        ("雅座 1", "a1"),
        ("pond view", "p1"),
        ("pond veiw", "p1"),
    ],
)
def test_an_offer_is_picked_by_number_or_title(typed: str, picked: str) -> None:
    reading = read(SEAT, typed, ground(NONE_SUITS, offers=OFFERS))

    assert isinstance(reading, Accepted)
    assert reading.value["pick"] == picked


def test_the_answer_keeps_the_offer_as_it_was_shown() -> None:
    picked = SEAT.chosen("a1", ground(NONE_SUITS, offers=OFFERS))

    kept = {"pick": "a1", "title": OFFERS[0].title, "facts": {"rent": {"money": 1}}}
    assert picked == Accepted(kept)


@pytest.mark.parametrize("typed", ["4", "None of these suits me", "都不合适"])
def test_an_option_beside_the_offers_may_be_taken(typed: str) -> None:
    at = ground(NONE_SUITS, offers=OFFERS)

    assert read(SEAT, typed, at) == Accepted({"option": "none_suits"})


@pytest.mark.parametrize("typed", ["5", "0", "Alcove 9999", "the one by the sea", ""])
def test_what_is_not_offered_is_not_picked(typed: str) -> None:
    assert not isinstance(read(SEAT, typed, ground(NONE_SUITS, offers=OFFERS)), Accepted)


def test_a_title_that_fits_two_offers_is_asked_back() -> None:
    reading = read(SEAT, "alcove", ground(NONE_SUITS, offers=OFFERS))

    assert isinstance(reading, Unsure)
    assert set(reading.options) == {"a1", "a2"}


def test_an_offer_that_is_gone_cannot_be_tapped() -> None:
    assert SEAT.chosen("a1", ground(NONE_SUITS, offers=OFFERS[1:])) is None
