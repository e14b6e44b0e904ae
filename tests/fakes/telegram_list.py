"""The Bot API as it is published: its methods and types, and whether a call keeps to them.

https://core.telegram.org/bots/api
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
OURS = HERE / "telegram_methods.json"
"""The methods we use, copied."""
WHOLE = HERE.parents[1].parent / "shared" / "telegram-bot-api.json"
"""All of them, where somebody has put the file beside the repository."""

_SPEC = re.compile(r"(!?)(.+?)(?: (\d+)-(\d+) (characters|bytes)( shown)?)?")
_LIMIT = re.compile(r"(\d+)-(\d+) (characters|bytes)( after entities parsing)?")


class Upload(bytes):
    """A file that came with a call."""


@dataclass(frozen=True)
class Limit:
    """A length a value must have; `is_shown` where markup does not count."""

    least: int
    most: int
    unit: str
    is_shown: bool = False

    def keeps(self, value: str) -> bool:
        """Whether a value has such a length."""
        length = len(value.encode()) if self.unit == "bytes" else len(value)
        return self.least <= length <= self.most


@dataclass(frozen=True)
class Field:
    """A parameter of a method or a field of a type."""

    types: tuple[str, ...]
    is_required: bool
    limit: Limit | None = None


Fields = Mapping[str, Field]


@dataclass(frozen=True)
class Published:
    """What is published of methods and of the types of their parameters."""

    methods: Mapping[str, Fields]
    types: Mapping[str, Fields]
    subtypes: Mapping[str, tuple[str, ...]]

    @classmethod
    def ours(cls) -> Self:
        """Our own list."""
        given = json.loads(OURS.read_text())
        named = {
            name: fields for name, fields in given["types"].items() if isinstance(fields, dict)
        }
        return cls(
            {name: _copied(fields) for name, fields in given["methods"].items()},
            {name: _copied(fields) for name, fields in named.items()},
            {n: tuple(kinds) for n, kinds in given["types"].items() if isinstance(kinds, list)},
        )

    @classmethod
    def whole(cls) -> Self:
        """The whole list."""
        given = json.loads(WHOLE.read_text())
        kinds = given["types"].items()
        return cls(
            {name: _published(method) for name, method in given["methods"].items()},
            {name: _published(kind) for name, kind in kinds if "subtypes" not in kind},
            {name: tuple(kind["subtypes"]) for name, kind in kinds if "subtypes" in kind},
        )

    def problems(self, method: str, parameters: Mapping[str, Any]) -> list[str]:
        """All that is wrong with a call."""
        fields = self.methods.get(method)
        if fields is None:
            return [f"there is no method {method}"]
        return [f"{method}: {problem}" for problem in self._of_fields(fields, parameters)]

    def typed(self, method: str, form: Mapping[str, str | Upload]) -> dict[str, Any]:
        """The parameters of a form, where all but files are words."""
        fields = self.methods.get(method, {})
        return {name: _typed(value, fields.get(name)) for name, value in form.items()}

    def _of_fields(self, fields: Fields, given: Mapping[str, Any]) -> Iterator[str]:
        for name in given.keys() - fields.keys():
            yield f"{name} is not known"
        for name, field in fields.items():
            if name in given:
                yield from (f"{name} {problem}" for problem in self._of_value(field, given[name]))
            elif field.is_required:
                yield f"{name} is missing"

    def _of_value(self, field: Field, value: Any) -> list[str]:
        found = min((list(self._of_type(kind, value)) for kind in field.types), key=len)
        if not found and field.limit and isinstance(value, str) and not field.limit.is_shown:
            return [] if field.limit.keeps(value) else [f"is not {field.limit}"]
        return found

    def _of_type(self, kind: str, value: Any) -> Iterator[str]:
        simple = _SIMPLE.get(kind)
        if simple:
            if type(value) not in simple:
                yield f"is no {kind}"
        elif kind.startswith("Array of "):
            yield from self._of_array(kind.removeprefix("Array of "), value)
        elif kind in self.subtypes:
            tried = [list(self._of_type(sub, value)) for sub in self.subtypes[kind]]
            yield from min(tried, key=len)
        elif not isinstance(value, dict) or kind not in self.types:
            yield f"is no {kind}"
        else:
            yield from self._of_fields(self.types[kind], value)

    def _of_array(self, kind: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"is no list of {kind}"
            return
        for each in value:
            yield from self._of_type(kind, each)


@functools.cache
def published() -> Published:
    """The whole list where it is there, our own otherwise."""
    return Published.whole() if WHOLE.is_file() else Published.ours()


_SIMPLE: Mapping[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "Float": (int, float),
    "InputFile": (Upload,),
}


def _copied(fields: Mapping[str, str]) -> Fields:
    return {name: _field(spec) for name, spec in fields.items()}


def _field(spec: str) -> Field:
    found = _SPEC.fullmatch(spec)
    assert found, spec
    limit = Limit(int(found[3]), int(found[4]), found[5], bool(found[6])) if found[3] else None
    return Field(tuple(found[2].split(" | ")), bool(found[1]), limit)


def _published(one: Mapping[str, Any]) -> Fields:
    return {field["name"]: _published_field(field) for field in one.get("fields", ())}


def _published_field(field: Mapping[str, Any]) -> Field:
    found = _LIMIT.search(field["description"])
    limit = Limit(int(found[1]), int(found[2]), found[3], bool(found[4])) if found else None
    return Field(tuple(field["types"]), field["required"], limit)


def _typed(value: str | Upload, field: Field | None) -> Any:
    if isinstance(value, Upload) or field is None or field.types == ("String",):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
