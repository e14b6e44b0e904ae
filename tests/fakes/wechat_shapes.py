"""Which calls there are in WeChat's API, and what may stand in them: written down by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

Shape: TypeAlias = Union[type, "Record", "ListOf", "OneOf"]


@dataclass(frozen=True, slots=True)
class Record:
    """An object with these fields and no others; those of `may` can be missing."""

    must: Mapping[str, Shape]
    may: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of so many things."""

    shape: Shape
    least: int = 1
    most: int = 1000


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several shapes."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """How a path is called: the method, the query beside the token, and the body."""

    method: str
    query: tuple[str, ...] = ()
    body: Shape | None = None
    has_token: bool = True


def record(may: Mapping[str, Shape] | None = None, /, **must: Shape) -> Record:
    """An object with fields that must be there, and others that may be."""
    return Record(must, may or {})


CHOICE = record(id=str, content=str)
MENU = record({"tail_content": str}, head_content=str, list=ListOf(CHOICE))
CLICK = record(type=str, name=str, key=str)
VIEW = record(type=str, name=str, url=str)
GROUP = record(name=str, sub_button=ListOf(OneOf((CLICK, VIEW)), most=5))
BUTTONS = ListOf(OneOf((CLICK, VIEW, GROUP)), most=3)
BATCH = record(openid_list=ListOf(str, most=50), tagid=int)
SCENE = record(scene=record(scene_str=str))

PATHS: Mapping[str, Path] = {
    "/cgi-bin/stable_token": Path(
        "POST",
        body=record({"force_refresh": bool}, grant_type=str, appid=str, secret=str),
        has_token=False,
    ),
    "/cgi-bin/message/custom/send": Path(
        "POST",
        body=OneOf(
            (
                record(touser=str, msgtype=str, text=record(content=str)),
                record(touser=str, msgtype=str, msgmenu=MENU),
                record(touser=str, msgtype=str, image=record(media_id=str)),
            )
        ),
    ),
    "/cgi-bin/message/custom/typing": Path("POST", body=record(touser=str, command=str)),
    "/cgi-bin/media/get": Path("GET", ("media_id",)),
    "/cgi-bin/media/upload": Path("POST", ("type",)),
    "/cgi-bin/tags/get": Path("GET"),
    "/cgi-bin/tags/create": Path("POST", body=record(tag=record(name=str))),
    "/cgi-bin/tags/members/batchtagging": Path("POST", body=BATCH),
    "/cgi-bin/tags/members/batchuntagging": Path("POST", body=BATCH),
    "/cgi-bin/menu/get": Path("GET"),
    "/cgi-bin/menu/delete": Path("GET"),
    "/cgi-bin/menu/create": Path("POST", body=record(button=BUTTONS)),
    "/cgi-bin/menu/addconditional": Path(
        "POST", body=record(button=BUTTONS, matchrule=record(tag_id=str))
    ),
    "/cgi-bin/menu/delconditional": Path("POST", body=record(menuid=str)),
    "/cgi-bin/qrcode/create": Path(
        "POST",
        body=OneOf(
            (
                record(expire_seconds=int, action_name=str, action_info=SCENE),
                record(action_name=str, action_info=SCENE),
            )
        ),
    ),
    "/cgi-bin/user/info": Path("GET", ("openid",)),
    "/cgi-bin/getcallbackip": Path("GET"),
    "/cgi-bin/template/get_all_private_template": Path("GET"),
}


def fits(value: object, shape: Shape) -> bool:
    """Whether a value has a shape."""
    match shape:
        case Record(must, may):
            return isinstance(value, Mapping) and _fits_record(value, must, may)
        case ListOf(one, least, most):
            return (
                isinstance(value, Sequence)
                and not isinstance(value, str)
                and least <= len(value) <= most
                and all(fits(part, one) for part in value)
            )
        case OneOf(shapes):
            return any(fits(value, one) for one in shapes)
        case kind:
            return type(value) is kind


def _fits_record(
    value: Mapping[str, object], must: Mapping[str, Shape], may: Mapping[str, Shape]
) -> bool:
    known = {**must, **may}
    return must.keys() <= value.keys() and all(
        name in known and fits(part, known[name]) for name, part in value.items()
    )


def problem_with(path: str, method: str, query: Mapping[str, str], body: object) -> str:
    """What is wrong with a call; empty when nothing. `body` is None where there is no JSON."""
    known = PATHS.get(path)
    if known is None:
        return f"{path} is no path"
    if method != known.method:
        return f"{path} is called by {known.method}, not {method}"
    wanted = {*known.query, *(("access_token",) if known.has_token else ())}
    if set(query) != wanted:
        return f"{path} takes {sorted(wanted)} in its query, not {sorted(query)}"
    if known.body is not None and not fits(body, known.body):
        return f"{path} takes another body"
    return ""
