# Aforo: everything a fresh clone needs is Python 3.11-3.13 and make, on Debian or its kin.
#   make run    plan the sample centre, then serve the app on localhost
#   make test   set up everything the tests need, Chromium included, and run them
#   make check  linters, types and import contracts
#   make bench  measure the engine against its peers, accuracy beside the time
#   make bench-forecast   measure the forecasts beside their peers on public data
#   make bench-simulation   measure the simulator beside ciw and simpy
#   make lock   renew the locked versions after a change of pyproject.toml

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8501

# The first interpreter that really is 3.11-3.13; `make PYTHON=... run` chooses another.
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	"$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && { echo "$$candidate"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help run test check lock bench bench-forecast bench-simulation clean

help:
	@sed -n '2,/^$$/s/^#   //p' Makefile

run: $(VENV)/.run
	$(BIN)/aforo demo --out plans/sample
	$(BIN)/aforo app --port $(PORT)

test: $(VENV)/.dev $(VENV)/.browser
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	-$(PIP) install uv
	$(BIN)/python benchmarks/queueing.py

bench-simulation: $(VENV)/.dev
	-$(PIP) install uv
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/simulation.py

bench-forecast: $(VENV)/.dev
	-$(PIP) install uv
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/forecast.py

lock: $(VENV)/.dev
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --group build pyproject.toml -o locks/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --group dev pyproject.toml \
		-c locks/run.txt -o locks/dev.txt

clean:
	rm -rf $(VENV) plans

# A stamp is made last, so an interrupted set-up is done again and a finished one is not.
$(VENV)/.run: locks/run.txt pyproject.toml | $(VENV)/.made
	$(PIP) install --require-hashes -r locks/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: locks/dev.txt $(VENV)/.run
	$(PIP) install --require-hashes -r locks/dev.txt
	@touch $@

# Debian keeps the means to make environments in a package of its own.
$(VENV)/.made:
	@[ -n "$(PYTHON)" ] || { echo "Aforo needs Python 3.11, 3.12 or 3.13; none was found." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
		echo "Installing Debian's python3-venv"; rm -rf $(VENV); \
		$(SUDO) apt-get update -qq; $(SUDO) apt-get install -y -qq python3-venv >/dev/null; \
		$(PYTHON) -m venv $(VENV); }
	@touch $@

$(VENV)/.browser: | $(VENV)/.made
	@command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi dejavu || { \
		echo "Installing Debian's Chromium and fonts"; \
		$(SUDO) apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends \
			chromium fontconfig fonts-dejavu-core fonts-noto-color-emoji >/dev/null; }
	@touch $@
