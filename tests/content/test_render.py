import logging
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog

from bot.content.render import Renderer
from bot.content.texts import Translations
from bot.engine.catalogue import Catalogue, Language
from bot.engine.effects import Card, Link, Option, Say
from bot.engine.match import Labels
from bot.engine.model import Button, Fact, Hyperlink, Message, ShownCard, Text

ZONE = ZoneInfo("Asia/Shanghai")
ZH = "zh_Hans"
PHRASES = {
    "line": Text("system.line", "{label}: {answer}"),
    "call": Text("system.call", "Please call {centre.telephone}."),
    "cups": Text("system.cups", "One cup", "{count} cups", "count"),
}
FACTS: dict[str, Fact] = {
    "centre.telephone": "12 34",
    "centre.name": {"names": {"en": "Tea House", ZH: "茶馆"}},
}
CHINESE = {
    ("tea.which", "Which tea?"): "要哪种茶？",
    ("tea.which.green", "Green"): "绿茶",
    ("system.line", "{label}: {answer}"): "{label}：{answer}",
}


def renderer(currency: str = "CNY") -> Renderer:
    chinese = Catalog(ZH)
    for (context, source), words in CHINESE.items():
        chinese.add(source, words, context=context)
    chinese.add(("One cup", "{count} cups"), ("{count} 杯",), context="system.cups")
    catalogue = Catalogue(
        flows={},
        editions={},
        policies={},
        lists={},
        phrases=PHRASES,
        words={},
        labels={},
        titles=Labels(()),
        languages={"en": Language("English"), ZH: Language("中文")},
        facts=FACTS,
        zone=ZONE,
    )
    return Renderer(Translations({ZH: chinese}), catalogue, ZONE, currency)


def shown(fact: Fact, language: str = "en", currency: str = "CNY") -> str:
    return renderer(currency).text(Text("t", "{it}"), language, {"it": fact})


def said(source: str, facts: Mapping[str, Fact], language: str = "en") -> str:
    return renderer().text(Text("t", source), language, facts)


# facts


@pytest.mark.parametrize(
    ("fact", "english", "chinese"),
    [
        ("as typed", "as typed", "as typed"),
        (1234, "1,234", "1,234"),
        ({"number": 1000}, "1,000", "1,000"),
        ({"money": 420000}, "¥4,200", "4,200 元"),
        ({"money": 420050}, "¥4,200.50", "4,200.50 元"),
        ({"money": 0}, "¥0", "0 元"),
        ({"date": "2026-12-01"}, "December 1, 2026", "2026年12月1日"),
        (
            {"moment": "2026-12-01T16:05:00+00:00"},
            "Wednesday, December 2, 2026, 00:05",
            "2026年12月2日星期三 00:05",
        ),
        ({"names": {"en": "Green", ZH: "绿茶"}}, "Green", "绿茶"),
        ({"names": {"en": "Green", "fr": "Vert"}}, "Green", "Green"),
        ({"names": {"fr": "Vert"}}, "Vert", "Vert"),
        ({"text": ["tea.which.green", "Green"]}, "Green", "绿茶"),
        ({"phrase": "call"}, "Please call 12 34.", "Please call 12 34."),
        ({"phrase": "line", "facts": {"label": "A", "answer": "B"}}, "A: B", "A：B"),
        ({"phrase": "cups", "facts": {"count": 1}}, "One cup", "1 杯"),
        ({"phrase": "cups", "facts": {"count": 2}}, "2 cups", "2 杯"),
        ({"phrase": "cups", "facts": {"count": {"number": 2}}}, "2 cups", "2 杯"),
        ({"lines": ["one", {"number": 2}]}, "• one\n• 2", "• one\n• 2"),
        ({"lines": []}, "", ""),
        ({"joined": ["a", "b", "c"]}, "a, b, and c", "a、b和c"),
        ({"joined": [{"text": ["tea.which.green", "Green"]}]}, "Green", "绿茶"),
        ({"ticked": {"text": ["tea.which.green", "Green"]}}, "✓ Green", "✓ 绿茶"),
        ({"country": "FR"}, "France", "法国"),
        ({"country": "Q9"}, "Q9", "Q9"),
    ],
)
def test_each_fact_is_shown_as_the_language_writes_it(
    fact: Fact, english: str, chinese: str
) -> None:
    assert shown(fact) == english
    assert shown(fact, ZH) == chinese


@pytest.mark.parametrize(
    ("currency", "language", "words"),
    [
        ("CNY", "fr", "4\u202f200 yuans"),
        ("CNY", "ko", "4,200 위안"),
        ("CHF", "fr", "4\u202f200\xa0CHF"),
        ("EUR", "de", "4.200\xa0€"),
        ("HKD", "en", "$4,200"),
    ],
)
def test_money_is_written_without_letters_that_tell_it_from_other_money(
    currency: str, language: str, words: str
) -> None:
    assert shown({"money": 420000}, language, currency) == words


# texts


def test_what_people_typed_is_never_read_as_a_text() -> None:
    facts: dict[str, Fact] = {"name": "{secret} {0} {{", "secret": "42"}

    assert said("Hello {name}!", facts) == "Hello {secret} {0} {{!"


def test_braces_that_are_no_placeholder_stay() -> None:
    assert said("{} {A} {a b} }{ {a}", {"a": "x"}) == "{} {A} {a b} }{ x"


def test_the_facts_of_the_centre_need_not_be_given() -> None:
    assert said("Welcome to {centre.name}", {}) == "Welcome to Tea House"
    assert said("Welcome to {centre.name}", {}, ZH) == "Welcome to 茶馆"


def test_a_missing_fact_leaves_a_gap_and_a_note_without_anything_personal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        words = said("{name}, by {day}", {"name": "Ana"})

    assert words == "Ana, by …"
    assert [record.__dict__["context"] for record in caplog.records] == ["t"]
    assert "Ana" not in caplog.text


def test_a_fact_of_no_known_kind_leaves_a_gap(caplog: pytest.LogCaptureFixture) -> None:
    assert shown({"colour": "secret red"}) == "…"
    assert "red" not in caplog.text


def test_a_plural_text_without_its_count_is_still_said() -> None:
    assert renderer().text(PHRASES["cups"], "en", {}) == "… cups"


# messages


def test_a_question_becomes_words_and_buttons() -> None:
    say = Say(
        Text("tea.which", "Which tea?"),
        options=(Option("c.1.which.green", {"text": ["tea.which.green", "Green"]}),),
        expects="choice",
    )

    message = renderer().message(say, ZH)

    assert message == Message("要哪种茶？", (Button("绿茶", "c.1.which.green"),), expects="choice")


def test_an_offer_becomes_a_card_without_the_lines_whose_facts_it_lacks() -> None:
    card = Card(
        title={"names": {"en": "Room 5"}},
        lines=(
            Text("room.card", "{address}"),
            Text("room.card", "Rent {rent} a month"),
            Text("room.card", "{equipment}"),
            Text("room.card", "{metro}"),
            Text("room.card", "Call {centre.telephone}"),
        ),
        facts={"address": "Tea Street", "rent": {"money": 420000}, "equipment": ""},
        photo="room.jpg",
        links=(Link(Text("room.link", "Map"), "https://example.org/{rent}"),),
        option=Option("c.1.room.5", {"names": {"en": "Room 5"}}),
    )

    message = renderer().message(Say(Text("room", "Which room?"), cards=(card,)), "en")

    assert message.cards == (
        ShownCard(
            title="Room 5",
            lines=("Tea Street", "Rent ¥4,200 a month", "Call 12 34"),
            photo="room.jpg",
            links=(Hyperlink("Map", "https://example.org/{rent}"),),
            button=Button("Room 5", "c.1.room.5"),
        ),
    )
