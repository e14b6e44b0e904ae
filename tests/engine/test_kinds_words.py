import pytest

from bot.engine.kinds.kind import Accepted, Kind, Refusal
from bot.engine.kinds.words import (
    LONGEST_ANSWER,
    Address,
    Name,
    Number,
    Words,
    tidy,
)
from bot.engine.model import File, Uploaded
from tests.engine.asking import ground, options, read

TEXT = Words()
SHORT = Words(longest=5, shortest=2)
NONE = {"none": ("Nothing else", "没有别的了")}
WISH = Words(options=options(NONE))
CUPS = Number(at_least=1, at_most=9)


def phrase(kind: Kind, typed: str) -> str:
    """The refusal's phrase, or nothing when it is accepted."""
    reading = read(kind, typed)
    return reading.phrase if isinstance(reading, Refusal) else ""


# free text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Architecture", "Architecture"),
        ("  much   space\n\there ", "much space here"),
        ("建筑学", "建筑学"),
        ("هندسة معمارية", "هندسة معمارية"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202aleft to right\u202c", "left to right"),
        ("e\u0301tude", "étude"),
        ("null\x00byte", "null byte"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🎨 art", "👩\u200d🎨 art"),
        ("<b>bold</b> {x}", "<b>bold</b> {x}"),
        ("42", "42"),
    ],
)
def test_text_is_kept_as_it_reads(typed: str, kept: str) -> None:
    assert read(TEXT, typed) == Accepted({"text": kept})


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("ab", ""),
        ("abcde", ""),
        ("abcdef", "too_long"),
        ("a", "too_short"),
        ("", "too_short"),
        (" \n ", "too_short"),
        ("??!", "too_short"),
        ("😀😀", "too_short"),
        ("\u200b\u200b\u200b", "too_short"),
    ],
)
def test_text_has_bounds(typed: str, refused: str) -> None:
    assert phrase(SHORT, typed) == refused


def test_no_text_is_longer_than_what_is_kept() -> None:
    assert phrase(TEXT, "x" * LONGEST_ANSWER) == ""
    assert phrase(TEXT, "x" * (LONGEST_ANSWER + 1)) == "too_long"


@pytest.mark.parametrize("typed", ["Nothing else", "nothing else.", "没有别的了", "1", "１", "(1)"])
def test_an_option_beside_free_text_may_be_typed(typed: str) -> None:
    assert read(WISH, typed, ground(NONE)) == Accepted({"option": "none"})


@pytest.mark.parametrize("typed", ["2", "nothing", "Nothing else than milk", "一点牛奶"])
def test_free_text_near_an_option_stays_text(typed: str) -> None:
    assert read(WISH, typed, ground(NONE)) == Accepted({"text": typed})


def test_words_take_no_files() -> None:
    assert TEXT.read(Uploaded((File("f", "pdf"),)), ground()) == Refusal("no_files_here")


def test_tidying_twice_changes_nothing_more() -> None:
    once = tidy("  a\u00ad\u200b\tb\u0301 \x07 c ")

    assert tidy(once) == once


# names and addresses


@pytest.mark.parametrize(
    "typed",
    [
        "Ana María Núñez",
        "王小明",
        "欧阳娜娜",
        "O'Brien-Smith",
        "Мария Иванова",
        "محمد علي",
        "Nguyễn Thị Ánh",
        "田中 太郎",
        "김민수",
        "प्रिया शर्मा",
        "Jean-Luc d'Arc Jr.",
        "Ng",
        "李 Li",
    ],
)
def test_a_name_is_taken_in_any_script(typed: str) -> None:
    assert read(Name(), typed) == Accepted({"text": typed})


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("Ana 2", "name_unclear"),
        ("王小明2", "name_unclear"),
        ("X", "name_unclear"),
        ("13812345678", "name_unclear"),
        ("...", "too_short"),
        ("A" * 80, ""),
        ("A" * 81, "too_long"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, refused: str) -> None:
    assert phrase(Name(), typed) == refused


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("Room 502, 12 Some Road", ""),
        ("某某路12弄3号502室", ""),
        ("Home", "too_short"),
        ("12 St.", ""),
        ("x" * 301, "too_long"),
    ],
)
def test_an_address_has_a_sensible_length(typed: str, refused: str) -> None:
    assert phrase(Address(), typed) == refused


# carried over


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        (TEXT, {"text": "some"}, True),
        (TEXT, {"number": 3}, False),
        (TEXT, "some", False),
        (CUPS, {"number": 9}, True),
        (CUPS, {"number": 10}, False),
        (CUPS, {"text": "9"}, False),
        (WISH, {"option": "none"}, True),
        (WISH, {"option": "gone"}, False),
    ],
)
def test_an_older_answer_fits_or_is_asked_anew(kind: Kind, value: object, *, fits: bool) -> None:
    assert kind.adopt(value) == (value if fits else None)
