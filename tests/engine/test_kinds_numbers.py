import pytest

from bot.engine.kinds.kind import Accepted, Kind, Refusal
from bot.engine.kinds.words import (
    Certificate,
    Email,
    Number,
    Phone,
)
from tests.engine.asking import ground, options, read

CUPS = Number(at_least=1, at_most=9)
CARD = Certificate(options=options({"no_card": ("I have none", "我没有")}))


def phrase(kind: Kind, typed: str) -> str:
    """The refusal's phrase, or nothing when it is accepted."""
    reading = read(kind, typed)
    return reading.phrase if isinstance(reading, Refusal) else ""


# certificates


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("E12345678", "E12345678"),
        ("e12345678", "E12345678"),
        ("ab 123-456", "AB123456"),
        ("AB/123.456", "AB123456"),
        ("Ｅ１２３４５６７８", "E12345678"),
        ("2026", "2026"),
        ("310105199001011234", "310105199001011234"),
        ("31010519900101123x", "31010519900101123X"),
    ],
)
def test_the_number_of_a_paper_is_tidied(typed: str, kept: str) -> None:
    assert read(Certificate(), typed) == Accepted({"text": kept})


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("ABCDEF", "certificate_unclear"),
        ("12 3", "certificate_unclear"),
        ("123", "too_short"),
        ("E1234_5678", "certificate_unclear"),
        ("护照E12345678", "certificate_unclear"),
        ("E" + "1" * 40, "too_long"),
        ("1" * 40, ""),
    ],
)
def test_what_is_no_number_of_a_paper_is_refused(typed: str, refused: str) -> None:
    assert phrase(Certificate(), typed) == refused


@pytest.mark.parametrize("typed", ["I have none", "1", "i have non", "我没有"])
def test_who_has_no_paper_may_type_so(typed: str) -> None:
    at = ground({"no_card": ("I have none", "我没有")})

    assert read(CARD, typed, at) == Accepted({"option": "no_card"})


# e-mail


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@example.org", "ana@example.org"),
        (" ana@EXAMPLE.org ", "ana@example.org"),
        ("Ana.Maria+flat@mail.example.com", "Ana.Maria+flat@mail.example.com"),
        ("ａｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ana@example.org"),
        ("ana@exam\u200bple.org", "ana@example.org"),
        ("王@例子.中国", "王@例子.中国"),
    ],
)
def test_an_e_mail_address_is_normalised(typed: str, kept: str) -> None:
    assert read(Email(), typed) == Accepted({"text": kept})


@pytest.mark.parametrize(
    "typed",
    [
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "ana@@example.org",
        "ana example.org",
        "ana@exa mple.org",
        "ana@example..org",
        "a@b.c@d.org",
        "Ana <ana@example.org>",
        "mail ana@example.org",
    ],
)
def test_what_is_no_e_mail_address_is_refused(typed: str) -> None:
    assert phrase(Email(), typed) == "email_unclear"


# telephones


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "+86 138 1234 5678"),
        ("138 1234 5678", "+86 138 1234 5678"),
        ("138-1234-5678", "+86 138 1234 5678"),
        ("+86 13812345678", "+86 138 1234 5678"),
        ("0086 138 1234 5678", "+86 138 1234 5678"),
        ("１３８１２３４５６７８", "+86 138 1234 5678"),
        ("\u202d+86 138 1234 5678\u202c", "+86 138 1234 5678"),
        ("021 6219 0000", "+86 21 6219 0000"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("＋44 20 7946 0958", "+44 20 7946 0958"),
        ("+1 (212) 555-2368", "+1 212-555-2368"),
        ("+852 2123 4567", "+852 2123 4567"),
    ],
)
def test_a_telephone_number_is_taken_with_or_without_its_country(typed: str, kept: str) -> None:
    assert read(Phone(), typed) == Accepted({"text": kept})


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("12", "too_short"),
        ("123456", "phone_unclear"),
        ("1381234567", "phone_unclear"),
        ("138123456789", "phone_unclear"),
        ("7946 09580", "phone_unclear"),
        ("+999 123456789", "phone_unclear"),
        ("call me", "phone_unclear"),
        ("++86", "phone_unclear"),
        ("1" * 41, "too_long"),
    ],
)
def test_what_is_no_telephone_number_is_refused(typed: str, refused: str) -> None:
    assert phrase(Phone(), typed) == refused


def test_a_number_without_country_is_one_of_the_step_s_region() -> None:
    assert read(Phone(region="GB"), "020 7946 0958") == Accepted({"text": "+44 20 7946 0958"})


# numbers


@pytest.mark.parametrize(
    ("typed", "number"), [("1", 1), ("9", 9), (" 3 ", 3), ("３", 3), ("+3", 3), ("003", 3)]
)
def test_a_number_within_bounds_is_taken(typed: str, number: int) -> None:
    assert read(CUPS, typed) == Accepted({"number": number})


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("0", "number_out_of_range"),
        ("10", "number_out_of_range"),
        ("-1", "number_out_of_range"),
        ("999999999999", "number_out_of_range"),
        ("9999999999999", "number_unclear"),
        ("1.5", "number_unclear"),
        ("1 2", "number_unclear"),
        ("1,2", "number_unclear"),
        ("three", "number_unclear"),
        ("3 cups", "number_unclear"),
        ("1e3", "number_unclear"),
        ("", "too_short"),
        ("-", "too_short"),
        ("7" * 5000, "too_long"),
    ],
)
def test_another_number_is_refused_with_the_bounds(typed: str, refused: str) -> None:
    reading = read(CUPS, typed)

    assert isinstance(reading, Refusal)
    assert reading.phrase == refused
    if refused.startswith("number"):
        assert reading.facts == {"least": {"number": 1}, "most": {"number": 9}}


@pytest.mark.parametrize("typed", ["12000", "12,000", "12 000", "12_000", "１２，０００"])
def test_thousands_may_be_set_apart(typed: str) -> None:
    assert read(Number(), typed) == Accepted({"number": 12000})


def test_the_number_of_an_option_is_a_number_where_a_number_is_asked() -> None:
    none = {"none": ("None at all",)}
    children = Number(options=options(none))

    assert read(children, "1", ground(none)) == Accepted({"number": 1})
    assert read(children, "none at all", ground(none)) == Accepted({"option": "none"})
