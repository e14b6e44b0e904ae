import pytest

from bot.engine.kinds.choice import FINISHED, Choice, Choices, Consent
from bot.engine.kinds.kind import Accepted, Drafted, Refusal, Unsure
from bot.engine.model import File, Unreadable, Uploaded
from tests.engine.asking import ENOUGH, TEAS, YES_NO, ground, options, read

TEA = Choice(options=options(TEAS))
YES = Choice(options=options(YES_NO))
SOME = Choices(options=options(TEAS))
TWO = Choices(options=options(TEAS), at_least=2)
ANY = Choices(options=options(TEAS), at_least=0)
AGREE = {"agree": ("I agree", "我同意"), "decline": ("I do not agree", "我不同意")}
CONSENT = Consent(options=options(AGREE), purpose="order", text_version="v1")


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("1", "green"),
        ("4", "water"),
        (" 2 ", "black"),
        ("2.", "black"),
        ("(2)", "black"),
        ("２", "black"),
        ("②", "black"),
        ("二", "black"),
        ("第二个", "black"),
        ("第3项", "white"),
        ("选2", "black"),
        ("no. 2", "black"),
        ("number 2", "black"),
        ("option 4", "water"),
        ("Green tea", "green"),
        ("GREEN TEA!", "green"),
        ("green  tea", "green"),
        ("ｇｒｅｅｎ　ｔｅａ", "green"),
        ("绿茶", "green"),
        ("「绿茶」。", "green"),
        ("gren tea", "green"),
        ("green tee", "green"),
        ("tea, green", "green"),
        ("hot water only", "water"),
    ],
)
def test_an_option_is_found_by_its_number_or_its_label(typed: str, option: str) -> None:
    assert read(TEA, typed, ground(TEAS)) == Accepted(option)


@pytest.mark.parametrize("typed", ["0", "5", "99", "五", "第九个"])
def test_a_number_that_is_not_there_is_refused_with_the_highest(typed: str) -> None:
    assert read(TEA, typed, ground(TEAS)) == Refusal("no_such_number", {"count": 4})


@pytest.mark.parametrize(
    "typed", ["", "   ", "coffee", "咖啡", "1.5", "2026", "😀", "x" * 5000, "‮", "\x00"]
)
def test_what_is_no_option_is_refused(typed: str) -> None:
    assert isinstance(read(TEA, typed, ground(TEAS)), Refusal)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("green", {"green"}),
        ("tea", {"green", "black", "white"}),
        ("not green tea", {"green"}),
        ("I would love green tea please", {"green"}),
        ("green tea or black tea", {"green", "black"}),
        ("我要绿茶", {"green"}),
        ("绿茶还是红茶", {"green", "black"}),
    ],
)
def test_what_may_mean_an_option_is_asked_back(typed: str, meant: set[str]) -> None:
    reading = read(TEA, typed, ground(TEAS))

    assert isinstance(reading, Unsure)
    assert set(reading.options) == meant


@pytest.mark.parametrize(
    ("typed", "option"),
    [("yes", "yes"), ("Y", "yes"), ("是", "yes"), ("ok!", "yes"), ("no", "no"), ("否", "no")],
)
def test_yes_and_no_are_understood_in_every_way_people_write_them(typed: str, option: str) -> None:
    assert read(YES, typed, ground(YES_NO)) == Accepted(option)


@pytest.mark.parametrize("typed", ["yes no", "maybe", "nose", "noyes"])
def test_what_only_looks_like_yes_or_no_is_not_taken(typed: str) -> None:
    assert not isinstance(read(YES, typed, ground(YES_NO)), Accepted)


def test_a_tap_on_a_foreign_option_is_no_answer() -> None:
    assert TEA.chosen("coffee", ground(TEAS)) is None
    assert SOME.chosen("coffee", ground(TEAS)) is None
    assert CONSENT.chosen("coffee", ground(AGREE)) is None


def test_no_choice_takes_files_or_what_cannot_be_read() -> None:
    upload = Uploaded((File("f", "jpeg"),))

    assert TEA.read(upload, ground(TEAS)) == Refusal("no_files_here")
    assert SOME.read(upload, ground(TEAS)) == Refusal("no_files_here")
    assert TEA.read(Unreadable("sticker"), ground(TEAS)) == Refusal("not_understood")


# several options


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("1", ["green"]),
        ("1,3", ["green", "white"]),
        ("3, 1", ["green", "white"]),
        ("１，３", ["green", "white"]),
        ("1、3", ["green", "white"]),
        ("1,1,1", ["green"]),
        ("1,,3,", ["green", "white"]),
        ("Green tea, White tea", ["green", "white"]),
        ("绿茶、白茶", ["green", "white"]),
        ("White tea", ["white"]),
        ("1, White tea, 4", ["green", "white", "water"]),
        ("1, that is all", ["green"]),
    ],
)
def test_several_options_are_typed_at_once(typed: str, chosen: list[str]) -> None:
    assert read(SOME, typed, ground(TEAS, ENOUGH)) == Accepted({"options": chosen})


@pytest.mark.parametrize("typed", ["", ",", "7", "0", "1,7", "coffee", "1,coffee", "green, black"])
def test_a_list_with_anything_unclear_in_it_is_refused(typed: str) -> None:
    assert read(SOME, typed, ground(TEAS, ENOUGH)) == Refusal("choose_some")


def test_taps_tick_and_untick_in_the_order_of_the_options() -> None:
    one = SOME.chosen("white", ground(TEAS))
    assert isinstance(one, Drafted)
    two = SOME.chosen("green", ground(TEAS, draft=one.value))
    assert isinstance(two, Drafted)
    back = SOME.chosen("white", ground(TEAS, draft=two.value))
    assert isinstance(back, Drafted)

    assert one.value == {"options": ["white"]}
    assert two.value == {"options": ["green", "white"]}
    assert back.value == {"options": ["green"]}
    assert SOME.chosen(FINISHED, ground(TEAS, draft=two.value)) == Accepted(two.value)


def test_what_is_ticked_is_marked_and_can_be_finished_by_its_words() -> None:
    at = ground(TEAS, ENOUGH, draft={"options": ["black"]})

    shown = dict(SOME.shown_options(at))
    assert "ticked" in shown["black"]
    assert "ticked" not in shown["green"]
    assert read(SOME, "就这些", at) == Accepted({"options": ["black"]})
    assert read(SOME, "5", at) == Accepted({"options": ["black"]})


def test_fewer_options_than_asked_for_are_refused() -> None:
    assert read(TWO, "1", ground(TEAS, ENOUGH)) == Refusal("choose_at_least", {"count": 2})
    assert isinstance(read(TWO, "1,2", ground(TEAS, ENOUGH)), Accepted)
    assert SOME.chosen(FINISHED, ground(TEAS)) == Refusal("choose_at_least", {"count": 1})
    assert ANY.chosen(FINISHED, ground(TEAS)) == Accepted({"options": []})
    assert read(ANY, "that is all", ground(TEAS, ENOUGH)) == Accepted({"options": []})


# consent


@pytest.mark.parametrize("typed", ["1", "I agree", "i AGREE.", "我同意"])
def test_an_agreement_keeps_its_purpose_and_the_text_agreed_to(typed: str) -> None:
    kept = {"option": "agree", "purpose": "order", "text_version": "v1"}

    assert read(CONSENT, typed, ground(AGREE)) == Accepted(kept)


@pytest.mark.parametrize("typed", ["I agre", "agree", "I do agree", "我同意吗", "I agree not"])
def test_nobody_agrees_by_a_likeness_of_words(typed: str) -> None:
    assert not isinstance(read(CONSENT, typed, ground(AGREE)), Accepted)


def test_an_agreement_to_other_words_is_asked_anew() -> None:
    kept = {"option": "agree", "purpose": "order", "text_version": "v1"}
    newer = Consent(options=CONSENT.options, purpose="order", text_version="v2")
    fewer = Consent(options=CONSENT.options[1:], purpose="order", text_version="v1")

    assert CONSENT.adopt(kept) == kept
    assert newer.adopt(kept) is None
    assert fewer.adopt(kept) is None
