"""Messages go out in as few texts as fit, with the same numbers as everywhere."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Outgoing, Parcel
from bot.channels.wechat.options import option_of
from bot.channels.wechat.pack import LIMIT, LONGEST_TEXT, MOST_ITEMS, Menu, Text, pack
from bot.channels.wechat.split import size
from bot.engine.model import Button, Hyperlink, Message, ShownCard
from bot.simulator import Transcript
from tests.channels.wechat.platform import SAFE

LINKED = replace(SAFE, menu_links=True)
FLAT = ShownCard(
    "Lotus House 3",
    ("24 m², 900 yuan", "quiet"),
    photo="lotus 3.jpg",
    links=(Hyperlink("Plan", "https://centre.example/3"), Hyperlink("Map", "geo:23.1,113.2")),
    button=Button("Lotus House 3", "c.1.flat.3"),
)
QUESTION = Message(
    "Which one?",
    buttons=(Button("None & back", "c.1.flat.none"), Button("Ask <staff>", "c.1.flat.ask")),
    cards=(FLAT, ShownCard("Pine 1", button=Button("Pine 1", "c.1.flat.1"))),
    links=(Hyperlink("All flats", "https://centre.example/all?a=1&b=2"),),
)


def out(*messages: Message, first: int = 1, parts: int = 0) -> list[Outgoing]:
    return [
        Outgoing(n, message, 0 if n > first else parts) for n, message in enumerate(messages, first)
    ]


def said(parcel: Parcel) -> str:
    assert isinstance(parcel.body, Text)
    return parcel.body.content


def words(parcel: Parcel) -> str:
    """What is said, without the number of a part."""
    return re.sub(r"\n\(\d+/\d+\)$", "", said(parcel))


def menu(parcel: Parcel) -> Menu | None:
    assert isinstance(parcel.body, Text)
    return parcel.body.menu


class Shown(HTMLParser):
    """A text as the client shows it: words, and the addresses of its links."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.words = ""
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links.extend(re.findall('href="([^"]*)"', self.get_starttag_text() or ""))

    def handle_data(self, data: str) -> None:
        self.words += data


# words and numbers


def test_a_question_shows_cards_options_and_links_in_order() -> None:
    (parcel,) = pack(out(QUESTION), SAFE)

    assert said(parcel) == (
        "Which one?\n"
        "\n"
        '1. <a href="https://centre.example/chat/photos/lotus%203.jpg">Lotus House 3</a>\n'
        "24 m², 900 yuan\n"
        "quiet\n"
        '<a href="https://centre.example/3">Plan</a>\n'
        "\n"
        "2. Pine 1\n"
        "\n"
        "3. None & back\n"
        "4. Ask ＜staff>\n"
        "\n"
        '<a href="https://centre.example/all?a=1&b=2">All flats</a>'
    )


LABELS = st.text(st.sampled_from("abc 字.-"), min_size=1, max_size=12).map(str.strip).filter(bool)
BUTTONS = st.lists(LABELS.map(lambda label: Button(label, "c.1.s.o")), max_size=6).map(tuple)
CARDS = st.lists(LABELS.map(lambda title: ShownCard(title, button=Button(title, "c.1.s.p"))))
MESSAGES = st.builds(Message, LABELS, BUTTONS, CARDS.map(lambda cards: tuple(cards[:6])))


@given(MESSAGES)
def test_options_have_the_numbers_of_the_transcript(message: Message) -> None:
    transcript = Transcript()
    transcript.assistant(message)
    numbered = [line.strip() for line in transcript.lines if re.match(r"  \d+\. ", line)]

    (parcel,) = pack(out(message), SAFE)

    assert [line for line in said(parcel).split("\n") if re.match(r"\d+\. ", line)] == numbered


@given(MESSAGES)
def test_with_links_every_option_can_also_be_tapped(message: Message) -> None:
    options = [*(card.button for card in message.cards), *message.buttons]

    (plain,), (linked,) = pack(out(message, first=7), SAFE), pack(out(message, first=7), LINKED)

    shown = Shown(said(linked))
    queries = [parse_qs(urlsplit(link).query) for link in shown.links]
    assert shown.words == said(plain)
    assert [int(query["msgmenuid"][0]) // 100 for query in queries] == [7] * len(options)
    assert [option_of(message, int(query["msgmenuid"][0])) for query in queries] == options
    assert [query["msgmenucontent"][0] for query in queries] == [o.label for o in options if o]


def test_a_card_with_a_photo_has_two_links() -> None:
    (parcel,) = pack(out(QUESTION), LINKED)

    first = said(parcel).split("\n")[2]
    assert first == (
        '<a href="weixin://bizmsgmenu?msgmenucontent=Lotus%20House%203&msgmenuid=101">1.</a> '
        '<a href="https://centre.example/chat/photos/lotus%203.jpg">Lotus House 3</a>'
    )


def test_options_are_no_links_where_that_makes_a_message_too_long() -> None:
    many = Message("Which?", buttons=tuple(Button("选择" * 8, f"c.1.s.{i}") for i in range(20)))

    assert pack(out(many), LINKED) == pack(out(many), SAFE)


# markup


SCRAPS = st.lists(
    st.sampled_from(
        [
            *("<a href='http://evil'>", '<a href="weixin://bizmsgmenu?msgmenuid=1">', "</a>", "<"),
            *(">", '"', "'", "&", "&lt;", "&#60;", "a", " ", "< a", "<A\n", "]]>", "\0", "\ud800"),
            *("javascript:x", "<!--", "-->", "好"),
        ]
    ),
    max_size=12,
).map("".join)


@given(SCRAPS, SCRAPS, SCRAPS)
def test_no_words_of_people_make_a_link(text: str, label: str, url: str) -> None:
    link = Hyperlink(label, "https://centre.example/" + url)
    card = ShownCard(label, (text,), photo="p.jpg", links=(link,), button=Button(label, "c.1.s.p"))
    message = Message(text, (Button(label, "c.1.s.o"),), (card,), links=(link,))

    for settings in (SAFE, LINKED):
        shown = Shown("\n".join(said(parcel) for parcel in pack(out(message), settings)))
        assert set(shown.tags) <= {"a"}
        for address in shown.links:
            assert address.startswith(("https://centre.example/", "weixin://bizmsgmenu?"))
            assert not set(address) & set("<>\"' \n\0")
        assert len(shown.links) in (3, 3 + 2 * settings.menu_links)


@pytest.mark.parametrize("url", ["geo:1,2", "javascript:alert(1)", "weixin://x", "", "ftp://x/y"])
def test_only_links_of_the_web_are_shown(url: str) -> None:
    (parcel,) = pack(out(Message("See", links=(Hyperlink("there", url),))), SAFE)

    assert said(parcel) == "See"


def test_an_upload_adds_nothing() -> None:
    (parcel,) = pack(out(Message("Your passport, please", expects="upload")), SAFE)

    assert parcel == Parcel(1, Text("Your passport, please"))


# joining and cutting


def test_messages_that_fit_go_out_together() -> None:
    parcels = pack(out(Message("Good day"), Message("Two things"), QUESTION), SAFE)

    assert [parcel.messages for parcel in parcels] == [3]
    assert said(parcels[0]).startswith("Good day\n\nTwo things\n\nWhich one?")
    assert menu(parcels[0]) is None


TEXTS = st.lists(
    st.sampled_from(["字" * 300, "words. " * 90, "x", "1\n\n2", "good " * 700]), max_size=9
)


@given(TEXTS)
def test_parcels_end_all_messages_once_and_fit(texts: list[str]) -> None:
    messages = [Message(text) for text in texts]

    parcels = pack(out(*messages), SAFE)

    ended = 0
    for parcel in parcels:
        assert size(said(parcel)) <= LIMIT < LONGEST_TEXT
        alone = parcel.messages <= 1
        joined = "\n\n".join(text.strip() for text in texts[ended : ended + parcel.messages])
        assert alone or said(parcel) == joined
        ended += parcel.messages
    assert ended == len(texts)
    heard = "".join("".join(words(parcel) for parcel in parcels).split())
    assert heard == "".join("".join(texts).split())


def test_a_cut_message_goes_alone_and_ends_with_its_last_part() -> None:
    parcels = pack(out(Message("a"), Message("good day " * 400), Message("b")), SAFE)

    assert [parcel.messages for parcel in parcels] == [1, 0, 1, 1]
    assert said(parcels[-1]) == "b"


def test_the_parts_of_a_long_message_are_numbered_and_short_ones_are_not() -> None:
    parcels = pack(out(Message("a"), Message("good day " * 400), Message("b")), SAFE)

    assert said(parcels[0]) == "a"
    assert [said(parcel)[-6:] for parcel in parcels[1:3]] == ["\n(1/2)", "\n(2/2)"]


@pytest.mark.parametrize("done", [0, 1, 2])
def test_what_is_out_already_is_not_sent_again(done: int) -> None:
    long = Message("good day " * 600)
    whole = pack(out(long, Message("b")), SAFE)

    assert pack(out(long, Message("b"), parts=done), SAFE) == whole[done:]


def test_of_a_cut_message_always_something_is_left_to_send() -> None:
    parcels = pack(out(Message("good day " * 400), parts=9), SAFE)

    assert [parcel.messages for parcel in parcels] == [1]


def test_nothing_packs_to_nothing() -> None:
    assert pack([], SAFE) == []


# the platform's own menu


def test_a_question_alone_can_be_a_menu() -> None:
    asked = Message("Which?", (Button("One", "t.1"), Button("Two", "t.2")), links=QUESTION.links)

    (parcel,) = pack(out(asked, first=7), SAFE)

    link = '<a href="https://centre.example/all?a=1&b=2">All flats</a>'
    assert menu(parcel) == Menu("Which?", ((701, "1. One"), (702, "2. Two")), link)
    assert said(parcel) == f"Which?\n\n1. One\n2. Two\n\n{link}"


@pytest.mark.parametrize("count", [0, MOST_ITEMS + 1])
def test_without_options_or_with_too_many_there_is_no_menu(count: int) -> None:
    buttons = tuple(Button(str(i), f"t.{i}") for i in range(count))

    (parcel,) = pack(out(Message("Which?", buttons)), SAFE)

    assert menu(parcel) is None


def test_labels_of_links_are_written_as_they_are_said() -> None:
    (parcel,) = pack(out(Message("?", (Button("100% & <b>", "t.1"),))), LINKED)

    (link,) = Shown(said(parcel)).links
    assert unquote(link.split("=")[1].split("&")[0]) == "100% & <b>"
