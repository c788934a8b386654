# `make run` opens the program, `make test` runs every check; both set up what they need first.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
UV_VERSION := 0.13.8

# Left empty, a fitting Python is looked for: make PYTHON=python3.12 test
PYTHON ?=
# Handed to the program: make run ARGS="photo.jpg"
ARGS ?=

# A Python named on the command line that is not the one in use makes the environment anew.
ifneq ($(PYTHON),)
ifneq ($(PYTHON),$(shell cat $(VENV)/.python 2>/dev/null))
$(shell rm -f $(VENV)/.python)
endif
endif

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: $(VENV)/.ready ## Open the program (ARGS="photo | folder | model.keras")
	@$(BIN)/product-classifier $(ARGS)

.PHONY: install
install: $(VENV)/.ready ## Set the program up without opening it

.PHONY: develop
develop: $(VENV)/.ready-for-tests ## Set up everything that tests and checks need

.PHONY: test
test: lint ## Run all checks and tests (TESTS="tests/core -k images")
ifeq ($(TESTS),)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile tests/core
	$(BIN)/python -m pytest tests/gui
else
	$(BIN)/python -m pytest $(TESTS)
endif

.PHONY: kills
kills: $(VENV)/.ready-for-tests ## Kill trainings at random moments and resume them (KILLS=50)
	KILLS=$(or $(KILLS),50) $(BIN)/python -m pytest -q -s tests/core/test_kills.py

.PHONY: lint
lint: $(VENV)/.ready-for-tests ## Run the checks that need no test: style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/.ready-for-tests ## Put the code into its common form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: screenshots
screenshots: $(VENV)/.ready-for-tests ## Take the README's pictures anew
	$(BIN)/python -m tests.gui.screenshots

.PHONY: samples
samples: build/samples/.ready ## Render the sample photos that are missing (hours, Python 3.11 only)
	build/samples/bin/python -m assets.render

.PHONY: lock
lock: ## Choose and pin newer versions of all requirements
	$$(.ci/python $(PYTHON)) -m venv --clear build/lock
	build/lock/bin/python -m pip install -q uv==$(UV_VERSION)
	$(COMPILE) --group build -o requirements.txt
	$(COMPILE) --group build --extra onnx --extra dev -c requirements.txt -o requirements-dev.txt

.PHONY: clean
clean: ## Remove what this file made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

COMPILE := build/lock/bin/uv pip compile --quiet --universal --upgrade --generate-hashes \
	--fork-strategy fewest --no-annotate --custom-compile-command "make lock" --python-version 3.11 \
	-c .ci/constraints.txt pyproject.toml

# A working environment without the mark (made by hand) is kept; half of one is made anew.
$(VENV)/.python:
	@python=$$(.ci/python $(PYTHON)) && .ci/system-packages "$$python" run && \
	if [ -n "$(PYTHON)" ] || ! $(PIP) --version >/dev/null 2>&1; then \
		echo "Making $(VENV) with $$python"; "$$python" -m venv --clear $(VENV); \
	fi && echo "$$python" > $@

# The "compat" way of pointing at this folder costs every start of Python 13 ms less.
$(VENV)/.ready: $(VENV)/.python requirements.txt pyproject.toml
	@echo "Installing the pinned requirements (several hundred MB to download, only this once)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install -q --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

$(VENV)/.ready-for-tests: $(VENV)/.ready requirements-dev.txt
	@.ci/system-packages "$$(cat $(VENV)/.python)" test
	@$(PIP) install -q --require-hashes -r requirements-dev.txt
	@touch $@

build/samples/.ready: pyproject.toml
	$$(.ci/python $(or $(PYTHON),python3.11)) -m venv --clear build/samples
	build/samples/bin/python -m pip install -q "pip>=25.1"
	build/samples/bin/python -m pip install -q --group samples
	@touch $@
