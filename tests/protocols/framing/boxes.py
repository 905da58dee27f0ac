"""What serial boxes and their hosts say, as bytes (docs/protocols/serial.md)."""

import json
from pathlib import Path
from typing import Any

_ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "vectors" / "serial.jsonl").read_text().splitlines()
]


def rows(framing: str, direction: str = "") -> list[dict[str, Any]]:
    """Return the vectors of ``framing``, all or those of one direction."""
    return [
        {**row, "data": bytes.fromhex(row["bytes"])}
        for row in _ROWS
        if row["framing"] == framing and direction in {"", row["direction"]}
    ]
