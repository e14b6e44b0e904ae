import shutil
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.cli.clinic import NOBODY, OTHER_SECRET, OTHER_TOKEN, Clinic
from tests.cli.program import run
from tests.fakes import wechat
from tests.fakes.wechat import OUR_IP, Fault
from tests.web.server import Server

pytestmark = pytest.mark.process


async def test_where_all_is_well_every_line_says_so(doctors: Clinic) -> None:
    ended = await doctors.command("doctor")

    lines = ended.told.splitlines()
    assert [line for line in lines if not line.startswith("✓ ")] == []
    assert ended.code == 0
    assert lines[:5] == ["✓ settings", "✓ data folder", "✓ database", "✓ key", "✓ content"]
    assert {"✓ Telegram token", "✓ Telegram menus"} <= set(lines)
    assert {"✓ WeChat token", "✓ WeChat menus", "✓ WeChat webhook"} <= set(lines)
    assert doctors.telegram.violations == doctors.wechat.violations == []


async def test_looking_sets_nothing_and_tells_nobody(doctors: Clinic) -> None:
    doctors.telegram.calls.clear()
    doctors.wechat.calls.clear()

    await doctors.command("doctor")

    assert {name[:3] for name in doctors.telegram.methods()} == {"get"}
    assert {call.path for call in doctors.wechat.calls if call.body} == {wechat.TOKEN}


# Telegram


async def test_a_wrong_bot_token_is_to_be_copied_again(doctors: Clinic) -> None:
    found = await doctors.finds(TELEGRAM_TOKEN=OTHER_TOKEN)

    assert list(found) == ["Telegram token"]
    assert "BOT_TELEGRAM_TOKEN" in found["Telegram token"]


async def test_a_webhook_that_leads_elsewhere_is_found(doctors: Clinic) -> None:
    doctors.telegram.bot.webhook["url"] = "https://elsewhere.example/telegram"

    found = await doctors.finds()

    assert list(found) == ["Telegram webhook address"]
    assert f"{doctors.front.url}/telegram" in found["Telegram webhook address"]


async def test_commands_that_differ_are_found(doctors: Clinic) -> None:
    doctors.telegram.bot.commands["zh"] = []

    assert list(await doctors.finds()) == ["Telegram menus"]


async def test_a_webhook_in_the_way_of_polling_is_found(doctors: Clinic) -> None:
    found = await doctors.finds(TELEGRAM_MODE="poll")

    assert list(found) == ["Telegram no webhook"]


# WeChat


async def test_an_address_that_is_not_on_the_list_is_named(doctors: Clinic) -> None:
    doctors.wechat.fail(wechat.TOKEN, Fault(40164, times=-1))

    found = await doctors.finds()

    assert list(found) == ["WeChat token"]
    assert "IP list" in found["WeChat token"]
    assert OUR_IP in found["WeChat token"]


async def test_a_wrong_app_secret_is_to_be_copied_again(doctors: Clinic) -> None:
    found = await doctors.finds(WECHAT_APP_SECRET=OTHER_SECRET)

    assert list(found) == ["WeChat token"]
    assert "BOT_WECHAT_APP_SECRET" in found["WeChat token"]


async def test_a_menu_that_differs_is_found(doctors: Clinic) -> None:
    home = doctors.folder / "home"
    for name in ("flows", "content", "locales"):
        shutil.copytree(ROOT / name, home / name)
    menu = home / "content" / "menu.yaml"
    menu.write_text(menu.read_text().replace("en: Help,", "en: Helping,"))

    assert list(await doctors.finds(HOME=str(home))) == ["WeChat menus"]


# the site


async def test_a_program_that_does_not_run_is_to_be_started(doctors: Clinic) -> None:
    doctors.front.behind = ""

    found = await doctors.finds(PORT="9")

    assert found[f"{doctors.front.url} answers"] == "start the program with talent-bot serve"


async def test_a_web_server_that_leads_elsewhere_is_told_apart(doctors: Clinic) -> None:
    doctors.front.behind = ""

    found = await doctors.finds()

    assert "let the web server pass all on" in found[f"{doctors.front.url} answers"]


@pytest.mark.parametrize("path", ["/telegram", "/wechat"])
async def test_a_path_that_is_not_passed_on_is_found(path: str, doctors: Clinic) -> None:
    doctors.front.kept.add(path)

    found = await doctors.finds()

    assert f"pass {path} on" in found[f"{path} reaches the program"]


async def test_a_certificate_that_nobody_trusts_is_found(
    doctors: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    found = await doctors.finds()

    assert "certificate" in found[f"{doctors.front.url} answers"]


async def test_an_address_that_is_not_https_is_found(doctors: Clinic) -> None:
    found = await doctors.finds(PUBLIC_URL=NOBODY)

    assert "https://" in found["BOT_PUBLIC_URL is https"]


# this machine


def test_without_a_platform_it_says_where_to_read_how(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        ended = run(tmp_path, "doctor", PUBLIC_URL=server.address)

    assert ended.code == 0
    assert "docs/connect-telegram.md" in ended.told
    assert "docs/connect-wechat.md" in ended.told


def test_a_key_that_does_not_fit_is_said_without_it(doctors_data: Path) -> None:
    ended = run(doctors_data, "doctor", SECRET_KEY=OTHER_SECRET * 2)

    assert ended.code == 1
    assert "✗ key: BOT_SECRET_KEY does not fit" in ended.told
    assert OTHER_SECRET not in ended.told + ended.complained


@pytest.fixture
def doctors_data(tmp_path: Path) -> Path:
    """A folder in which somebody has talked."""
    run(tmp_path, "chat", "--name", "Ana", typed="hello\n:q\n")
    return tmp_path


def test_a_database_that_was_never_made_is_found(tmp_path: Path) -> None:
    ended = run(tmp_path, "doctor", PUBLIC_URL=NOBODY)

    assert ended.code == 1
    assert "✗ database: it is not up to date: start the program" in ended.told


def test_a_database_that_does_not_answer_is_found(tmp_path: Path) -> None:
    ended = run(tmp_path, "doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")

    assert ended.code == 1
    assert "✗ database: it does not answer: look at BOT_DATABASE_URL" in ended.told
    assert "Traceback" not in ended.complained


def test_problems_of_the_content_are_counted(tmp_path: Path) -> None:
    for name in ("flows", "content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / "home" / name)
    flow = tmp_path / "home" / "flows" / "apartment.yaml"
    flow.write_text(flow.read_text().replace("go: verdict", "go: verdcit", 1))

    ended = run(tmp_path, "doctor", HOME=str(tmp_path / "home"))

    assert "problems: talent-bot check names them" in ended.told


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_else(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    ended = run(tmp_path, "doctor")

    assert ended.code == 2
    assert "is no folder that can be written to" in ended.complained
