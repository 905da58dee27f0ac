"""The JSON Schema of mapping files, as editors take it.

``python -m surfacebridge.mapping.schema`` prints it; ``mappings/schema.json``
is its output, and a test says whether it is current.
"""

import json
import sys

from surfacebridge.mapping.shapes import json_schema


def schema_text() -> str:
    """Return the schema as it stands in ``mappings/schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
