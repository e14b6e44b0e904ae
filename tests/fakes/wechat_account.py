"""An Official Account as WeChat keeps it: tokens, tags, menus, files, QR codes."""

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

TOKEN_LASTS = timedelta(seconds=7200)
BOTH_HOLD = timedelta(minutes=5)
MEDIA_LASTS = timedelta(days=3)
MOST_TAGS = 100
LONGEST_TAG = 30
NAME_BYTES = (16, 60)
KEY_BYTES = 128
URL_BYTES = 1024
LONGEST_QR = 2_592_000

Body = Mapping[str, Any]
OK = {"errcode": 0, "errmsg": "ok"}


class Refused(Exception):
    """A call that the platform answers with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Media:
    """A file on the platform; `url` where it is a film, of which only the address is given."""

    content: bytes
    kept_until: datetime
    url: str = ""


@dataclass(slots=True)
class Account:
    """The state of one account. Methods answer calls, or raise `Refused`."""

    app_id: str
    app_secret: str
    now: Callable[[], datetime]
    tokens: dict[str, datetime] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    worn: dict[str, list[int]] = field(default_factory=dict)
    menu: Sequence[Body] | None = None
    menus_by_tag: dict[str, tuple[str, Sequence[Body]]] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    scenes: dict[str, str] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(100))

    # tokens

    def stable_token(self, body: Body) -> Body:
        """The present token, or a new one where that is about to end; both hold until it does."""
        if body["appid"] != self.app_id or body["grant_type"] != "client_credential":
            raise Refused(40013 if body["appid"] != self.app_id else 40002)
        if body["secret"] != self.app_secret:
            raise Refused(40125)
        lasting = {one: end for one, end in self.tokens.items() if end > self.now() + BOTH_HOLD}
        if not lasting:
            lasting = {self._new_token(): self.now() + TOKEN_LASTS}
            self.tokens.update(lasting)
        token, end = next(iter(lasting.items()))
        return {"access_token": token, "expires_in": int((end - self.now()).total_seconds())}

    def check_token(self, token: str) -> None:
        """Refuse a token that does not hold."""
        if token not in self.tokens:
            raise Refused(40001)
        if self.now() >= self.tokens[token]:
            raise Refused(42001)

    def _new_token(self) -> str:
        seed = f"{self.app_id}{next(self.numbers)}"
        return "".join(hashlib.sha256(f"{seed}.{i}".encode()).hexdigest() for i in range(2))

    # tags

    def create_tag(self, body: Body) -> Body:
        """A new tag."""
        name = body["tag"]["name"]
        if len(self.tags) >= MOST_TAGS:
            raise Refused(45056)
        if name in self.tags.values():
            raise Refused(45157)
        if len(name.encode()) > LONGEST_TAG:
            raise Refused(45158)
        number = next(self.numbers)
        self.tags[number] = name
        return {"tag": {"id": number, "name": name}}

    def get_tags(self) -> Body:
        """All tags."""
        return {
            "tags": [
                {"id": number, "name": name, "count": len(self.wearers(name))}
                for number, name in self.tags.items()
            ]
        }

    def batch_tag(self, body: Body, *, is_on: bool) -> Body:
        """Put a tag on people, or take it off."""
        if body["tagid"] not in self.tags:
            raise Refused(45159)
        for openid in body["openid_list"]:
            others = [one for one in self.worn.get(openid, []) if one != body["tagid"]]
            self.worn[openid] = [*others, body["tagid"]] if is_on else others
        return OK

    def wearers(self, name: str) -> list[str]:
        """The people who have a tag."""
        return [one for one, tags in self.worn.items() if name in map(self.tags.get, tags)]

    # menus

    def create_menu(self, body: Body) -> Body:
        """The menu for all."""
        check_buttons(body["button"])
        self.menu = body["button"]
        return OK

    def create_menu_for_tag(self, body: Body) -> Body:
        """A menu for those who have a tag."""
        if self.menu is None:
            raise Refused(65303)
        tag = body["matchrule"]["tag_id"]
        if not tag.isdecimal() or int(tag) not in self.tags:
            raise Refused(65320)
        check_buttons(body["button"])
        menu_id = str(next(self.numbers))
        self.menus_by_tag[menu_id] = (tag, body["button"])
        return {"menuid": menu_id}

    def delete_menu_for_tag(self, body: Body) -> Body:
        """One menu for a tag goes."""
        if body["menuid"] not in self.menus_by_tag:
            raise Refused(65301)
        del self.menus_by_tag[body["menuid"]]
        return OK

    def delete_menu(self) -> Body:
        """All menus go."""
        self.menu = None
        self.menus_by_tag.clear()
        return OK

    def get_menu(self) -> Body:
        """All menus, with the fields that the platform adds."""
        if self.menu is None:
            raise Refused(46003)
        for_tags = [
            {"button": _shown(buttons), "matchrule": {"tag_id": tag}, "menuid": int(menu_id)}
            for menu_id, (tag, buttons) in self.menus_by_tag.items()
        ]
        more = {"conditionalmenu": for_tags} if for_tags else {}
        return {"menu": {"button": _shown(self.menu), "menuid": 1}, **more}

    def menu_of(self, openid: str) -> Sequence[Body]:
        """The menu a person sees: that of the tag put on last which has one."""
        by_tag = {int(tag): buttons for tag, buttons in self.menus_by_tag.values()}
        for tag in reversed(self.worn.get(openid, [])):
            if tag in by_tag:
                return by_tag[tag]
        return self.menu or ()

    # files, QR codes

    def keep(self, content: bytes, url: str = "") -> str:
        """A file from now on kept by the platform: its id."""
        media_id = f"media_{next(self.numbers)}-x"
        self.media[media_id] = Media(content, self.now() + MEDIA_LASTS, url)
        return media_id

    def get_media(self, media_id: str) -> Media:
        """A file that is still kept."""
        media = self.media.get(media_id)
        if media is None or self.now() >= media.kept_until:
            raise Refused(40007)
        return media

    def create_qr(self, body: Body) -> Body:
        """A QR code."""
        scene = body["action_info"]["scene"]["scene_str"]
        seconds = body.get("expire_seconds")
        expected = "QR_LIMIT_STR_SCENE" if seconds is None else "QR_STR_SCENE"
        if body["action_name"] != expected or not 1 <= len(scene) <= 64:
            raise Refused(40053)
        if seconds is not None and not 0 < seconds <= LONGEST_QR:
            raise Refused(40052)
        ticket = f"gQ=={next(self.numbers)}+/"
        self.scenes[ticket] = scene
        more = {} if seconds is None else {"expire_seconds": seconds}
        return {"ticket": ticket, "url": f"http://weixin.qq.com/q/{scene}", **more}


def check_buttons(buttons: Sequence[Body], level: int = 0) -> None:
    """Refuse a menu that is against the limits."""
    for button in buttons:
        if not 0 < len(button["name"].encode()) <= NAME_BYTES[level]:
            raise Refused(40018)
        if "sub_button" in button:
            check_buttons(button["sub_button"], 1)
        elif button["type"] not in ("click", "view"):
            raise Refused(40017)
        if len(button.get("key", "").encode()) > KEY_BYTES:
            raise Refused(40019)
        if len(button.get("url", "").encode()) > URL_BYTES:
            raise Refused(40020)


def _shown(buttons: Sequence[Body]) -> list[Body]:
    return [{**button, "sub_button": _shown(button.get("sub_button", ()))} for button in buttons]
