# make run: the demo. make test: everything that must pass. make panel: build the panel.
.PHONY: run test lint panel screenshots bench docs deb test-appliance image test-image clean
PY := .venv/bin/python
LOOSE := --explicit-package-bases --allow-subclassing-any --ignore-missing-imports --follow-imports=silent
HELPERS := $(filter-out tests/test_% tests/conftest.py,$(wildcard tests/*.py)) \
  $(wildcard tests/panel/*.py tests/appliance/*.py tests/image/*.py benchmarks/*.py benchmarks/peers/*.py)
CODE := kioskd sounds tests benchmarks package image
# Node comes with the system where it is new enough, else as a wheel into the environment.
export PATH := $(PATH):$(CURDIR)/.venv/bin

run: .venv/ready kioskd/panel/build.json
	$(PY) -m kioskd demo

test: lint .venv/system
	cd frontend && npm test
	$(PY) -m pytest -q --ignore=tests/panel --ignore=tests/appliance --ignore=tests/image
	$(PY) -m pytest -q tests/panel  # apart: Playwright keeps an event loop of its own running

lint: .venv/ready kioskd/panel/build.json
	.venv/bin/ruff check $(CODE)
	.venv/bin/ruff format --check -q $(CODE)
	.venv/bin/mypy
	MYPYPATH=. .venv/bin/mypy $(LOOSE) $(HELPERS)
	MYPYPATH=image .venv/bin/mypy $(LOOSE) image/*.py
	MYPYPATH=package .venv/bin/mypy $(LOOSE) package/*.py
	cd frontend && npm run check

panel: kioskd/panel/build.json

screenshots: .venv/ready .venv/system kioskd/panel/build.json
	$(PY) -m tests.panel.screenshots

bench: .venv/ready .venv/system kioskd/panel/build.json
	$(PY) -m benchmarks

# The reference of the configuration, made of the types that read it.
docs: .venv/ready
	$(PY) -m kioskd.load > docs/configuration.md

deb: .venv/ready .venv/deb kioskd/panel/build.json
	$(PY) package/build.py

# Boots Debian 12 and 13 with the package in them; needs root, and systemd-nspawn.
test-appliance: .venv/ready .venv/deb .venv/nspawn kioskd/panel/build.json
	$(PY) package/build.py --quick amd64
	$(PY) -m tests.appliance

# The card's image, from the package for arm64; needs root. The first time takes half an hour.
image: deb .venv/image
	$(PY) image/build.py

# Boots the image in an emulated Pi: half an hour to an hour.
test-image: .venv/ready .venv/image
	$(PY) -m pytest -q -s -p no:cacheprovider tests/image

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

# What the package's parts in C are made with.
.venv/deb: .venv/ready
	@command -v aarch64-linux-gnu-gcc >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
	  libpython3-dev >/dev/null; } || { echo "make deb needs a compiler: sudo apt install gcc" \
	  "gcc-aarch64-linux-gnu libc6-dev-arm64-cross libpython3-dev"; exit 1; }
	$(PY) -m pip install -q --disable-pip-version-check 'swig>=4.2'
	touch $@

.venv/nspawn: .venv/ready
	@command -v systemd-nspawn mmdebstrap >/dev/null || [ "$$(id -u)" != 0 ] || { apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends systemd-container mmdebstrap >/dev/null; }
	touch $@

# What makes the image, and the machine that it is tried in.
.venv/image: .venv/ready .venv/system
	@[ "$$(id -u)" != 0 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
	  mmdebstrap qemu-user-static qemu-system-arm qemu-utils device-tree-compiler dosfstools \
	  e2fsprogs fdisk gnupg mtools openssh-client xz-utils >/dev/null; }
	touch $@

frontend/node_modules/.ready: frontend/package-lock.json .venv/ready
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	touch $@

kioskd/panel/build.json: frontend/node_modules/.ready $(shell find frontend/src frontend/index.html frontend/vite.config.ts -type f)
	cd frontend && npm run build --silent

clean:
	rm -rf .venv kioskd/panel frontend/node_modules dist build tests/appliance/.cache image/.cache
