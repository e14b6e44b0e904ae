from pathlib import Path

import pytest

from tests.cli.clinic import Clinic
from tests.cli.program import run

pytestmark = pytest.mark.process


async def test_a_qr_code_that_opens_a_flow_is_where_it_says(doctors: Clinic) -> None:
    ended = await doctors.command("qr", "apartment", "--days", "7")

    [made] = doctors.wechat.called("/cgi-bin/qrcode/create")
    assert ended.code == 0
    assert ended.told.startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    assert made.body["action_info"] == {"scene": {"scene_str": "flow.apartment"}}
    assert made.body["expire_seconds"] == 7 * 86_400


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("qr", "aparment"), "there is no flow 'aparment'\n"),
        (("qr", "apartment", "--days", "31"), "a QR code lasts from 1 to 30 days"),
    ],
)
async def test_a_qr_code_that_cannot_be_is_refused(
    words: tuple[str, ...], why: str, doctors: Clinic
) -> None:
    ended = await doctors.command(*words)

    assert (ended.code, ended.told) == (1, "")
    assert ended.complained.startswith(why)


def test_without_wechat_there_are_no_qr_codes(tmp_path: Path) -> None:
    ended = run(tmp_path, "qr", "apartment")

    assert ended.code == 1
    assert "docs/connect-wechat.md" in ended.complained
