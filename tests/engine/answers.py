"""What the Teahouse answers: three entries in two languages, one of them in English only.

Two of them are asked for in the same words once, so that nobody can know which is meant.
"""

from functools import cache

from msgspec.structs import replace

from bot.content.faq.entries import section_of
from bot.content.faq.library import Library, indexes_of
from bot.content.faq.wording import wordings_of
from bot.content.load import with_answers
from bot.content.node import read_node
from bot.content.notes import Notes
from bot.engine.catalogue import Catalogue
from bot.engine.retrieval.finder import Thresholds
from tests.catalogues import toy
from tests.engine.abroad import RULES
from tests.engine.player import WEB, Player
from tests.engine.tea import ORDER

ENGLISH = """
category: visiting
name: Visiting us
order: 1
entries:
  - entry: opening
    review_by: "2099-01-01"
    source: https://www.teahouse.example/hours
    dated: "2026-03-01"
    related: [dogs]
    title: When are you open?
    ways:
      - opening hours
      - until what time can I come
      - are you open on Sunday evening
      - i came and the door was shut, when do you open
      - closing time
    answer: "Day and night. Call {centre.telephone}."
  - entry: dogs
    review_by: "2099-01-01"
    flow: club
    title: May I bring my dog?
    ways:
      - dogs allowed
      - is my poodle welcome in the garden
      - can pets come in
      - travelling with a puppy
      - my dog has a birthday party
    answer: Small dogs are welcome.
  - entry: parties
    review_by: "2099-01-01"
    online: https://teahouse.example/parties
    title: Book the whole house for a birthday party
    ways:
      - birthday party
      - can we rent all rooms for a wedding
      - company celebration with forty guests
      - book the house for one evening
      - my dog has a birthday party
    answer: The whole house can be booked for an evening.
    who: Anybody
    where: At the door
    papers: None
    fee: Ask us
    time: Two weeks ahead
"""
CHINESE = """
opening:
  title: 你们几点开门？
  ways: [营业时间, 几点关门, 星期天晚上开门吗, 到了发现门关着, 我的狗办生日会]
  answer: "全天开放。电话：{centre.telephone}。"
parties:
  title: 包场办生日会
  ways: [生日聚会, 婚礼包场, 公司聚餐四十人, 晚上包下整个茶馆, 我的狗办生日会]
  answer: 可以包场一个晚上。
  who: 任何人
  where: 门口
  papers: 无
  fee: 请咨询
  time: 提前两周
"""


@cache
def library() -> Library:
    """The answers as they are written."""
    notes = Notes()
    english, chinese = (read_node(text, "a.yaml", notes) for text in (ENGLISH, CHINESE))
    assert english is not None
    assert chinese is not None
    section = section_of(english, notes)
    assert section is not None
    words = {"en": dict(section.wordings), "zh_Hans": wordings_of(chinese, notes)}
    assert not notes.problems, notes.problems
    return Library((section,), words)


@cache
def knowing() -> Catalogue:
    """The Teahouse with its answers."""
    centre = toy()
    catalogue = replace(centre.catalogue, channels=RULES)
    indexes = indexes_of(library(), Thresholds())
    return with_answers(catalogue, library(), indexes, centre.translations)


def asking(language: str = "en", channel: str = WEB) -> Player:
    """Somebody who has come in where questions are answered."""
    return Player(toy(), language, knowing(), channel)


def ordering(step: str, channel: str = WEB) -> Player:
    """Somebody at one of the questions of the order, where questions are answered."""
    player = asking(channel=channel)
    player.opens("tea")
    while player.step != step:
        player.says(ORDER[player.step])
    return player
