# Each target does its own set-up; see CONTRIBUTING.md.
SHELL := /bin/bash
PY := .venv/bin/python
.PHONY: run demo test lint bench format samples

run:
	@installer/bootstrap.sh run
	@if [[ -n "$$DISPLAY$$WAYLAND_DISPLAY" || "$$OS" == Windows_NT ]]; then $(PY) main.py; else $(PY) main.py demo; fi

demo:
	@installer/bootstrap.sh run
	@$(PY) main.py demo

test:
	@installer/bootstrap.sh test
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 --dist loadfile

lint:
	@installer/bootstrap.sh test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) installer/translations.py check
	@$(PY) installer/sizes.py

format:
	@installer/bootstrap.sh test
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench:
	@installer/bootstrap.sh test
	@$(PY) -m bench
