# Everything a checkout needs, from a plain `python3`: `make run` starts Woodpecker, `make test` proves it.
# Nothing has to be activated. All paths are relative, so the folder's own path may hold spaces.

SHELL := /bin/sh
ARGS ?=
# All tests share the cores; with arguments they run in this process, where a debugger and print work.
WORKERS := $(if $(ARGS),,-n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder)
export PYTHON
PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-virtualenv
LOCKED := $(PIP) --require-hashes --only-binary :all:
COMPILE := .venv/lock/bin/python -m uv pip compile pyproject.toml --quiet --universal --generate-hashes \
	--no-emit-index-url --no-header --python-version 3.11

# A virtual environment that was moved, or whose Python is gone, is made anew.
KEPT := $(shell test "$$(cat .venv/.place 2>/dev/null)" = "$$(pwd -P)" && $(PY) -c '' 2>/dev/null \
	|| rm -f .venv/.run .venv/.dev)

.PHONY: help setup run test lint format types lock soak bench
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

setup: .venv/.run ## make .venv with the locked packages
	@echo "Ready: .venv/bin/woodpecker"

run: .venv/.run ## start Woodpecker (more arguments: make run ARGS="--help")
	@exec .venv/bin/woodpecker run $(ARGS)

test: .venv/.dev ## run the tests (one file: make test ARGS=tests/test_layers.py)
	@$(PY) -m pytest $(WORKERS) $(ARGS)

lint: .venv/.dev ## check style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: .venv/.dev ## put style and format right
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

types: .venv/.dev ## check the types of the four packages
	@$(PY) -m mypy

soak: .venv/.dev ## kill it many times under load, count what was lost
	@$(PY) -m bench.soak $(ARGS)

bench: .venv/.dev ## measure what a message costs
	@$(PY) -m bench $(ARGS)

lock: .venv/.dev ## pin the packages anew (newest that fit: make lock ARGS=--upgrade)
	@$(PY) -m venv .venv/lock && .venv/lock/bin/python -m pip install -qq uv
	@$(COMPILE) $(ARGS) --group build --output-file requirements/run.txt
	@$(COMPILE) $(ARGS) --group build --group dev --constraint requirements/run.txt \
		--output-file requirements/dev.txt

.venv/.run: requirements/run.txt pyproject.toml
	@sh requirements/venv.sh
	@echo "Installing the locked packages into .venv ..."
	@$(LOCKED) -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@$(PY) -m compileall -q woodpecker storage handlers bot # as pip does with the rest: the first start is quick
	@pwd -P > .venv/.place
	@touch .venv/.run

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "Installing the locked test tools into .venv ..."
	@$(LOCKED) -r requirements/dev.txt
	@touch .venv/.dev
