"""Turns the centre's menu into WeChat's, and pushes what is different there."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, assert_never

from msgspec import Struct

from bot.channels.wechat.api import Api, Done
from bot.channels.wechat.errors import ApiError
from bot.content.menu import Entry, Group, Menu, Opens, Says, Visits

GET = "/cgi-bin/menu/get"
CREATE = "/cgi-bin/menu/create"
CREATE_FOR_TAG = "/cgi-bin/menu/addconditional"
DELETE_FOR_TAG = "/cgi-bin/menu/delconditional"
NO_MENU = 46003
FLOW = "flow:"
SAY = "say:"
"""How the key of an entry begins, by what it does; the hook reads them."""
USUAL = "zh_Hans"
"""What most people on WeChat read, so the language of the menu of who has not spoken yet."""
ALL = "all"
"""Stands among the tags for everybody else."""
FOR_ALL = ""
"""Stands among the languages for the menu of who has no tag."""


class Button(Struct, frozen=True, omit_defaults=True):
    """An entry as the platform writes it; of what it adds nothing is read."""

    name: str
    type: str = ""
    key: str = ""
    url: str = ""
    sub_button: "tuple[Button, ...]" = ()


class _Rule(Struct, frozen=True):
    """Whom a menu is for; a tag is called a group in older answers."""

    tag_id: int | str = ""
    group_id: int | str = ""


class _Standing(Struct, frozen=True):
    button: tuple[Button, ...] = ()
    menuid: int | str = ""
    matchrule: _Rule = _Rule()


class _Found(Struct, frozen=True):
    menu: _Standing | None = None
    conditionalmenu: tuple[_Standing, ...] = ()


ByTag: TypeAlias = "dict[str, list[_Standing]]"


def buttons_of(menu: Menu, language: str) -> tuple[Button, ...]:
    """The menu in a language, as the platform takes it."""
    return tuple(_button(part, language) for part in menu.parts)


class Menus:
    """The account's menus: one for all, and one for each language by its tag.

    The platform takes no other rule than a tag (65320), so language menus need one each.
    """

    def __init__(self, api: Api, menu: Menu, languages: Sequence[str]) -> None:
        self._api = api
        self._menu = menu
        self._usual = USUAL if USUAL in languages else languages[0]

    @property
    def are_left_alone(self) -> bool:
        """Whether the centre describes no menu, so that the platform's stay as they are."""
        return not self._menu.parts

    async def differing(self, tags: Mapping[str, int]) -> Sequence[str]:
        """The languages whose menu is not as the content says, that for all among them."""
        if self.are_left_alone:
            return ()
        found = await self._found()
        wanted = {FOR_ALL: (ALL, self._usual), **{one: (str(tags[one]), one) for one in tags}}
        return [
            name
            for name, (tag, language) in wanted.items()
            if [one.button for one in found.get(tag, ())] != [buttons_of(self._menu, language)]
        ]

    async def push(self, tags: Mapping[str, int]) -> Sequence[str]:
        """Make the menus as the content says; the languages whose menu was another."""
        differing = await self.differing(tags)
        if FOR_ALL in differing:  # first: the others need it
            body = {"button": buttons_of(self._menu, self._usual)}
            await self._api.post(CREATE, body, Done)
        found = await self._found() if differing else {}
        for language, tag in tags.items():
            if language in differing:
                await self._replace(found.get(str(tag), ()), language, tag)
        return differing

    async def _replace(self, found: Sequence[_Standing], language: str, tag: int) -> None:
        for one in found:
            await self._api.post(DELETE_FOR_TAG, {"menuid": str(one.menuid)}, Done)
        rule = {"tag_id": str(tag)}
        body = {"button": buttons_of(self._menu, language), "matchrule": rule}
        await self._api.post(CREATE_FOR_TAG, body, Done)

    async def _found(self) -> ByTag:
        """The platform's menus by tag."""
        try:
            answer = await self._api.get(GET, _Found)
        except ApiError as error:
            if error.code == NO_MENU:
                return {}
            raise
        found: ByTag = {ALL: [answer.menu]} if answer.menu else {}
        for one in answer.conditionalmenu:
            tag = str(one.matchrule.tag_id or one.matchrule.group_id)
            found.setdefault(tag, []).append(one)
        return found


def _button(part: Entry | Group, language: str) -> Button:
    name = part.names.get(language) or next(iter(part.names.values()))
    if isinstance(part, Group):
        below = tuple(_button(entry, language) for entry in part.entries)
        return Button(name, sub_button=below)
    match part.does:
        case Opens(flow):
            return Button(name, "click", key=FLOW + flow)
        case Says(words):
            return Button(name, "click", key=SAY + words)
        case Visits(url):
            return Button(name, "view", url=url)
        case _ as never:
            assert_never(never)
