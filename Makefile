# make run: the demo. make test: everything that must pass. make panel: build the panel.
.PHONY: run test lint panel screenshots bench clean
PY := .venv/bin/python
# Node comes with the system where it is new enough, else as a wheel into the environment.
export PATH := $(PATH):$(CURDIR)/.venv/bin

run: .venv/ready kioskd/panel/build.json
	$(PY) -m kioskd demo

test: lint .venv/system
	cd frontend && npm test
	$(PY) -m pytest -q --ignore=tests/panel
	$(PY) -m pytest -q tests/panel  # apart: Playwright keeps an event loop of its own running

lint: .venv/ready kioskd/panel/build.json
	.venv/bin/ruff check kioskd sounds tests benchmarks
	.venv/bin/mypy
	cd frontend && npm run check

panel: kioskd/panel/build.json

screenshots: .venv/ready .venv/system kioskd/panel/build.json
	$(PY) -m tests.panel.screenshots

bench: .venv/ready .venv/system kioskd/panel/build.json
	$(PY) -m benchmarks.panel

.venv/ready: pyproject.toml
	python3 -m venv .venv
	$(PY) -m pip install -q --disable-pip-version-check -e '.[dev]'
	touch $@

# Chromium for the panel's tests: installed where that is allowed, else named.
.venv/system: .venv/ready
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  apt-get install -y -qq chromium >/dev/null; } || \
	  { echo "make test needs Chromium: sudo apt install chromium"; exit 1; }
	touch $@

frontend/node_modules/.ready: frontend/package-lock.json .venv/ready
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	touch $@

kioskd/panel/build.json: frontend/node_modules/.ready $(shell find frontend/src frontend/index.html frontend/vite.config.ts -type f)
	cd frontend && npm run build --silent

clean:
	rm -rf .venv kioskd/panel frontend/node_modules dist build
