"""The plays: applicants who come as far as applicants come, in each language and two ways."""

import io
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw

from bench.bots import KEY
from bench.centre.applicant import EMAIL, NAME, PHONE, Applicant, Kept
from bench.child import ROOT
from bot.app import App
from bot.engine.model import Start
from bot.settings import Settings, read_settings

FLOW = "apartment"
WAYS: tuple[tuple[str, ...], ...] = (
    ("2", "MIT", "Physics"),
    ("3", "Qwxyz Institute", "Urban planning", "3"),
)
"""How they answer the first questions: a university that is known, one that is not."""


def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Settings of the program with the real content, and a database in this folder or elsewhere."""
    return read_settings(environment_for(folder, database_url))


def environment_for(folder: Path, database_url: str = "") -> dict[str, str]:
    """The same, for a process of its own."""
    return {
        "BOT_HOME": str(ROOT),
        "BOT_DATA_DIR": str(folder / "data"),
        "BOT_DATABASE_URL": database_url or f"sqlite:///{folder / 'data' / 'talent-bot.db'}",
        "BOT_SECRET_KEY": KEY,
        "BOT_PORT": "0",
        "BOT_LOG_LEVEL": "ERROR",
    }


def picture() -> bytes:
    """A small paper: a frame and lines."""
    paper = Image.new("RGB", (120, 160), "white")
    drawn = ImageDraw.Draw(paper)
    drawn.rectangle((6, 6, 113, 153), outline="navy")
    for y in range(24, 140, 12):
        drawn.line((16, y, 100, y), fill="grey")
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=40)
    return out.getvalue()


async def play_all() -> list[Kept]:
    """What the program keeps of each applicant at each stage."""
    with TemporaryDirectory() as folder:
        app = App(settings_for(Path(folder)))
        paper = picture()
        cast = product(app.content.catalogue.languages, WAYS, PLAYS)
        kept: list[Kept] = []
        async with app.running():
            for n, (language, way, play) in enumerate(cast):
                one = Applicant(app, f"played-{n}", language, paper)
                await play(one, way)
                kept += one.kept
        return kept


async def _begin(one: Applicant, way: tuple[str, ...]) -> None:
    await one.does(Start(FLOW, one.language))
    await one.says(*way, one.came_back, "1", "2", "2", "1", NAME, PHONE, EMAIL)
    await one.sends(2)
    await one.says("1", "1", "1", "2", "1, 3")


async def _submitted(one: Applicant, way: tuple[str, ...]) -> None:
    await _begin(one, way)
    await one.says("1")


async def _held(one: Applicant, way: tuple[str, ...]) -> None:
    await _submitted(one, way)
    await one.hears("decision", "approved")
    await one.says("1")


async def _stops(one: Applicant, way: tuple[str, ...]) -> None:
    """Stops now here, now there, before anything is submitted."""
    await one.does(Start(FLOW, one.language))
    await one.says(way[0])
    one.keep("draft")
    await one.says(*way[1:], one.came_back, "1")
    one.keep("draft")
    await one.says("2", "2")
    one.keep("draft")
    await one.says("1", NAME, PHONE)
    one.keep("draft")
    await one.says(EMAIL)
    await one.sends(2)
    one.keep("draft")


async def _is_refused(one: Applicant, way: tuple[str, ...]) -> None:
    await _submitted(one, way)
    one.keep("submitted")
    await one.hears("decision", "refused", reason="The degree could not be verified.")
    one.keep("refused")


async def _withdraws(one: Applicant, way: tuple[str, ...]) -> None:
    await _submitted(one, way)
    await one.says("cancel", "1")
    one.keep("withdrawn")


async def _pays(one: Applicant, way: tuple[str, ...]) -> None:
    await _submitted(one, way)
    await one.hears("decision", "approved")
    one.keep("approved")
    await one.says("1")
    one.keep("ordered")
    await one.sends(1)
    one.keep("reported")
    await one.hears("deposit", "confirmed")
    one.keep("confirmed")


async def _is_late(one: Applicant, way: tuple[str, ...]) -> None:
    await _held(one, way)
    await one.hears("deposit", "expired")
    one.keep("expired")


async def _waits(one: Applicant, way: tuple[str, ...]) -> None:
    await _submitted(one, way)
    await one.hears("decision", "approved")
    await one.says("none of these suits me" if one.language == "en" else "都不合适", "1")
    one.keep("waiting")


Play = Callable[[Applicant, tuple[str, ...]], Awaitable[None]]
PLAYS: tuple[Play, ...] = (_stops, _is_refused, _withdraws, _pays, _is_late, _waits)
