"""Puts what the engine says into the words of one language."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from re import split
from string import ascii_letters
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from bot.content.form import NAME
from bot.content.texts import Translations
from bot.engine.catalogue import Catalogue
from bot.engine.effects import Card, Link, Option, Say
from bot.engine.model import Button, Fact, Hyperlink, Message, ShownCard, Text

log = logging.getLogger(__name__)

MISSING = "…"
"""Stands where a text names a fact that nobody gave."""
CENTS = Decimal("0.01")
REMEMBERED = 4096
"""Templates and figures kept ready: more than a centre has texts, and a few megabytes at most."""
UNIT_WORDS: Mapping[tuple[str, str], str] = {
    ("zh", "CNY"): "元",
    ("ja", "CNY"): "元",
    ("ko", "CNY"): "위안",
    ("fr", "CNY"): "yuans",
    ("es", "CNY"): "yuanes",
    ("de", "CNY"): "Yuan",
    ("ru", "CNY"): "юаней",
    ("ar", "CNY"): "يوان",
}
"""Where a language writes the currency's unit behind the number instead of a sign before it."""


class Renderer:
    """Renders in any language; each language has a voice of its own."""

    def __init__(
        self, translations: Translations, catalogue: Catalogue, zone: tzinfo, currency: str
    ) -> None:
        self._translations = translations
        self._catalogue = catalogue
        self._zone = zone
        self._currency = currency
        self._voices: dict[str, Voice] = {}

    def message(self, say: Say, language: str) -> Message:
        """What is said, in words."""
        return self.voice(language).message(say)

    def text(self, text: Text, language: str, facts: Mapping[str, Fact] | None = None) -> str:
        """One text in words."""
        return self.voice(language).text(text, facts or {})

    def voice(self, language: str) -> "Voice":
        """The voice that speaks a language."""
        found = self._voices.get(language)
        if found is None:
            figures = Figures(Locale.parse(language), self._zone, self._currency)
            found = Voice(language, self._translations, self._catalogue, figures)
            self._voices[language] = found
        return found


class Voice:
    """Speaks one language. What people typed is shown as they typed it, never read as a text."""

    def __init__(
        self, language: str, translations: Translations, catalogue: Catalogue, figures: "Figures"
    ) -> None:
        self._language = language
        self._translations = translations
        self._catalogue = catalogue
        self._number = figures.number
        self._joined = figures.joined
        self._typed: dict[str, Callable[[Any], str]] = {
            "text": lambda value: self.text(Text(value[0], value[1]), {}),
            "names": self._name,
            "lines": self._lines,
            "joined": lambda facts: self._joined([self.fact(fact) for fact in facts]),
            "ticked": lambda fact: f"✓ {self.fact(fact)}",
            "money": figures.money,
            "number": figures.number,
            "date": figures.date,
            "moment": figures.moment,
            "country": figures.country,
        }

    def message(self, say: Say) -> Message:
        """What is said, in words."""
        return Message(
            text=self.text(say.text, say.facts),
            buttons=tuple([self._button(option) for option in say.options]),
            cards=tuple([self._card(card) for card in say.cards]),
            expects=say.expects,
            links=tuple([self._hyperlink(link, say.facts) for link in say.links]),
        )

    def text(self, text: Text, facts: Mapping[str, Fact]) -> str:
        """A text with its facts; a fact it lacks is the centre's or missing."""
        pieces = _pieces(self._template(text, facts))
        if len(pieces) == 1:
            return pieces[0][0]
        return "".join([word for piece in pieces for word in self._piece(piece, text, facts)])

    def words(self, text: Text) -> str:
        """A text with its placeholders as they are."""
        return self._template(text, {})

    def fact(self, fact: Fact) -> str:
        """A fact in words."""
        if isinstance(fact, str):
            return fact
        if isinstance(fact, int):
            return self._number(fact)
        if isinstance(fact, dict):
            if "phrase" in fact:
                return self.text(self._catalogue.phrases[fact["phrase"]], fact.get("facts", {}))
            for kind, value in fact.items():
                if kind in self._typed:
                    return self._typed[kind](value)
        log.warning("fact of no known kind", extra={"kind": type(fact).__name__})
        return MISSING

    # texts

    def _template(self, text: Text, facts: Mapping[str, Fact]) -> str:
        if not text.plural:
            return self._translations.text(text, self._language)
        count = facts.get(text.count, 0)
        n = count.get("number", 0) if isinstance(count, dict) else count
        return self._translations.plural(text, self._language, n if isinstance(n, int) else 0)

    def _piece(
        self, piece: tuple[str, str], text: Text, facts: Mapping[str, Fact]
    ) -> tuple[str, ...]:
        literal, name = piece
        if not name:
            return (literal,)
        fact = self._given(name, facts)
        if fact is None:
            log.warning("fact missing in a text", extra={"context": text.context})
            return (literal, MISSING)
        return (literal, self.fact(fact))

    def _given(self, name: str, facts: Mapping[str, Fact]) -> Fact:
        found = facts.get(name)
        return self._catalogue.facts.get(name) if found is None else found

    # facts

    def _name(self, names: Mapping[str, str]) -> str:
        """A name in this language, translated, or as the language that this one falls back on."""
        known = names.get(self._language)
        if known:
            return known
        own = next(iter(names.values()), "")
        translated = self._translations.text(Text(NAME, own), self._language)
        if translated != own:
            return translated
        spoken = self._catalogue.languages.get(self._language)
        return names.get(spoken.fallback if spoken else "") or names.get("en") or own or MISSING

    def _lines(self, facts: Sequence[Fact]) -> str:
        return "\n".join([f"• {self.fact(fact)}" for fact in facts])

    # options and cards

    def _button(self, option: Option) -> Button:
        return Button(self.fact(option.label), option.token)

    def _card(self, card: Card) -> ShownCard:
        lines = (line for line in card.lines if self._has_facts(line, card.facts))
        return ShownCard(
            title=self.fact(card.title),
            lines=tuple([self.text(line, card.facts) for line in lines]),
            photo=card.photo,
            links=tuple([self._hyperlink(link, card.facts) for link in card.links]),
            button=self._button(card.option),
        )

    def _has_facts(self, line: Text, facts: Mapping[str, Fact]) -> bool:
        pieces = _pieces(self._template(line, facts))
        return all(self._given(name, facts) not in (None, "") for _, name in pieces if name)

    def _hyperlink(self, link: Link, facts: Mapping[str, Fact]) -> Hyperlink:
        return Hyperlink(self.text(link.label, {**facts, **link.facts}), self.fact(link.url))


@lru_cache(maxsize=REMEMBERED)
def _pieces(template: str) -> tuple[tuple[str, str], ...]:
    """A template as literals, each with the placeholder behind it; behind the last is none."""
    parts = split(r"\{([a-z0-9_.]+)\}", template)
    return tuple(zip(parts[::2], [*parts[1::2], ""], strict=True))


class Figures:
    """Numbers, money, days and countries as one language writes them."""

    def __init__(self, locale: Locale, zone: tzinfo, currency: str) -> None:
        self._locale = locale
        self._zone = zone
        self._currency = currency
        self._unit = UNIT_WORDS.get((locale.language, currency), "")
        self.number = lru_cache(REMEMBERED)(self._format_number)
        self.money = lru_cache(REMEMBERED)(self._format_money)
        self.date = lru_cache(REMEMBERED)(self._format_date)
        self.moment = lru_cache(REMEMBERED)(self._format_moment)

    def joined(self, words: Sequence[str]) -> str:
        """Words in a row, with the language's comma and its `and`."""
        return format_list(words, locale=self._locale)

    def country(self, code: str) -> str:
        """The name of a country or region."""
        return str(self._locale.territories.get(code, code))

    def _format_number(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def _format_money(self, fen: int) -> str:
        """An amount without the letters that only tell CN¥ from the ¥ of others."""
        amount = fen * CENTS
        digits = "#,##0" if fen % 100 == 0 else "#,##0.00"
        if self._unit:
            return f"{format_decimal(amount, digits, self._locale)} {self._unit}"
        usual = self._locale.currency_formats["standard"].pattern
        shown = format_currency(
            amount,
            self._currency,
            usual.replace("#,##0.00", digits),
            self._locale,
            currency_digits=False,
        )
        symbol = get_currency_symbol(self._currency, self._locale)
        return shown.replace(symbol, symbol.lstrip(ascii_letters) or symbol)

    def _format_date(self, day: str) -> str:
        return format_date(date.fromisoformat(day), "long", self._locale)

    def _format_moment(self, moment: str) -> str:
        """A moment as the clock at the centre shows it, by 24 hours so that none is mistaken."""
        local = datetime.fromisoformat(moment).astimezone(self._zone)
        day = format_date(local.date(), "full", self._locale)
        clock = format_skeleton("Hm", local, locale=self._locale)
        pattern: str = str(self._locale.datetime_formats["full"])
        return pattern.replace("{1}", day).replace("{0}", clock)
