"""The words of the chat's own pages, in every language of the centre."""

from bot.content.render import Renderer
from bot.engine.catalogue import Catalogue

PREFIX = "page_"
"""Phrases whose name begins so are words of the page."""


def page_words(catalogue: Catalogue, renderer: Renderer) -> dict[str, dict[str, str]]:
    """The page's own words, by language."""
    names = [name for name in catalogue.phrases if name.startswith(PREFIX)]
    facts = {"count": "{count}"}
    return {
        language: {
            name.removeprefix(PREFIX): renderer.text(catalogue.phrases[name], language, facts)
            for name in names
        }
        for language in catalogue.languages
    }
