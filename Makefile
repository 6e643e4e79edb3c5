# make run: the demo. make test: everything that must pass. make panel: build the panel.
.PHONY: run test lint panel screenshots bench docs deb test-appliance image test-image clean
PY := .venv/bin/python
LOOSE := --explicit-package-bases --allow-subclassing-any --ignore-missing-imports --follow-imports=silent
HELPERS := $(wildcard tests/support/*.py tests/e2e/*/*.py benchmarks/*.py benchmarks/peers/*.py)
CODE := kioskd sounds tests benchmarks packaging
# Node comes with the system where it is new enough, else as a wheel into the environment.
export PATH := $(PATH):$(CURDIR)/.venv/bin

run: .venv/ready kioskd/web/panel/build.json
	$(PY) -m kioskd demo

test: lint .venv/system
	cd frontend && npm test
	$(PY) -m pytest -q --ignore=tests/e2e
	$(PY) -m pytest -q tests/e2e/panel  # apart: Playwright keeps an event loop of its own running

lint: .venv/ready kioskd/web/panel/build.json
	.venv/bin/ruff check $(CODE)
	.venv/bin/ruff format --check -q $(CODE)
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache
	MYPYPATH=. .venv/bin/mypy $(LOOSE) $(HELPERS)
	MYPYPATH=packaging/image .venv/bin/mypy $(LOOSE) packaging/image/*.py
	MYPYPATH=packaging/deb .venv/bin/mypy $(LOOSE) packaging/deb/*.py
	cd frontend && npm run check

panel: kioskd/web/panel/build.json

screenshots: .venv/ready .venv/system kioskd/web/panel/build.json
	$(PY) -m tests.e2e.panel.screenshots

bench: .venv/ready .venv/system kioskd/web/panel/build.json
	$(PY) -m benchmarks

# The reference of the configuration, made of the types that read it.
docs: .venv/ready
	$(PY) -m kioskd.config > docs/configuration.md

deb: .venv/ready .venv/deb kioskd/web/panel/build.json
	$(PY) packaging/deb/build.py

# Boots Debian 12 and 13 with the package in them; needs root, and systemd-nspawn.
test-appliance: .venv/ready .venv/deb .venv/nspawn kioskd/web/panel/build.json
	$(PY) packaging/deb/build.py --quick amd64
	$(PY) -m tests.e2e.appliance

# The card's image, from the package for arm64; needs root. The first time takes half an hour.
image: deb .venv/image
	$(PY) packaging/image/build.py

# Boots the image in an emulated Pi: half an hour to an hour.
test-image: .venv/ready .venv/image
	$(PY) -m pytest -q -s -p no:cacheprovider tests/e2e/image

.venv/ready: pyproject.toml
	python3 -m venv .venv
	$(PY) -m pip install -q --disable-pip-version-check -e '.[dev]'
	touch $@

# Chromium for the panel's tests, espeak-ng for spoken titles: installed where that is allowed.
.venv/system: .venv/ready
	@command -v chromium >/dev/null && command -v espeak-ng >/dev/null || { [ "$$(id -u)" = 0 ] && \
	  apt-get update -qq && apt-get install -y -qq chromium espeak-ng >/dev/null; } || \
	  { echo "make test needs two packages: sudo apt install chromium espeak-ng"; exit 1; }
	touch $@

# What the package's parts in C and the shell's completion are made with.
.venv/deb: .venv/ready
	@command -v aarch64-linux-gnu-gcc >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
	  libpython3-dev >/dev/null; } || { echo "make deb needs a compiler: sudo apt install gcc" \
	  "gcc-aarch64-linux-gnu libc6-dev-arm64-cross libpython3-dev"; exit 1; }
	$(PY) -m pip install -q --disable-pip-version-check 'swig>=4.2' 'shtab>=1.7'
	touch $@

.venv/nspawn: .venv/ready
	@command -v systemd-nspawn mmdebstrap >/dev/null || [ "$$(id -u)" != 0 ] || { apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends systemd-container mmdebstrap >/dev/null; }
	touch $@

# What makes the image, and the machine that it is tried in.
.venv/image: .venv/ready .venv/system
	@[ "$$(id -u)" != 0 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
	  mmdebstrap arch-test qemu-user-static qemu-system-arm qemu-utils device-tree-compiler dosfstools \
	  e2fsprogs fdisk gnupg mtools openssh-client xz-utils >/dev/null; }
	touch $@

frontend/node_modules/.ready: frontend/package-lock.json .venv/ready
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	touch $@

kioskd/web/panel/build.json: frontend/node_modules/.ready $(shell find frontend/src frontend/index.html frontend/vite.config.ts -type f)
	cd frontend && npm run build --silent

clean:
	rm -rf .venv kioskd/web/panel frontend/node_modules dist build tests/e2e/appliance/.cache tests/e2e/image/.cache packaging/image/.cache
