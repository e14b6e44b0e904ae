import re
import shutil
from pathlib import Path

import pytest

from bot.settings import KNOWN, ROOT
from tests.cli.program import run
from tests.web.papers import photo
from tests.web.server import Server, Visitor, spoken, visiting
from tests.web.story import submits, to_deposit

pytestmark = pytest.mark.process


def test_wrong_settings_end_every_command_with_one_list(tmp_path: Path) -> None:
    ended = run(tmp_path, "serve", PORT="x", LOG_LEVEL="LOUD", PROT="1")

    assert ended.code == 2
    assert ended.told == ""
    assert ended.complained.splitlines() == [
        "BOT_PROT: there is no such setting; do you mean BOT_PORT?",
        "BOT_PORT: 'x' is no port: a number from 0 to 65535",
        "BOT_LOG_LEVEL: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR",
    ]


def test_every_setting_is_listed_with_its_meaning(tmp_path: Path) -> None:
    ended = run(tmp_path, "settings")

    assert ended.code == 0
    assert re.findall(r"^BOT_(\w+)$", ended.told, re.MULTILINE) == list(KNOWN)


# content


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A copy of the centre's own folders, to be spoiled."""
    for name in ("flows", "content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / "centre" / name)
    return tmp_path / "centre"


def test_sound_content_passes_the_check(tmp_path: Path) -> None:
    ended = run(tmp_path, "check")

    assert ended.code == 0, ended.told
    assert re.search(r"^0 problems in \d+ flows?, in en, .+, ar$", ended.told, re.MULTILINE)


def test_a_problem_is_named_with_its_place_and_fails_the_check(
    tmp_path: Path, centre: Path
) -> None:
    flow = centre / "flows" / "apartment.yaml"
    flow.write_text(flow.read_text().replace("go: verdict", "go: verdcit", 1))
    line = 1 + flow.read_text()[: flow.read_text().index("verdcit")].count("\n")

    ended = run(tmp_path, "check", HOME=str(centre))

    assert ended.code == 1
    assert f"apartment.yaml:{line}: " in ended.told
    assert "verdcit" in ended.told
    assert "Traceback" not in ended.complained


def test_content_with_problems_does_not_serve(tmp_path: Path, centre: Path) -> None:
    flow = centre / "flows" / "apartment.yaml"
    flow.write_text(flow.read_text().replace("ask: lookup", "ask: lokup", 1))

    ended = run(tmp_path, "serve", HOME=str(centre), PORT="0")

    assert ended.code == 1
    assert "apartment.yaml" in ended.complained
    assert "Traceback" not in ended.complained


def test_translations_that_cannot_be_read_do_not_serve(tmp_path: Path, centre: Path) -> None:
    chinese = centre / "locales" / "zh_Hans" / "LC_MESSAGES" / "bot.po"
    chinese.write_text(chinese.read_text() + 'msgid "half\n')

    ended = run(tmp_path, "serve", HOME=str(centre), PORT="0")

    assert ended.code == 1
    assert "bot.po:" in ended.complained
    assert "Traceback" not in ended.complained


# staff


async def test_staff_approve_and_confirm_from_another_process(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with visiting(server) as ana:
            await ana.arrives(flow="apartment")
            reference = await submits(ana)

            listed = run(tmp_path, "case", "list")
            approved = run(tmp_path, "case", "approve", f" {reference.lower()} ")
            again = run(tmp_path, "case", "approve", reference)

            due = r"due \d{4}-\d\d-\d\d"
            assert re.fullmatch(rf"{reference}  apartment  submitted  {due}  web\n", listed.told)
            assert (approved.code, approved.complained) == (0, "")
            assert approved.told == f"{reference} is approved; the applicant is told in the chat\n"
            assert again.code == 1
            assert again.complained == f"{reference} is not waiting for a decision\n"

            server.tick()
            deposit = await to_deposit(ana)
            await ana.sends(photo("receipt"))
            owed = run(tmp_path, "deposit", "list")
            confirmed = run(tmp_path, "deposit", "confirm", deposit)
            server.tick()

            assert re.fullmatch(rf"{deposit}  \d+\.00  reported\n", owed.told)
            assert confirmed.code == 0
            assert f"{deposit}: confirmed" in confirmed.told
            assert "We have received your deposit" in spoken(await ana.looks(wait=10))[0]


async def test_staff_refuse_with_a_reason_that_is_told(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with visiting(server) as ana:
            reference = await handed_in(ana)

            ended = run(tmp_path, "case", "refuse", reference, "--reason", "The degree is missing.")
            server.tick()

            assert ended.told == f"{reference} is refused; the applicant is told in the chat\n"
            assert "Reason: The degree is missing." in spoken(await ana.looks(wait=10))[0]


async def test_staff_read_what_was_answered(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with visiting(server) as ana:
            reference = await handed_in(ana)

            shown = run(tmp_path, "case", "show", reference)

            head, *answers = shown.told.splitlines()
            assert re.fullmatch(rf"{reference}  apartment  submitted  due \d{{4}}-\d\d-\d\d", head)
            assert any("Name: Ana Núñez" in line for line in answers)
            assert any("Identity paper: One file" in line for line in answers)


async def test_a_deposit_that_did_not_arrive_is_refused_with_a_reason(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with visiting(server) as ana:
            server.decide(await handed_in(ana))
            deposit = await to_deposit(ana)
            await ana.sends(photo("receipt"))

            ended = run(tmp_path, "deposit", "refuse", deposit, "--reason", "Not there yet.")
            server.tick()

            assert ended.told == f"{deposit}: refused; the applicant is told in the chat\n"
            assert "Reason: Not there yet." in spoken(await ana.looks(wait=10))[0]


async def handed_in(visitor: Visitor) -> str:
    await visitor.arrives(flow="apartment")
    return await submits(visitor)


@pytest.mark.parametrize("command", ["case", "deposit"])
def test_staff_do_not_refuse_without_a_reason(command: str, tmp_path: Path) -> None:
    ended = run(tmp_path, command, "refuse", "A-7777777")

    assert (ended.code, ended.told) == (2, "")
    assert ended.complained == "a refusal needs --reason: the applicant is told it\n"


def test_a_case_that_does_not_exist_is_not_shown(tmp_path: Path) -> None:
    ended = run(tmp_path, "case", "show", "a-7777777")

    assert (ended.code, ended.complained) == (1, "there is no case A-7777777\n")


def test_what_nobody_waits_for_cannot_be_decided(tmp_path: Path) -> None:
    case = run(tmp_path, "case", "approve", "A-7777777")
    deposit = run(tmp_path, "deposit", "refuse", "D-7777777", "--reason", "Not found.")

    assert (case.code, case.complained) == (1, "A-7777777 is not waiting for a decision\n")
    assert (deposit.code, deposit.complained) == (1, "D-7777777 is not waiting for that\n")


# operating


def test_a_database_that_does_not_answer_ends_a_command_with_a_sentence(tmp_path: Path) -> None:
    nowhere = "postgresql://bot:hush@127.0.0.1:1/talents"

    ended = run(tmp_path, "case", "list", DATABASE_URL=nowhere)

    assert (ended.code, ended.told) == (1, "")
    assert ended.complained == "the database does not answer: see BOT_DATABASE_URL\n"


def test_a_key_that_does_not_fit_the_data_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    run(tmp_path, "chat", "--name", "ana", typed="English\n:q\n", SECRET_KEY="a" * 32)

    ended = run(tmp_path, "serve", PORT="0", SECRET_KEY="b" * 32)

    assert (ended.code, ended.told) == (1, "")
    assert ended.complained == "BOT_SECRET_KEY does not fit the data in the database\n"


def test_a_new_key_before_the_old_one_still_opens_the_data(tmp_path: Path) -> None:
    run(tmp_path, "chat", "--name", "ana", typed="English\n1\n:q\n", SECRET_KEY="a" * 32)

    ended = run(tmp_path, "chat", "--name", "ana", typed="2\n", SECRET_KEY=f"{'b' * 32},{'a' * 32}")

    assert "< Which university gave you that degree?" in ended.told


def test_a_plan_tells_what_a_new_version_would_mean_and_changes_nothing(
    tmp_path: Path, centre: Path
) -> None:
    run(tmp_path, "chat", "--name", "ana", typed="English\n1\n2\n:q\n", HOME=str(centre))
    same = run(tmp_path, "plan", HOME=str(centre))
    flow = centre / "flows" / "apartment.yaml"
    flow.write_text(flow.read_text().replace("remind_hours: 20", "remind_hours: 21"))

    planned = run(tmp_path, "plan", HOME=str(centre))
    again = run(tmp_path, "plan", HOME=str(centre))

    counts = "apartment: {} on this version already, {} carry over unchanged\nnothing was changed\n"
    assert same.told == counts.format(1, 0)
    assert planned.told == counts.format(0, 1)
    assert again == planned


def test_a_plan_counts_who_would_be_asked_again(tmp_path: Path, centre: Path) -> None:
    run(tmp_path, "chat", "--name", "ana", typed="English\n1\n2\n:q\n", HOME=str(centre))
    flow = centre / "flows" / "apartment.yaml"
    flow.write_text(flow.read_text().replace("option: master,", "option: masters,"))
    assert "option: masters," in flow.read_text()

    planned = run(tmp_path, "plan", HOME=str(centre))

    assert planned.told.splitlines() == [
        "apartment: 0 on this version already, 0 carry over unchanged",
        "    1 are asked 1 question(s) again",
        "nothing was changed",
    ]


def test_a_database_is_brought_up_to_date_as_often_as_one_likes(tmp_path: Path) -> None:
    first = run(tmp_path, "db", "upgrade")
    second = run(tmp_path, "db", "upgrade")

    assert first == second
    assert (first.code, first.told) == (0, "the database is up to date\n")


# talking


def test_a_conversation_can_be_typed_and_written_down(tmp_path: Path) -> None:
    (tmp_path / "passport.jpg").write_bytes(photo())
    typed = "English\n1\n\n2\n:file passport.jpg\n:file nowhere.jpg\nback\n:q\n"

    ended = run(tmp_path, "chat", "--name", "ana", "--record", "ana.txt", typed=typed)

    assert (ended.code, ended.complained) == (0, "")
    written = (tmp_path / "ana.txt").read_text()
    assert written.startswith("> (opens the chat)\n\n< Which language shall we speak?\n")
    assert "\n> 2\n\n< Which university gave you that degree?" in written
    assert "\n> (1 file(s))\n" in written
    assert "there is no file nowhere.jpg" in ended.told
    heard = [line for line in written.splitlines() if line.startswith("< ")]
    assert [line for line in ended.told.splitlines() if line.startswith("< ")] == heard


def test_a_conversation_goes_on_where_it_was_left(tmp_path: Path) -> None:
    begun = run(tmp_path, "chat", "--name", "ana", typed="English\n1\n")
    goes_on = run(tmp_path, "chat", "--name", "ana", typed="\n2\n")

    assert begun.code == goes_on.code == 0
    assert "< Which university gave you that degree?" in goes_on.told
