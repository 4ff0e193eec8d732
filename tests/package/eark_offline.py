"""Runs eark-validator without a network: `python eark_offline.py PATH…` prints one JSON object a package.

Executed by the interpreter of the validator's own venv, so it may import nothing of ours. The validator fetches vocabularies
over HTTPS while it is imported although its wheel holds them: they are served from there, and nothing else is fetched.
"""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

SPECIFICATION = "V2.0.4"


def serve_from_wheel() -> None:
    found = importlib.util.find_spec("eark_validator")
    assert found is not None
    assert found.origin is not None
    vocabularies = Path(found.origin).parent / "ipxml" / "resources" / "vocabs"

    def local(address: Any, *_args: Any, **_options: Any) -> io.BytesIO:
        name = str(getattr(address, "full_url", address)).rpartition("/")[2]
        return io.BytesIO((vocabularies / name).read_bytes())

    urllib.request.urlopen = local  # type: ignore[assignment]


def judge(path: Path) -> dict[str, Any]:
    from eark_validator.packages import PackageValidator
    from eark_validator.specifications.specification import SpecificationVersion

    report = PackageValidator(path, SpecificationVersion(SPECIFICATION)).validation_report
    schema, rules = report.metadata.schema_results, report.metadata.schematron_results
    messages = [*report.structure.messages, *schema.messages, *rules.messages]
    errors = {str(each.rule_id) for each in messages if str(each.severity.value).lower().startswith("err")}
    return {"structure": report.structure.status.value, "schema": schema.status.value, "errors": sorted(errors)}


if __name__ == "__main__":
    serve_from_wheel()
    for argument in sys.argv[1:]:
        sys.stdout.write(json.dumps(judge(Path(argument))) + "\n")
