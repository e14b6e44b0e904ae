"""Turns sentences into rows of numbers with a sentence encoder kept in a folder on this machine.

A folder holds what most encoders of the BERT family are published as: `config.json`,
`tokenizer.json` and `model.safetensors`. The encoder runs in numpy alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST = 128
"""Pieces of a sentence that are read: questions are shorter, and it bounds the work."""
BATCH = 32


class NoEncoder(Exception):
    """The folder holds no encoder that can be read; says why."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the numbers of a model mean."""

    layers: int
    heads: int
    epsilon: float


class Encoder:
    """A sentence encoder: mean of the last layer's rows, each text by itself.

    `name` tells it from other encoders, and from itself once its file has changed.
    """

    def __init__(self, name: str, tokenizer: Any, weights: dict[str, Floats], shape: Shape) -> None:
        self.name = name
        self._tokenizer = tokenizer
        self._weights = weights
        self._shape = shape

    def __call__(self, texts: Sequence[str]) -> Floats:
        """A row of numbers for each text, of length 1."""
        batches = (texts[at : at + BATCH] for at in range(0, len(texts), BATCH))
        rows = [self._encode(batch) for batch in batches]
        return np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)

    def _encode(self, texts: Sequence[str]) -> Floats:
        encoded = self._tokenizer.encode_batch(list(texts))
        longest = max(len(one.ids[:LONGEST]) for one in encoded)
        ids = np.zeros((len(texts), longest), np.int64)
        mask = np.zeros((len(texts), longest), np.float32)
        for row, one in enumerate(encoded):
            kept = one.ids[:LONGEST]
            ids[row, : len(kept)] = kept
            mask[row, : len(kept)] = one.attention_mask[:LONGEST]
        hidden = self._embed(ids)
        hidden = self._layers(hidden, np.where(mask > 0, 0, -1e9).astype(np.float32))
        summed = (hidden * mask[:, :, None]).sum(1) / np.maximum(mask.sum(1, keepdims=True), 1)
        length = np.linalg.norm(summed, axis=1, keepdims=True)
        rows: Floats = (summed / np.maximum(length, 1e-12)).astype(np.float32)
        return rows

    def _embed(self, ids: NDArray[np.int64]) -> Floats:
        table = self._weights
        words = table["embeddings.word_embeddings.weight"][ids]
        places = table["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kinds = table["embeddings.token_type_embeddings.weight"][0]
        return self._normed(words + places + kinds, "embeddings.LayerNorm")

    def _layers(self, hidden: Floats, mask: Floats) -> Floats:
        for n in range(self._shape.layers):
            at = f"encoder.layer.{n}"
            attended = self._attend(hidden, mask, f"{at}.attention")
            hidden = self._normed(hidden + attended, f"{at}.attention.output.LayerNorm")
            widened = _gelu(self._linear(hidden, f"{at}.intermediate.dense"))
            narrowed = self._linear(widened, f"{at}.output.dense")
            hidden = self._normed(hidden + narrowed, f"{at}.output.LayerNorm")
        return hidden

    def _attend(self, hidden: Floats, mask: Floats, at: str) -> Floats:
        texts, length, width = hidden.shape
        heads = self._shape.heads

        def split(name: str) -> Floats:
            rows = self._linear(hidden, f"{at}.self.{name}")
            return rows.reshape(texts, length, heads, width // heads).transpose(0, 2, 1, 3)

        scores = split("query") @ split("key").transpose(0, 1, 3, 2)
        scores = scores / np.sqrt(width // heads) + mask[:, None, None, :]
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ split("value")
        return self._linear(
            mixed.transpose(0, 2, 1, 3).reshape(texts, length, width), f"{at}.output.dense"
        )

    def _linear(self, rows: Floats, name: str) -> Floats:
        made: Floats = rows @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return made

    def _normed(self, rows: Floats, name: str) -> Floats:
        centred = rows - rows.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + self._shape.epsilon)
        scaled = centred / spread * self._weights[f"{name}.weight"]
        made: Floats = scaled + self._weights[f"{name}.bias"]
        return made


def _gelu(x: Floats) -> Floats:
    """x times the share of a normal distribution below it, by a close polynomial of that share.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: off by 1.5e-7 at most.
    """
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    half: Floats = (x * (1 + erf) / 2).astype(np.float32)
    return half


def read_encoder(folder: Path) -> Encoder:
    """The encoder in a folder; `NoEncoder` where it cannot be read or its parts are missing."""
    try:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
    except ImportError as error:
        raise NoEncoder("install talent-bot[encoder] to use an encoder") from error
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        shape = Shape(
            int(config["num_hidden_layers"]),
            int(config["num_attention_heads"]),
            float(config.get("layer_norm_eps", 1e-12)),
        )
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        model = folder / "model.safetensors"
        read = load_file(model)
        weights = {name.removeprefix("bert."): w.astype(np.float32) for name, w in read.items()}
        name = f"{folder.name} {model.stat().st_size} {model.stat().st_mtime_ns}"
        encoder = Encoder(name, tokenizer, weights, shape)
        encoder(["A first sentence."])
    except Exception as error:  # whatever a strange file leads to, it is no encoder
        raise NoEncoder(f"{folder} holds no sentence encoder: {type(error).__name__}") from error
    return encoder
