"""Fails on a Python file of over 500 lines: it asks for a second room."""

import subprocess
import sys
from pathlib import Path

LIMIT = 500

files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.py"], capture_output=True, text=True, check=True)
large = [(len(Path(f).read_text("utf-8").splitlines()), f) for f in files.stdout.split() if Path(f).exists()]
large = [row for row in large if row[0] > LIMIT]
for lines, name in sorted(large, reverse=True):
    print(f"{name}: {lines} lines")
sys.exit(1 if large else 0)
