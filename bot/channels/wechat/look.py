"""Looks over an account for the doctor: what is set up wrongly, and what to do about it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha1

from msgspec import Struct

from bot.channels.channel import Finding
from bot.channels.wechat.api import Api
from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.hook import PATH
from bot.channels.wechat.menus import Menus
from bot.channels.wechat.settings import WeChatSettings, abilities_of
from bot.channels.wechat.tags import Tags

ADDRESSES = "/cgi-bin/getcallbackip"
TEMPLATES = "/cgi-bin/template/get_all_private_template"
"""For service and test accounts only: a subscription account is not granted it, verified or not.

https://developers.weixin.qq.com/doc/service/api/notify/template/api_getalltemplates
"""
NOT_GRANTED = 48001
IN_THE_CLEAR = (
    "Messages come unencrypted: choose safe mode (安全模式) in the developer console, and copy the "
    "EncodingAESKey from there into BOT_WECHAT_AES_KEY. A test account has none: then set "
    "BOT_WECHAT_ACCOUNT=test."
)
MORE = (
    "The account may do more: set BOT_WECHAT_ACCOUNT=service, or test where it is a test account."
)
PUSHED = "The menus are not as the content says: start the program again, it pushes them."


class _Addresses(Struct, frozen=True):
    ip_list: tuple[str, ...]


class _Templates(Struct, frozen=True):
    """Only that they may be asked for counts."""


class Look:
    """One account, looked over."""

    def __init__(
        self,
        settings: WeChatSettings,
        api: Api,
        tags: Tags,
        menus: Menus,
        languages: Sequence[str],
        now: Callable[[], datetime],
        draw: Callable[[int], str],
    ) -> None:
        self._settings = settings
        self._able = abilities_of(settings.account)
        self._api = api
        self._tags = tags
        self._menus = menus
        self._languages = languages
        self._now = now
        self._draw = draw

    async def over(self) -> Sequence[Finding]:
        """Everything there is to look at; without a token only what needs none."""
        found = (await self._webhook(), self._encryption(), await self._token())
        if not found[-1].is_well:
            return found
        return (*found, await self._addresses(), await self._account(), await self._menu())

    async def _webhook(self) -> Finding:
        """Ask our own address what the platform asks when it is entered there."""
        what, url = "WeChat webhook", self._settings.public_url.rstrip("/") + PATH
        if not self._settings.public_url:
            return Finding(what, False, "Set BOT_PUBLIC_URL to the address people reach this by.")
        moment, nonce, echo = str(int(self._now().timestamp())), self._draw(16), self._draw(16)
        signed = "".join(sorted((self._settings.token, moment, nonce)))
        query = {
            "signature": sha1(signed.encode(), usedforsecurity=False).hexdigest(),
            "timestamp": moment,
            "nonce": nonce,
            "echostr": echo,
        }
        is_well = await self._api.visit(url, query) == echo
        advice = f"{url} does not answer: start the program, and lead this address to it."
        return Finding(what, is_well, "" if is_well else advice)

    def _encryption(self) -> Finding:
        is_well = bool(self._settings.aes_key) or self._settings.account == "test"
        return Finding("WeChat encryption", is_well, "" if is_well else IN_THE_CLEAR)

    async def _token(self) -> Finding:
        what = "WeChat token"
        try:
            await self._api.token()
        except ApiError as error:
            return Finding(what, False, _advice(error))
        return Finding(what, True)

    async def _addresses(self) -> Finding:
        what = "WeChat's own addresses"
        try:
            found = await self._api.get(ADDRESSES, _Addresses)
        except ApiError as error:
            return Finding(what, False, _advice(error))
        return Finding(what, bool(found.ip_list), "" if found.ip_list else "Try again later.")

    async def _account(self) -> Finding:
        """Whether the account may do what its kind may, for which tags stand, and no more."""
        what, is_less = f"WeChat {self._settings.account} account", not self._able.tags
        try:
            await (self._api.get(TEMPLATES, _Templates) if is_less else self._tags.found())
        except ApiError as error:
            is_well = error.code == NOT_GRANTED and is_less
            return Finding(what, is_well, "" if is_well else _advice(error))
        return Finding(what, not is_less, MORE if is_less else "")

    async def _menu(self) -> Finding:
        what = "WeChat menus"
        if not self._able.menu or self._menus.are_left_alone:
            return Finding(what, True)
        try:
            tags = await self._tags.found() if self._able.tags else {}
            differing = await self._menus.differing(tags)
        except ApiError as error:
            return Finding(what, False, _advice(error))
        is_well = not differing and len(tags) == (len(self._languages) if self._able.tags else 0)
        return Finding(what, is_well, "" if is_well else PUSHED)


def _advice(error: ApiError) -> str:
    """What to do about a failed call, with the address that has to go on the list."""
    if not error.meaning.advice:
        return f"Try again in a minute ({error})."
    return f"{error.meaning.advice} It is {error.ip}." if error.ip else error.meaning.advice
