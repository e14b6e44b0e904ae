"""What an operator says of a WeChat account, and what such an account may do."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Literal

CHANNEL = "wechat"
"""The channel's name, as contacts are kept under it."""

API_URL = "https://api.weixin.qq.com"
KEY_CHARACTERS = 43
KEY_BYTES = 32

TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
"""What the developer console takes as a token."""

Account = Literal["service", "subscription", "test"]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the platform lets an account do beyond receiving and answering at once."""

    customer_service: bool
    msgmenu: bool
    menu: bool
    tags: bool
    scenes: bool
    media: bool


ABILITIES = {
    "service": Abilities(
        customer_service=True, msgmenu=True, menu=True, tags=True, scenes=True, media=True
    ),
    "test": Abilities(
        customer_service=True, msgmenu=False, menu=True, tags=True, scenes=True, media=True
    ),
    "subscription": Abilities(
        customer_service=False, msgmenu=False, menu=False, tags=False, scenes=False, media=False
    ),
}
"""By the kind of account: a service account is a verified one, a subscription account may not be.

https://developers.weixin.qq.com/doc/service/guide/product/kf.html refuses the msgmenu of test and
of subscription accounts with 40200.
"""


def abilities_of(account: Account) -> Abilities:
    """What an account of this kind may do."""
    return ABILITIES[account]


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """One Official Account. Its secrets stay out of `repr`, and so out of logs.

    With an `aes_key` requests come in safe mode and nothing else is taken; the previous key is
    still tried, since the platform goes on using it for a while. `menu_links` makes options links.
    """

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    aes_key_previous: str = field(default="", repr=False)
    api_url: str = API_URL
    account: Account = "service"
    menu_links: bool = False
    public_url: str = ""

    def __post_init__(self) -> None:
        if not self.app_id:
            raise ValueError("The WeChat app id is missing.")
        if not self.token:
            raise ValueError("The WeChat token is empty: anybody could sign requests.")
        if not TOKEN.fullmatch(self.token):
            raise ValueError("The WeChat token must be 3 to 32 letters and digits.")
        if self.account not in ABILITIES:
            raise ValueError("The WeChat account must be service, subscription or test.")
        _check_key("AES key", self.aes_key)
        _check_key("previous AES key", self.aes_key_previous)
        if self.aes_key_previous and not self.aes_key:
            raise ValueError("There is a previous WeChat AES key, but no AES key.")


def _check_key(name: str, key: str) -> None:
    if key and not _is_key(key):
        raise ValueError(f"The WeChat {name} must be {KEY_CHARACTERS} letters and digits.")


def _is_key(key: str) -> bool:
    try:
        decoded = base64.b64decode(key + "=", validate=True)
    except (ValueError, binascii.Error):
        return False
    return len(key) == KEY_CHARACTERS and len(decoded) == KEY_BYTES
