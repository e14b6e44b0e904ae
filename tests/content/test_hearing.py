"""Which sentences start the flow of events, and which are questions for the answers instead."""

from functools import cache
from pathlib import Path

import pytest

from bot.content.load import read_content
from bot.engine.catalogue import Catalogue
from bot.engine.heard import hear

STARTS = {
    "what's on this weekend": {"when": "weekend", "kind": "everything"},
    "What’s on?": {"kind": "everything"},
    "whats on tonight": {"when": "today", "kind": "everything"},
    "events": {"kind": "everything"},
    "Any events tomorrow?": {"when": "tomorrow", "kind": "everything"},
    "free exhibitions next month": {
        "when": "next_month",
        "kind": "free",
        "free_kind": "exhibition",
    },
    "free exhibitions": {"kind": "free", "free_kind": "exhibition"},
    "concerts this weekend": {"when": "weekend", "kind": "performance"},
    "concerts": {"kind": "performance"},
    "Are there any free concerts this weekend?": {
        "when": "weekend",
        "kind": "free",
        "free_kind": "performance",
    },
    "show me the exhibitions in Shanghai this month": {"when": "month", "kind": "exhibition"},
    "theatre tonight please": {"when": "today", "kind": "performance"},
    "I want to see a ballet next month": {"when": "next_month", "kind": "performance"},
    "free events today": {"when": "today", "kind": "free", "free_kind": "everything"},
    "talks in the next 7 days": {"when": "week", "kind": "talk"},
    "workshops": {"kind": "course"},
    "things to do at the weekend": {"when": "weekend", "kind": "everything"},
    "event overview": {"when": "days", "kind": "everything"},
    "本周末有什么展览": {"when": "weekend", "kind": "exhibition"},
    "免费展览": {"kind": "free", "free_kind": "exhibition"},
    "这个周末有什么活动吗？": {"when": "weekend", "kind": "everything"},
    "今晚有演出吗": {"when": "today", "kind": "performance"},
    "下个月有哪些讲座": {"when": "next_month", "kind": "talk"},
    "最近有什么好看的展": {"when": "week", "kind": "exhibition"},
    "请问本月有免费的音乐会吗": {"when": "month", "kind": "free", "free_kind": "performance"},
    "演出展览": {"kind": "everything"},
    "想看话剧": {"kind": "performance"},
    "明天有什么活动": {"when": "tomorrow", "kind": "everything"},
    "周末去哪玩": {"when": "weekend", "kind": "everything"},
    "帮我查一下下个月的免费活动": {"when": "next_month", "kind": "free", "free_kind": "everything"},
    "今週末のイベント": {"when": "weekend", "kind": "everything"},
    "来月の無料の展覧会": {"when": "next_month", "kind": "free", "free_kind": "exhibition"},
    "今日コンサートはありますか": {"when": "today", "kind": "performance"},
    "明日のイベントを教えてください": {"when": "tomorrow", "kind": "everything"},
}
OTHERS = (
    "How do I book tickets for an event?",
    "Do I need my passport to get into the concert?",
    "how much is the exhibition",
    "Put the exhibition into my calendar, please",
    "dont let me forget the concert on friday",
    "Can you list my event?",
    "Our choir gives a concert in May, can it be in your list?",
    "there is a mistake in an event you list, the date is wrong",
    "in which language is the play",
    "can i book seats for five people",
    "Is this free?",
    "How do I register my company this month?",
    "free translation",
    "I want to talk to a person",
    "can my children play in the park",
    "I lost my passport on Saturday, what must I do?",
    "Is the office open this weekend?",
    "what is the deadline for the tax return",
    "dance centre seats",
    "show me the papers I need for the residence permit",
    "how do I buy a concert ticket with a foreign card",
    "怎么订演出票",
    "展览要带身份证吗",
    "演出几点开始",
    "周末上班吗",
    "免费的翻译服务",
    "怎么报名参加讲座",
    "本月社保怎么交",
    "你们能发布我的活动吗",
    "办理居留许可要多久",
    "イベントのチケットはどこで買えますか",
    "週末は営業していますか",
    "展覧会に身分証は必要ですか",
    "無料で翻訳してもらえますか",
    "",
    "…",
)


@cache
def catalogue_of(home: Path) -> Catalogue:
    """The content of a centre, read once."""
    return read_content(home)[0].catalogue


@pytest.fixture
def catalogue(root: Path) -> Catalogue:
    return catalogue_of(root)


@pytest.mark.parametrize("text", STARTS)
def test_a_sentence_that_asks_what_is_on_says_when_and_what_kind(
    catalogue: Catalogue, text: str
) -> None:
    heard = hear(catalogue, text)

    assert heard is not None
    asked = {
        name for name in heard.options if name != "free_kind" or STARTS[text]["kind"] == "free"
    }
    assert {name: heard.options[name] for name in asked} == STARTS[text]


@pytest.mark.parametrize("text", OTHERS)
def test_a_question_about_something_else_starts_nothing(catalogue: Catalogue, text: str) -> None:
    assert hear(catalogue, text) is None


def test_a_long_text_starts_nothing(catalogue: Catalogue) -> None:
    assert hear(catalogue, "free events " * 50) is None


@pytest.mark.parametrize(
    "words",
    [
        "concerts this weekend",
        "free exhibitions next month",
        "talks this month",
        "workshops next month",
        "周末的音乐会",
        "下个月的免费展览",
        "本月的讲座",
        "下个月的工作坊",
        "今週末のコンサート",
        "来月の無料の展覧会",
        "来月の講座",
        "이번 주말 공연",
        "다음 달 무료 전시",
        "다음 달 강좌",
        "週末的音樂會",
        "concerts ce week-end",
        "expositions gratuites le mois prochain",
        "Konzerte am Wochenende",
        "kostenlose Ausstellungen nächsten Monat",
        "conciertos este fin de semana",
        "exposiciones gratuitas el mes que viene",
        "концерты в выходные",
        "бесплатные выставки в следующем месяце",
        "حفلات نهاية هذا الأسبوع",
        "معارض مجانية الشهر القادم",
    ],
)
def test_what_the_answers_suggest_to_type_is_heard(catalogue: Catalogue, words: str) -> None:
    heard = hear(catalogue, words)

    assert heard is not None
    assert {"when", "kind"} <= heard.options.keys()
