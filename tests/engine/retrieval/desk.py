"""A small desk's questions in ten languages, invented for these tests."""

from typing import TypeAlias

from bot.engine.retrieval.index import Index, Way, build

Entries: TypeAlias = dict[str, tuple[str, ...]]

ENGLISH: Entries = {
    "flat": (
        "how do I apply for an apartment",
        "apartment application form",
        "where can I rent a flat from you",
        "I need somewhere to live near the office",
        "renting a room through the centre",
    ),
    "tax": (
        "how much income tax do I pay",
        "income tax rate for foreigners",
        "taxes on my salary",
        "do I have to file a tax return",
        "is my bonus taxed",
    ),
    "bank": (
        "how to open a bank account",
        "can foreigners open bank accounts",
        "which bank takes my passport",
        "opening an account without a phone number",
        "bank card for newcomers",
    ),
    "school": (
        "which school can my child go to",
        "kindergarten places for foreign children",
        "enrolling my daughter at an international school",
        "school fees",
        "until when must I register my son for school",
    ),
    "visa": (
        "my visa expires next month",
        "how do I renew my residence permit",
        "visa extension documents",
        "overstayed my visa what now",
        "can I work on a tourist visa",
    ),
}
CHINESE: Entries = {
    "flat": ("怎么申请公寓", "公寓申请条件", "我想租房子", "人才公寓在哪里", "房租多少钱一个月"),
    "tax": ("个人所得税怎么交", "工资要交多少税", "外国人税率", "年终奖扣税吗", "报税需要什么"),
    "bank": (
        "银行开户",
        "怎么开银行账户",
        "办银行卡要带什么",
        "没有手机号能开户吗",
        "哪家银行方便",
    ),
    "school": (
        "孩子上学怎么办",
        "国际学校报名",
        "幼儿园有名额吗",
        "学费是多少",
        "插班需要什么手续",
    ),
    "visa": (
        "签证快到期了",
        "怎么续签居留许可",
        "签证延期材料",
        "逾期居留怎么处理",
        "旅游签证能工作吗",
    ),
}
JUNK = (
    "what is the weather tomorrow",
    "tell me a joke",
    "do you like music",
    "who won the match",
    "how do I cook rice",
    "are you a human",
    "play a film for me",
    "you are stupid",
)
"""Questions no desk answers."""
SHORT = {
    "en": ("where is the office", "what does it cost", "I lost my card", "when do you open"),
    "fr": ("où est le bureau", "combien ça coûte", "j'ai perdu ma carte", "quand ouvrez-vous"),
    "de": ("wo ist das Büro", "was kostet das", "ich habe meine Karte verloren", "wann öffnen Sie"),
    "es": ("dónde está la oficina", "cuánto cuesta", "perdí mi tarjeta", "cuándo abren ustedes"),
    "ru": ("где находится офис", "сколько это стоит", "я потерял карту", "когда вы открываетесь"),
    "ar": ("أين يقع المكتب", "كم يكلف ذلك", "فقدت بطاقتي", "متى تفتحون"),
    "ko": ("사무실이 어디예요", "얼마예요", "카드를 잃어버렸어요", "언제 열어요"),
    "ja": ("事務所はどこですか", "いくらかかりますか", "カードをなくしました", "何時に開きますか"),
    "zh_Hans": ("办公室在哪里", "这个要多少钱", "我的卡丢了", "你们几点开门"),
    "zh_Hant": ("辦公室在哪裡", "這個要多少錢", "我的卡丟了", "你們幾點開門"),
}


def index(language: str, entries: Entries) -> Index:
    """The index of some entries, which has seen junk."""
    return build(language, ways(entries), junk=JUNK)


def ways(entries: Entries) -> list[Way]:
    """All phrasings of some entries."""
    return [Way(entry, text) for entry, texts in entries.items() for text in texts]
