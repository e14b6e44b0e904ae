"""The pure step: what the engine costs without any storage."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec

from bench.load import SCRIPT
from bot.content.load import read_content
from bot.content.render import Renderer
from bot.content.texts import Translations, read_catalogues
from bot.engine.effects import Say
from bot.engine.model import Conversation, Said
from bot.engine.turn import take_turn
from bot.store.seal import Sealer

ROUNDS = 200


@dataclass(frozen=True, slots=True)
class StepFigures:
    """Median microseconds a turn: thinking, putting into words, reading and writing the state."""

    think: float
    render: float
    state: float


def measure(home: Path) -> StepFigures:
    """Play the script again and again, timing each part of each turn."""
    content, _ = read_content(home)
    catalogue, centre = content.catalogue, content.centre
    translations = Translations(read_catalogues(home))
    renderer = Renderer(translations, catalogue, centre.zone, centre.currency)
    sealer, now = Sealer(["bench" * 8]), datetime.now(UTC)
    encode, decode = msgspec.json.encode, msgspec.json.Decoder(Conversation).decode
    think, render, state = [], [], []
    for _ in range(ROUNDS):
        conversation = Conversation("1", "web")
        for text in SCRIPT:
            t0 = time.perf_counter()
            turn = take_turn(catalogue, conversation, Said(text), now)
            t1 = time.perf_counter()
            for effect in turn.effects:
                if isinstance(effect, Say):
                    renderer.message(effect, "en")
            t2 = time.perf_counter()
            sealed = sealer.seal(encode(turn.conversation), "conversation:1")
            conversation = decode(sealer.open(sealed, "conversation:1"))
            t3 = time.perf_counter()
            think.append(t1 - t0)
            render.append(t2 - t1)
            state.append(t3 - t2)
    return StepFigures(*(median(part) * 1e6 for part in (think, render, state)))
