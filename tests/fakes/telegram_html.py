"""Telegram's HTML as its server reads it: what is shown of it, or why it is refused.

https://core.telegram.org/bots/api#html-style
"""

import html
import re

_TAG = re.compile("a|b|blockquote|code|del|em|i|ins|pre|s|span|strike|strong|tg-emoji|tg-spoiler|u")
_PIECE = re.compile(r"<(/?)([^\s>/]*)([^>]*)(>?)|[^<]+")
_NAMED = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class CannotParse(Exception):
    """The markup is refused, in the words of the real one."""


def shown(markup: str) -> str:
    """The text that a person sees."""
    text: list[str] = []
    open_tags: list[str] = []
    for piece in _PIECE.finditer(markup):
        if piece[2] is None:
            text.append(_NAMED.sub(lambda found: html.unescape(found[0]), piece[0]))
        else:
            _tag(piece, open_tags)
    if open_tags:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return "".join(text)


def _tag(piece: re.Match[str], open_tags: list[str]) -> None:
    closing, name, at = piece[1], piece[2].lower(), piece.start()
    if not piece[4]:
        raise CannotParse(f"Unclosed start tag at byte offset {at}")
    if closing:
        if not open_tags or open_tags.pop() != name:
            raise CannotParse(f"Unexpected end tag at byte offset {at}")
    elif not _TAG.fullmatch(name):
        raise CannotParse(f'Unsupported start tag "{name}" at byte offset {at}')
    else:
        open_tags.append(name)
