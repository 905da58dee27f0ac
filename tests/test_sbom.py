import json
import subprocess
import sys
from pathlib import Path

SBOM = Path(__file__).parents[1] / ".ci" / "sbom"


def test_the_bill_names_everything_that_runs_and_no_tool_of_development() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, SBOM], capture_output=True, text=True, check=True
    )
    bill = json.loads(done.stdout)
    names = {one["name"] for one in bill["components"]}
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "surfacebridge",
    )
    assert {"click", "pydantic", "python-osc", "rich", "ruamel-yaml"} <= names
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & names
    references = {one["bom-ref"] for one in bill["components"]}
    assert all(set(one["dependsOn"]) <= references for one in bill["dependencies"])
