"""Chinese is heard alike in Han and in pinyin, syllables together or apart."""

import pytest

from bot.engine.retrieval.sounds import by_ear, split, syllables


@pytest.mark.parametrize(
    ("folded", "heard"),
    [
        ("银行开户", "yin hang kai hu"),
        ("yinhang kaihu", "yin hang kai hu"),
        ("女士", "nu shi"),
        ("nvshi", "nu shi"),
        ("visa 续签", "visa xu qian"),
        ("", ""),
    ],
)
def test_han_and_pinyin_give_the_same_syllables(folded: str, heard: str) -> None:
    assert syllables(folded) == heard


@pytest.mark.parametrize("word", ["visa", "rent", "help", "12", "签证", ""])
def test_a_word_that_is_no_pinyin_is_not_split(word: str) -> None:
    assert split(word) == ()


def test_a_word_is_split_into_as_few_syllables_as_it_can_be() -> None:
    assert split("xian") == ("xian",)
    assert split("juzhuzheng") == ("ju", "zhu", "zheng")


def test_only_a_text_of_pinyin_throughout_is_taken_by_ear() -> None:
    assert by_ear("gong yu shenqing")
    assert not by_ear("gongyu visa")
    assert not by_ear("公寓 shenqing")
    assert not by_ear("")
