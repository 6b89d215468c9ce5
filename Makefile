# `make run` and `make test` are all that a fresh machine needs; each sets up what is missing first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# Debian's names: venv for Debian's own Python; poppler-utils and openssh-client so that the tests read our PDFs and
# check our signatures with other eyes; the rest is what Qt's libraries stand on, even without a screen.
DEBIAN_PACKAGES := python3-venv poppler-utils openssh-client
QT_PACKAGES := libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0
# What Qt needs on an X11 screen; and a screen, a window manager, a keyboard and a screen reader's bus for the tests that
# drive the window from outside.
X11_PACKAGES := libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 \
  libxcb-xfixes0 libxkbcommon-x11-0
WINDOW_PACKAGES := xvfb openbox xdotool x11-xkb-utils dbus at-spi2-core
# A print spooler, which the tests start for themselves: no printer and no right is needed.
PRINTER_PACKAGES := cups-daemon cups-client
# What the centres of the world run, and the tool that opens our bundles: the tests start and use the real ones.
CENTRE_PACKAGES := postgresql openssh-server age
# What packs the program, with the libraries that go along on a stick; and what tries the packages out.
PACKING_PACKAGES := binutils dpkg-dev libcups2 libgl1 libegl1 libwayland-client0 libwayland-cursor0 \
  libxcb-image0 libxcb-render-util0 libxcb-render0 libxcb-shm0 libxcb-util1 libxcb-xkb1 $(QT_PACKAGES) $(X11_PACKAGES)
TRYING_PACKAGES := debootstrap xvfb x11-utils xdotool
LANGUAGES := fr nl it
CATALOGUES := resources/translations

.PHONY: setup run test lint bench bench-million crash messages lock photographs pictures deb portable test-deb packers trying
.DEFAULT_GOAL := run
# Tests and benchmarks start Python hundreds of times: what it compiled once it keeps, whatever the machine's images say.
unexport PYTHONDONTWRITEBYTECODE

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: name one with make PYTHON=/path/to/python3" >&2; exit 1; }
	@missing=''; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	command -v ssh-keygen >/dev/null || missing="$$missing openssh-client"; \
	if command -v ldconfig >/dev/null; then \
	  for name in libEGL.so.1 libGL.so.1 libxkbcommon.so.0 libfontconfig.so.1 libdbus-1.so.3 libglib-2.0.so.0; do \
	    ldconfig -p | grep -q "$$name" || { missing="$$missing $(QT_PACKAGES)"; break; }; \
	  done; \
	  for name in libX11-xcb.so.1 libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-keysyms.so.1 libxcb-randr.so.0 \
	    libxcb-shape.so.0 libxcb-sync.so.1 libxcb-xfixes.so.0 libxkbcommon-x11.so.0; do \
	    ldconfig -p | grep -q "$$name" || { missing="$$missing $(X11_PACKAGES)"; break; }; \
	  done; \
	  for name in Xvfb openbox xdotool setxkbmap dbus-daemon; do \
	    command -v $$name >/dev/null || { missing="$$missing $(WINDOW_PACKAGES)"; break; }; \
	  done; \
	  test -e /usr/share/dbus-1/services/org.a11y.Bus.service || missing="$$missing at-spi2-core"; \
	  PATH="$$PATH:/usr/sbin" command -v cupsd >/dev/null && command -v lpadmin >/dev/null || \
	    missing="$$missing $(PRINTER_PACKAGES)"; \
	  test -x /usr/sbin/sshd && command -v age >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	    missing="$$missing $(CENTRE_PACKAGES)"; \
	fi; \
	root=''; [ "$$(id -u)" = 0 ] || root='sudo -n'; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null && $$root true 2>/dev/null; then \
	  echo "Installing from Debian:$$missing"; \
	  { $$root apt-get update -qq && \
	    $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	  } >/dev/null || echo "Debian's packages cannot be reached." >&2; \
	fi; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python makes no virtual environments: install $(DEBIAN_PACKAGES), then try again." >&2; exit 1; }; \
	command -v pdftotext >/dev/null || \
	  echo "Going on without pdftotext: the program runs; tests that read PDFs need poppler-utils." >&2
	@$(BIN)/python -c 'import pip' 2>/dev/null || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

# A whole outage on a sample office: played in the window where there is a display, told in lines where there is none.
run: setup
	$(BIN)/python -m counter_app practice --out out

# Three at once on two processors: much of a test is waiting for a program, a disk or a screen.
test: lint
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=
	$(BIN)/coverage report
	$(BIN)/coverage report --include='counter_app/domain/*,counter_app/journal/*,counter_app/sync/*' --fail-under=90

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/lint-imports --no-logo
	$(BIN)/vulture

bench: setup
	$(BIN)/python -m tests.benchmarks

# A journal of a million entries; some ten minutes.
bench-million: setup
	$(BIN)/python -m tests.benchmarks million

crash: setup
	CRASH_KILLS=$${CRASH_KILLS:-2000} $(BIN)/python -m pytest tests/crash tests/end2end/test_losses.py -m 'long or not long'

# Every page in French and the pseudo-language, three themes, four scales: measured first, then to be looked at.
photographs: setup
	$(BIN)/python -m pytest tests/ui/test_look.py -m 'long or not long'
	$(BIN)/python -m tests.ui.photographs build/photographs

# Those that the documentation shows.
pictures: setup
	$(BIN)/python -m tests.ui.pictures docs/pictures

# Sentences of errors stand in a table, so they are shown to the extractor as marked messages.
messages: setup
	mkdir -p build $(CATALOGUES)
	$(BIN)/python -c 'from counter_app.domain.sentences import SENTENCES as table; \
	  print(*(f"N_({sentence!r})" for sentence in table.values()), sep="\n")' > build/sentences.py
	$(BIN)/pybabel -q extract --no-default-keywords -k N_ -k text -k _text -k say -k warn -k tell -k _tell -k plural:1,2 -k _ -k ngettext:1,2 \
	  --no-location --sort-output --project counter-app --copyright-holder 'the authors of counter-app' \
	  -o $(CATALOGUES)/counter_app.pot counter_app ui build/sentences.py
	@for language in $(LANGUAGES); do \
	  if [ -f $(CATALOGUES)/$$language/LC_MESSAGES/counter_app.po ]; \
	  then verb='update --width 110 --no-fuzzy-matching --ignore-pot-creation-date'; else verb=init; fi; \
	  $(BIN)/pybabel -q $$verb -D counter_app -i $(CATALOGUES)/counter_app.pot -d $(CATALOGUES) -l $$language || exit 1; \
	done
	$(BIN)/pybabel -q compile --statistics -D counter_app -d $(CATALOGUES)

# Keeps what is pinned while it fits; `make lock UPGRADE=--upgrade` takes the newest. Names no registry.
lock:
	@test -x $(BIN)/pip-compile || $(MAKE) setup
	$(BIN)/python -c 'import tomllib; \
	  print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' > $(VENV)/dev.in
	CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet $(UPGRADE) --generate-hashes --allow-unsafe \
	  --strip-extras --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --annotation-style=line --output-file requirements.lock pyproject.toml $(VENV)/dev.in
	@! grep -n '://' requirements.lock

# Packages for machines without Python, in dist/.
deb: setup packers
	$(BIN)/python build_installer.py deb

portable: setup packers
	$(BIN)/python build_installer.py portable

# Both, on a bare Debian 12 that is made for it; pictures of their windows go to build/installer/pictures/. As root.
test-deb: setup packers trying
	@[ "$$(id -u)" = 0 ] || { echo "Only root can make a bare Debian to try the package on: sudo make test-deb" >&2; exit 1; }
	$(BIN)/python build_installer.py deb portable
	$(BIN)/python -m pytest tests/installer -m installer

packers: PACKAGES := $(PACKING_PACKAGES)
trying: PACKAGES := $(TRYING_PACKAGES)
packers trying:
	@missing=''; \
	for name in $(PACKAGES); do \
	  dpkg-query --show --showformat='$${Status}\n' $$name 2>/dev/null | grep -q '^install ok installed$$' || \
	    missing="$$missing $$name"; \
	done; \
	[ -z "$$missing" ] || { root=''; [ "$$(id -u)" = 0 ] || root='sudo -n'; \
	  echo "Installing from Debian:$$missing"; \
	  { $$root apt-get update -qq && \
	    $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	  } >/dev/null || { echo "Install these first, then try again:$$missing" >&2; exit 1; }; }
