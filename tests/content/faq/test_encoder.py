"""A sentence encoder in a folder: a tiny one made here, compared with the same sums done slowly."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot.content.faq.encoder import Encoder, Floats, NoEncoder, read_encoder
from bot.engine.retrieval.index import Way, build

WIDTH, HEADS, INNER, LAYERS = 8, 2, 16, 2
WORDS = ["[UNK]", "when", "are", "you", "open", "dogs", "allowed", "hours", "shut"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_file(dict(weights()), tmp_path / "model.safetensors")
    config = {"num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "layer_norm_eps": 1e-12}
    (tmp_path / "config.json").write_text(json.dumps(config))
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def weights() -> dict[str, Floats]:
    drawn = np.random.default_rng(7)

    def some(*shape: int) -> Floats:
        return drawn.normal(0, 0.5, shape).astype(np.float32)

    made = {
        "embeddings.word_embeddings.weight": some(len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": some(32, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for n in range(LAYERS):
        at = f"encoder.layer.{n}"
        sizes = {f"attention.self.{one}": (WIDTH, WIDTH) for one in ("query", "key", "value")}
        sizes |= {"attention.output.dense": (WIDTH, WIDTH)}
        sizes |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
        for name, size in sizes.items():
            made[f"{at}.{name}.weight"] = some(*size)
            made[f"{at}.{name}.bias"] = some(size[0])
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
    for name in norms:
        made[f"{name}.weight"] = some(WIDTH) + 1
        made[f"{name}.bias"] = some(WIDTH)
    return made


def slowly(ids: list[int]) -> list[float]:
    """The same by the book, one number after the other, in double precision."""
    w = {name: one.astype(float) for name, one in weights().items()}

    def normed(row: Floats, name: str) -> Floats:
        centred = row - row.mean()
        scaled = centred / math.sqrt((centred**2).mean() + 1e-12)
        made: Floats = scaled * w[f"{name}.weight"] + w[f"{name}.bias"]
        return made

    def linear(row: Floats, name: str) -> Floats:
        made: Floats = w[f"{name}.weight"] @ row + w[f"{name}.bias"]
        return made

    tables = [
        w[f"embeddings.{one}_embeddings.weight"] for one in ("word", "position", "token_type")
    ]
    summed = [tables[0][one] + tables[1][at] + tables[2][0] for at, one in enumerate(ids)]
    rows = [normed(row, "embeddings.LayerNorm") for row in summed]
    for n in range(LAYERS):
        at, size = f"encoder.layer.{n}", WIDTH // HEADS
        q, k, v = (
            [linear(r, f"{at}.attention.self.{o}") for r in rows] for o in ("query", "key", "value")
        )
        mixed = []
        for here in range(len(rows)):
            parts = []
            for head in range(HEADS):
                cut = slice(head * size, (head + 1) * size)
                scores = [
                    math.exp(q[here][cut] @ k[o][cut] / math.sqrt(size)) for o in range(len(rows))
                ]
                parts.append(sum(s * v[o][cut] for o, s in enumerate(scores)) / sum(scores))
            mixed.append(linear(np.concatenate(parts), f"{at}.attention.output.dense"))
        rows = [
            normed(r + m, f"{at}.attention.output.LayerNorm")
            for r, m in zip(rows, mixed, strict=True)
        ]
        wide = [linear(r, f"{at}.intermediate.dense") for r in rows]
        bent = [np.array([x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in row]) for row in wide]
        rows = [
            normed(r + linear(b, f"{at}.output.dense"), f"{at}.output.LayerNorm")
            for r, b in zip(rows, bent, strict=True)
        ]
    mean = np.mean(rows, axis=0)
    return [float(one) for one in mean / np.linalg.norm(mean)]


def test_a_text_becomes_what_the_model_s_sums_say(folder: Path) -> None:
    encoder = read_encoder(folder)

    [row] = encoder(["when are you open"])

    assert row == pytest.approx(slowly([1, 2, 3, 4]), abs=1e-5)


def test_texts_of_any_length_do_not_change_each_other(folder: Path) -> None:
    encoder = read_encoder(folder)

    together = encoder(["dogs", "when are you open hours", "nothing known"])
    alone = [encoder([one])[0] for one in ("dogs", "when are you open hours", "nothing known")]

    assert together == pytest.approx(np.array(alone), abs=1e-5)


def test_an_index_may_listen_to_an_encoder(folder: Path) -> None:
    encoder = read_encoder(folder)
    ways = [Way("hours", "when are you open"), Way("hours", "hours"), Way("dogs", "dogs allowed")]

    index = build("en", [*ways, Way("dogs", "dogs")], encode=encoder)

    assert index.rank("are you open")[0].entry == "hours"


def test_what_is_no_encoder_is_said_to_be_none(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"nonsense")

    with pytest.raises(NoEncoder, match="holds no sentence encoder"):
        read_encoder(folder)


def test_the_encoder_is_a_callable_of_texts(folder: Path) -> None:
    encoder: Encoder = read_encoder(folder)

    assert encoder(["dogs"] * 70).shape == (70, WIDTH)
