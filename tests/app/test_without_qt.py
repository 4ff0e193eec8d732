"""The program below the window runs where Qt is not installed: on servers, in scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import importlib, json, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoQt())
failed, done = {}, []
for root in ("app", "storage", "server"):
    package = importlib.import_module(root)
    for module in pkgutil.walk_packages(package.__path__, root + "."):
        if module.name.endswith("__main__") or ".migrations.versions" in module.name or module.name.endswith("migrations.env"):
            continue  # scripts: they act when they are imported
        try:
            importlib.import_module(module.name)
            done.append(module.name)
        except Exception as error:
            failed[module.name] = repr(error)
print(json.dumps({"failed": failed, "done": done, "qt": [m for m in sys.modules if m.startswith(("PySide6", "shiboken"))]}))
"""


def test_every_module_below_the_window_imports_without_qt() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["failed"] == {}
    assert found["qt"] == []
    assert {"app.cli.main", "app.desk.intake", "storage.catalog", "server.main", "app.capture.scanner.worker"} <= set(
        found["done"]
    )


def test_the_command_line_runs_without_qt(tmp_path: Path) -> None:
    block = (
        "import sys\nsys.modules['PySide6'] = None\nsys.argv[1:] = ['--json', 'list', '--archive', sys.argv[1]]\nimport main\n"
    )
    script = block + "raise SystemExit(main.main())\n"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3  # there is no archive, and that is all that it says
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr
