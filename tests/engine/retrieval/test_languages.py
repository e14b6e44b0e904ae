"""The language of a short message is guessed from its script and its pieces."""

import pytest

from bot.engine.retrieval.languages import build_guesser
from tests.engine.retrieval.desk import CHINESE, ENGLISH, SHORT

MORE = {
    "en": [text for some in ENGLISH.values() for text in some],
    "zh_Hans": [text for some in CHINESE.values() for text in some],
}
GUESSER = build_guesser({code: [*texts, *MORE.get(code, [])] for code, texts in SHORT.items()})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where can I ask", "en"),
        ("je voudrais ouvrir le bureau", "fr"),
        ("wann kostet das etwas", "de"),
        ("dónde cuesta la tarjeta", "es"),
        ("Привет", "ru"),
        ("سؤال", "ar"),
        ("안녕하세요", "ko"),
        ("カード", "ja"),
        ("すみません、WeChat で", "ja"),
        ("多少钱", "zh_Hans"),
        ("多少錢開門", "zh_Hant"),
        ("我要开银行账户", "zh_Hans"),
    ],
)
def test_a_short_message_is_taken_for_its_language(text: str, language: str) -> None:
    assert GUESSER.guess(text)[0][0] == language


def test_all_that_is_guessed_adds_up_to_one_best_first() -> None:
    guesses = GUESSER.guess("quand ouvrez-vous")

    chances = [p for _, p in guesses]
    assert sum(chances) == pytest.approx(1)
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("text", ["", "12 34", "🙂", "\ud800", "\x00"])
def test_without_letters_nothing_is_guessed(text: str) -> None:
    assert GUESSER.guess(text) == ()


def test_a_script_nobody_uses_here_is_not_guessed() -> None:
    assert GUESSER.guess("שלום") == ()


def test_only_languages_of_the_script_are_guessed() -> None:
    assert {one for one, _ in GUESSER.guess("签证")} == {"zh_Hans", "zh_Hant", "ja"}
    assert [one for one, _ in GUESSER.guess("Привет, visa")] == ["ru"]


def test_a_guesser_that_has_learnt_nothing_guesses_nothing() -> None:
    assert build_guesser({}).guess("hello") == ()
    assert build_guesser({"en": []}).guess("hello") == ()
