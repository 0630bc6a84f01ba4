"""The official schemas of the platforms' manifests, read from where they are; they are not ours to copy."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
"""Where our workplace keeps them: beside the checkout; OFFICIAL_SCHEMAS names another folder."""


def violations(manifest: Any, name: str) -> list[str]:
    """Return what the schema `name` finds wrong; the test is reported as NOT RUN where the schema is not to be had."""
    path = Path(os.environ.get("OFFICIAL_SCHEMAS", BESIDE)) / name
    if not path.is_file():
        pytest.skip(f"NOT RUN: {name} is not beside this checkout")
    schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(manifest)]
