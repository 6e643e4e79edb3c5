"""What the fuzzers share: the same inputs for the same seed, as many as asked for.

``KIOSKD_FUZZ`` is how many (10,000 by itself, 1,000,000 by ``make fuzz``), ``KIOSKD_SEED`` from
where they are drawn; both are printed.
"""

import json
import os
import random
from collections.abc import Iterator
from typing import Any

COUNT = int(os.environ.get("KIOSKD_FUZZ", "10000"))
SEED = int(os.environ.get("KIOSKD_SEED", "20261126"))
TOLD = 10_000  # inputs after which a line says how far it is
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 1e308, 2**63, 10**30, "", " ", "x" * 2000, "\x00", "\x1b[2J"),
    *("\u202e", "é", "\U0001f389", "7", "NaN", "crítica", "Muito Alta", "2025-01-01T00:00:00Z"),
    *("0000-00-00", "javascript:alert(1)", "//evil/x.wav", [], [[]], {}, {"a": {}}, [None] * 50),
]


def draws(what: str, share: int = 1) -> Iterator[random.Random]:
    """A draw for each input; ``share`` divides their number for what is slow."""
    count = max(1, COUNT // share)
    print(f"{what}: {count:,} inputs, seed {SEED}")
    for number in range(count):
        if number % TOLD == 0 < number:
            print(f"  {number:,} so far", flush=True)
        yield random.Random(f"{SEED} {what} {number}")


def changed(draw: random.Random, value: Any, depth: int = 0) -> Any:
    """A JSON value with some of its parts replaced, removed, added or nested."""
    if draw.random() < 0.15:
        return draw.choice(ODD)
    if isinstance(value, dict):
        found = {k: changed(draw, v, depth + 1) for k, v in value.items() if draw.random() > 0.08}
        if draw.random() < 0.1:
            found[draw.choice(["type", "id", "data", "x", "", "\x00"])] = draw.choice(ODD)
        return found
    if isinstance(value, list):
        return [
            changed(draw, each, depth + 1) for each in value for _ in range(draw.choice([1, 1, 2]))
        ]
    return value


def damaged(draw: random.Random, content: bytes) -> bytes:
    """Bytes with some flipped, inserted, doubled or cut off."""
    whole = bytearray(content)
    for _ in range(draw.randrange(1, 5)):
        if not whole:
            break
        at = draw.randrange(len(whole))
        match draw.randrange(5):
            case 0:
                whole[at] = draw.randrange(256)
            case 1:
                whole[at:at] = draw.randbytes(draw.randrange(1, 4))
            case 2:
                del whole[at : at + draw.randrange(1, 20)]
            case 3:
                whole[at:at] = whole[at : at + draw.randrange(1, 40)]
            case _:
                whole[at] ^= 1 << draw.randrange(8)
    return bytes(whole)


def encoded(draw: random.Random, value: Any) -> bytes:
    """JSON of a value; now and then not quite."""
    text = json.dumps(value, ensure_ascii=draw.random() < 0.5).encode(errors="surrogatepass")
    return damaged(draw, text) if draw.random() < 0.2 else text
