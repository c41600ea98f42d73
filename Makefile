# The words everybody uses; CI runs the same ones.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: run test lint bench fix clean

run: .venv/installed  ## set up, load the sample city, build its index, serve it and say where to click
	MADOGUCHI_PORT=$(PORT) $(BIN)/madoguchi demo

test: lint  ## everything CI runs
	$(BIN)/pytest -n 2 --dist loadfile

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed-dev  ## the figures, measured on this machine; needs MADOGUCHI_BENCH_DATA
	$(BIN)/madoguchi bench

fix: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis

.venv/installed: pyproject.toml constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

# torch is named first so that the version in constraints.txt is the one sentence-transformers finds.
.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[models,dev]'
	touch $@
