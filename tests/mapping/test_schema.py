import json
from pathlib import Path

from surfacebridge.mapping.schema import schema_text

CURRENT = Path(__file__).parents[2] / "mappings" / "schema.json"


def test_the_schema_in_the_repository_is_current() -> None:
    assert CURRENT.read_text(encoding="utf-8") == schema_text()


def test_every_reference_in_the_schema_leads_somewhere() -> None:
    schema = json.loads(schema_text())
    references = {
        part.partition('"')[0].removeprefix("#/$defs/")
        for part in schema_text().split('"$ref": "')[1:]
    }
    assert references <= set(schema["$defs"])
    assert {"lines", "OptionsShape", "BankShape"} <= references


def test_the_schema_closes_mappings_and_knows_numbers() -> None:
    schema = json.loads(schema_text())
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["surfacebridge"]
    assert schema["properties"]["surfacebridge"]["const"] == 1
    layer = schema["$defs"]["LayerShape"]["properties"]
    assert layer["default"]["type"] == "boolean"
