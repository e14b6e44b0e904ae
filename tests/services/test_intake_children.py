"""The child process that reads files: whatever it does, the intake answers."""

import ast
import asyncio
import gc
import os
import sys
from pathlib import Path

import pytest
import uvloop

from bot.services.intake import (
    DECODER,
    PDF,
    Accepted,
    Closed,
    Intake,
    Limits,
    NotAccepted,
)
from tests.services.pdfs import paged
from tests.services.pictures import encoded, marked


def a_decoder(folder: Path, body: str) -> Path:
    """Another decoder in place of ours: broken, taken over by a file, or curious."""
    path = folder / "decoder.py"
    path.write_text(
        "import os, sys, time\n"
        "def packed(*fields): return b''.join(len(f).to_bytes(4, 'big') + f for f in fields)\n"
        "def picture(words): return b'\\xff\\xd8\\xff' + words + b'\\xff\\xd9'\n"
        "out = sys.stdout.buffer\n" + body
    )
    return path


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize(
    "body",
    [
        "sys.exit(0)",
        "os.kill(os.getpid(), 9)",
        "sys.stdin.buffer.read(); out.write(b'rubbish')",
        "out.write(packed(packed(b'accepted', picture(b'ok')))[:-1])",
        "out.write(packed(packed(b'accepted', picture(b'ok'))) + b'more')",
        "out.write((99).to_bytes(4, 'big') + packed(b'accepted', picture(b'first of two')))",
        "out.write(packed(packed(b'accepted', picture(b'ok') + b'more')[:-4]))",
        "out.write(packed(packed(b'accepted', b'<script>alert(1)</script>')))",
        "out.write(packed(packed(b'accepted', picture(b'one'), picture(b'two'))))",
        "out.write(packed(packed(b'accepted')))",
        "out.write(packed(packed(b'no such reason')))",
        "out.write(packed(packed(b'\\xff\\xfe')))",
        "out.write(packed(packed(*[b''] * 100_000)))",
        "while True: out.write(bytes(1 << 16))",
    ],
)
async def test_a_child_that_dies_or_talks_rubbish_makes_the_file_unreadable(
    tmp_path: Path, body: str
) -> None:
    intake = Intake(decoder=a_decoder(tmp_path, body))

    assert await intake.examine(encoded(marked())) == NotAccepted("unreadable")


async def test_an_answer_longer_than_allowed_is_not_taken() -> None:
    intake = Intake(Limits(answer=500))

    assert await intake.examine(encoded(marked())) == NotAccepted("unreadable")


async def test_a_child_without_enough_memory_makes_the_file_unreadable() -> None:
    intake = Intake(Limits(memory=24 << 20))

    assert await intake.examine(encoded(marked())) == NotAccepted("unreadable")


@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        "out.close(); time.sleep(60)",
        "os.fork() or os.setsid(); time.sleep(6)",  # a grandchild holds on to the pipes
    ],
)
async def test_a_child_that_hangs_is_ended_while_others_are_answered(
    tmp_path: Path, body: str
) -> None:
    stuck = Intake(Limits(wall=0.5), decoder=a_decoder(tmp_path, body))
    sent = encoded(marked()) + bytes(5 << 20)  # more than a pipe holds: it is never read

    waiting = asyncio.create_task(stuck.examine(sent))
    other = await Intake().examine(sent)
    too_early = waiting.done()
    async with asyncio.timeout(4):
        outcome = await waiting

    assert isinstance(other, Accepted)
    assert not too_early
    assert outcome == NotAccepted("unreadable")


async def test_two_files_at_once_are_both_answered_by_one_worker() -> None:
    intake = Intake(workers=1)

    photo, paper = await asyncio.gather(
        intake.examine(encoded(marked())), intake.examine(paged(box=b"0 0 100 100"))
    )

    assert isinstance(photo, Accepted)
    assert isinstance(paper, Accepted)
    assert (photo.kind, paper.kind) == ("image/jpeg", PDF)


@needs_proc
async def test_there_are_never_more_children_than_workers(tmp_path: Path) -> None:
    before, most = children(), 0
    intake = Intake(Limits(wall=0.2), workers=2, decoder=a_decoder(tmp_path, "time.sleep(60)"))

    waiting = asyncio.gather(*(intake.examine(encoded(marked())) for _ in range(5)))
    while not waiting.done():
        most = max(most, len(children() - before))
        await asyncio.sleep(0)

    assert most == 2
    assert await waiting == [NotAccepted("unreadable")] * 5
    assert children() <= before


@needs_proc
async def test_a_child_sees_no_environment_no_open_file_and_not_our_folder(tmp_path: Path) -> None:
    curious = (
        "files = sorted(os.listdir('/proc/self/fd'))[:-1]\n"
        "seen = repr([dict(os.environ), files, os.getcwd(), sys.path]).encode()\n"
        "out.write(packed(packed(b'accepted', picture(seen))))"
    )
    secret = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(secret, True)

    accepted = await Intake(decoder=a_decoder(tmp_path, curious)).examine(encoded(marked()))
    os.close(secret)

    assert isinstance(accepted, Accepted)
    environment, files, folder, path = ast.literal_eval(accepted.content[3:-2].decode())
    assert set(environment) <= {"LC_CTYPE"}  # Python sets it itself
    assert (files, folder) == (["0", "1", "2"], "/")
    assert str(tmp_path) not in path
    assert "" not in path


def test_the_decoder_imports_nothing_of_the_bot() -> None:
    imported = {
        name
        for node in ast.walk(ast.parse(DECODER.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
    }

    assert not [name for name in imported if name and name.split(".")[0] == "bot"]


@needs_proc
@pytest.mark.parametrize("ending", ["closed", "cancelled"])
async def test_no_child_is_left_behind(tmp_path: Path, ending: str) -> None:
    before = children()
    intake = Intake(decoder=a_decoder(tmp_path, "time.sleep(60)"))
    running, queued = (asyncio.create_task(intake.examine(encoded(marked()))) for _ in range(2))
    for _ in range(100_000):
        if children() > before:
            break
        await asyncio.sleep(0)

    if ending == "cancelled":
        running.cancel()
        queued.cancel()
    else:
        async with asyncio.timeout(10):  # half the time a child has
            await intake.close()

    for task in (running, queued):
        with pytest.raises((Closed, asyncio.CancelledError)):
            await task
    assert children() <= before


async def test_a_closed_intake_judges_no_file_and_may_be_closed_again(intake: Intake) -> None:
    await intake.close()

    with pytest.raises(Closed):
        await intake.examine(encoded(marked()))
    await intake.close()


def test_it_works_on_the_event_loop_that_production_uses(tmp_path: Path) -> None:
    sent = encoded(marked(), "PNG") + bytes(9 << 20)
    stuck = Intake(Limits(wall=0.2), decoder=a_decoder(tmp_path, "time.sleep(60)"))

    async def both() -> tuple[Accepted | NotAccepted, Accepted | NotAccepted]:
        return await asyncio.gather(Intake().examine(sent), stuck.examine(sent))

    good, hung = uvloop.run(both())
    gc.collect()  # a transport left open would warn here

    assert isinstance(good, Accepted)
    assert hung == NotAccepted("unreadable")
