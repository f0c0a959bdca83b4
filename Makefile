# StrideGate. `make demo` and `make test` need nothing but Python >= 3.11 and make:
# each builds .venv and installs what it needs, at the locked versions.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := .ci/constraints.txt
RIVALS := .venv-rivals
FUZZER := .venv-fuzzer
FUZZ_SECONDS ?= 600

.DEFAULT_GOAL := help
.PHONY: help demo test check format fix lint types contracts fixtures pictures accuracy bench bench-start \
        rivals mutation sessions gate-proof licences fuzz fuzz-readers loss-seen losses \
        storm real-bluez soak viewers network-faults field-cases reliability released recording monkey \
        bench-screen lock clean

help:  ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.installed  ## a whole graded session with no hardware
	@$(BIN)/stridegate demo

# The tests start hundreds of processes: each would compile the project anew where the caller's
# environment keeps Python from storing what it compiled.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.developer  ## the tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal

check: format lint types contracts test  ## everything that must be green

format: $(VENV)/.developer  ## is the formatting right? (mend: make fix)
	@$(BIN)/ruff format --check .

fix: $(VENV)/.developer  ## format and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(VENV)/.developer  ## style and common mistakes
	@$(BIN)/ruff check .

types: $(VENV)/.developer  ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/.developer  ## the rings of the architecture
	@$(BIN)/lint-imports

fixtures: $(VENV)/.developer  ## record the fixtures anew, by our own virtual pod
	@PYTHONPATH=tests $(BIN)/python tests/make_fixtures.py

released: $(VENV)/.developer  ## a store and recordings as this release writes them, for later releases to open
	@PYTHONPATH=tests $(BIN)/python tests/make_released.py

pictures: $(VENV)/.developer  ## the README's pictures, from the real app
	@$(BIN)/python tests/make_pictures.py

recording: $(VENV)/.developer  ## the demo as the terminal gets it: an asciicast, from the real app
	@$(BIN)/python tests/make_recording.py

monkey: $(VENV)/.developer  ## 10,000 random keys, resizes and pastes on the screen of a session
	@PYTHONPATH=tests $(BIN)/python tests/monkey.py --events 10000

bench-screen: $(VENV)/.developer  ## what the screen costs, and how late a word is
	@PYTHONPATH=tests $(BIN)/python tests/screen_cost.py

rivals: $(RIVALS)/.installed  ## other detectors for the benchmarks, in an environment of their own

accuracy: $(VENV)/.developer  ## accuracy on ../shared/data, where it is there; writes docs/accuracy.md
	@$(BIN)/python tests/accuracy.py

bench: $(VENV)/.developer  ## speed and memory against the rivals; writes docs/benchmarks.md
	@PYTHONPATH=tests $(BIN)/python -m benchmarks.speed

bench-start: $(VENV)/.developer  ## how much later the first frame comes than an empty app's
	@$(BIN)/python tests/benchmarks/first_frame.py

mutation: $(VENV)/.developer  ## does a test notice every change of limits, alarms and gate?
	@$(BIN)/python tests/mutation.py
	@$(BIN)/python tests/gate_mutation.py

sessions: $(VENV)/.developer  ## 50 recorded sessions replayed bit for bit; the alarms of 200 against the truth
	@PYTHONPATH=tests $(BIN)/python tests/many_sessions.py

soak: $(VENV)/.developer  ## two pods and a cadence pod for 2 h of pod time, and 10 real minutes; writes docs/soak.md
	@PYTHONPATH=tests $(BIN)/python tests/two_pods_soak.py

gate-proof: $(VENV)/.developer  ## the gate against its second evaluator, 100,000 histories; long walks
	@$(BIN)/python tests/gate_agreement.py 100000
	@$(BIN)/python tests/gate_walk.py 50000

licences: $(VENV)/.developer  ## write NOTICE: every run-time package with its licence, none forbidden
	@$(BIN)/python tests/licences.py

fuzz-readers: $(VENV)/.developer  ## broken files for every reader, a million each; writes docs/fuzz-readers.md
	@$(BIN)/python tests/fuzz_readers.py --runs 1000000 --jobs 2 --write

loss-seen: $(VENV)/.developer  ## which loss is told without a counter; writes docs/pod-loss.md
	@PYTHONPATH=tests $(BIN)/python tests/loss_seen.py

fuzz: $(VENV)/.developer $(FUZZER)/.installed  ## every decoder fed anything, FUZZ_SECONDS each; writes docs/fuzzing.md
	@PYTHONPATH=tests $(BIN)/python -m fuzzing.campaign --seconds $(FUZZ_SECONDS) --python $(FUZZER)/bin/python

network-faults: $(VENV)/.developer  ## sessions through a bad radio; writes docs/network-faults.md
	@PYTHONPATH=tests $(BIN)/python tests/network_faults.py

field-cases: $(VENV)/.developer  ## what breaks in the field, with its tests; writes docs/field-cases.md
	@$(BIN)/python tests/field_cases.py

losses: $(VENV)/.developer  ## 1 to 30 % of packets lost: no over-limit step lowered in silence
	@PYTHONPATH=tests $(BIN)/python tests/losses.py

storm: $(VENV)/.developer  ## 1,000 lost connections on each rig of the link; writes docs/disconnect-storm.md
	@$(BIN)/python tests/disconnect_storm.py

real-bluez: $(VENV)/.developer  ## the link under a real kernel and bluetoothd, in QEMU; writes docs/real-bluez.md
	@PYTHONPATH=tests $(BIN)/python tests/real_bluez.py

viewers: $(VENV)/.developer  ## a session with 50 viewers, slow and killed ones; writes docs/watching-proof.md
	@PYTHONPATH=tests $(BIN)/python tests/viewers_load.py --write

reliability: $(VENV)/.developer  ## kills, power cuts, broken files and disks, 24 h of two pods; writes docs/reliability.md
	@PYTHONPATH=tests $(BIN)/python -m reliability.page

lock: $(VENV)/.developer  ## write the installed versions to the constraints file
	@$(BIN)/python .ci/lock.py > $(LOCK).new && mv $(LOCK).new $(LOCK)

clean:  ## remove the environment and every cache
	rm -rf $(VENV) $(RIVALS) $(FUZZER) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# uv where present, else venv and pip. Both read the same constraints file.
$(VENV)/.made:
	@$(PYTHON) .ci/python_ok.py
	@if command -v uv >/dev/null 2>&1; then uv venv -q --allow-existing --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install -q --upgrade 'pip>=25.1'; fi
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml $(LOCK)
	@echo "Installing StrideGate into $(VENV) (once) ..."
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -c $(LOCK) -e .; \
	else $(BIN)/python -m pip install -q -c $(LOCK) -e .; fi
	@touch $@

$(VENV)/.developer: $(VENV)/.installed
	@echo "Installing the tests' tools into $(VENV) (once) ..."
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -c $(LOCK) --group dev -e .; \
	else $(BIN)/python -m pip install -q -c $(LOCK) --group dev -e .; fi
	@touch $@

$(RIVALS)/.installed: tests/benchmarks/rivals.txt
	@$(PYTHON) .ci/python_ok.py
	@echo "Installing the rivals into $(RIVALS) (once) ..."
	@$(PYTHON) -m venv $(RIVALS)
	@$(RIVALS)/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@

$(FUZZER)/.installed: tests/fuzzing/atheris.txt
	@$(PYTHON) .ci/python_ok.py
	@echo "Installing the fuzzer into $(FUZZER) (once) ..."
	@$(PYTHON) -m venv $(FUZZER)
	@$(FUZZER)/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@
