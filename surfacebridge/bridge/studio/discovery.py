"""Telling Home Assistant about levels and switches.

Owns: the entities (Home Assistant's MQTT discovery: ``number`` and ``switch``).
Does not own: rights; what it orders comes from the user ``homeassistant`` and is
treated like anybody's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.protocols.studio.topics import Topic

USER: Final = "homeassistant"
_PREFIX: Final = "homeassistant"
# A slider needs an end; below it a desk's fader is as good as off.
_LOWEST: Final = -90.0


def entities(
    site: str, target: str, specs: Mapping[str, ParameterSpec]
) -> Iterator[tuple[str, bytes]]:
    """Yield topic and payload of each level and switch that can be written."""
    for name, spec in specs.items():
        if not spec.writable or spec.kind not in {"level", "switch"}:
            continue
        unique = re.sub(r"[^a-z0-9]+", "_", f"surfacebridge_{site}_{target}_{name}".lower())
        kind = "number" if spec.kind == "level" else "switch"
        said: dict[str, object] = {
            "unique_id": unique,
            "name": f"{target} {name}",
            "state_topic": Topic("value", site, target, parameter=name).text,
            "command_topic": Topic("set", site, target, USER, USER, name).text,
            "availability_topic": Topic("desk", site, target).text,
            "availability_template": "{{ 'offline' if value_json.link == 'gone' else 'online' }}",
            "device": {
                "identifiers": [f"surfacebridge_{site}_{target}"],
                "name": f"{site} {target}",
            },
        }
        said |= _level(spec) if kind == "number" else _SWITCH
        payload = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
        yield f"{_PREFIX}/{kind}/{unique}/config", payload


_SWITCH: Final[Mapping[str, object]] = {
    "value_template": "{{ value_json.value }}",
    "state_on": "True",
    "state_off": "False",
    "payload_on": "true",
    "payload_off": "false",
}


def _level(spec: ParameterSpec) -> dict[str, object]:
    known = "value_json.value if value_json.value is not none"
    return {
        "value_template": f"{{{{ {known} else {_LOWEST} }}}}",
        "min": _LOWEST,
        "max": round(spec.law.top if spec.law is not None else 0.0, 1),
        "step": 0.1,
        "unit_of_measurement": "dB",
        "mode": "slider",
    }
