"""Forms as bots post them: with a file in parts, without one as the query of an address."""

import re
from urllib.parse import parse_qsl

from tests.fakes.telegram_list import Upload

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(rb'\bname="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(rb"\bfilename\*?=", re.IGNORECASE)


def read_form(content_type: str, body: bytes) -> dict[str, str | Upload]:
    """The fields of a form, files among them byte for byte."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    form: dict[str, str | Upload] = {}
    _, *parts, _ = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    for part in parts:
        about, _, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(about)
        assert name, "a part of a form has a name"
        is_file = _FILE.search(about)
        form[name[1].decode()] = Upload(content) if is_file else content.decode()
    return form
