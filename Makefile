# make test, demo, lint, fuzz: each makes its own environment in .venv first; make
# test-backends makes one more for each backend, .venv-jax and .venv-torch.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
BACKENDS := jax torch
# What TensorFlow makes of the models that the backends are compared on.
ARRAYS := build/backend-arrays

.PHONY: install test test-backends lint demo fuzz clean

install: $(INSTALLED)

$(INSTALLED): setup.py
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "TensorFlow needs Python 3.11 to 3.13: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

test: $(INSTALLED)
	$(BIN)/python -m pytest

# The same Keras as in .venv, and no TensorFlow.
.venv-%/installed: $(INSTALLED)
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --upgrade pip
	.venv-$*/bin/python -m pip install --quiet $* google-crc32c pytest pyyaml click \
		$$($(BIN)/python -m pip freeze | grep -E '^(keras|numpy|h5py)==')
	touch $@

test-backends: $(INSTALLED) $(BACKENDS:%=.venv-%/installed)
	rm -rf $(ARRAYS) && mkdir -p $(ARRAYS)
	$(BIN)/python -m tests.backends.make_arrays $(ARRAYS)
	for backend in $(BACKENDS); do \
		KERAS_BACKEND=$$backend LUMINET_BACKEND_ARRAYS=$(ARRAYS) \
			.venv-$$backend/bin/python -m pytest tests/backends || exit 1; \
	done

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

demo: $(INSTALLED)
	PATH="$(abspath $(BIN)):$$PATH" examples/demo.sh

fuzz: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz.run

clean:
	rm -rf $(VENV) .venv-* demo build dist *.egg-info
