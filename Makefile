# `make course` and `make test` do all that a fresh machine needs; see README.md.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
CLASS := _build/class
EXERCISE := luong_global

# $(call step,what it does,command): say it, do it, say how long it took.
define step
	@printf '\n\033[1m%s\033[0m\n' "$(1)"; start=$$(date +%s); \
	$(2) || { echo "make: stopped at: $(1)" >&2; exit 1; }; \
	printf '  done in %s s\n' $$(( $$(date +%s) - start ))
endef

.PHONY: course install book exercises grade test lint serve live preview pdf \
	lighthouse translations release requirements clean help

course: install exercises book grade  ## the book, the exercises, a graded class
	@printf '\nThe book: file://%s\nTo read it as a site: make serve\n' \
		"$(CURDIR)/_build/html/index.html"

install: $(INSTALLED)  ## the environment in .venv

$(INSTALLED): requirements.txt pyproject.toml .ci/system
	$(call step,Looking for what the system must have,\
		sh .ci/system $(PYTHON) && $(PYTHON) -m venv .venv)
	$(call step,Installing $(shell grep -c == requirements.txt) packages into .venv,\
		$(BIN)/pip install -qq -r requirements.txt && \
		$(BIN)/pip install -qq --no-deps --no-build-isolation -e . && \
		$(BIN)/jupyter kernelspec install --sys-prefix --log-level=ERROR \
			autograder/grade/sandbox/kernels/attention-sandbox)
	@touch $@

exercises: install  ## what students get, from solutions/
	$(call step,Releasing the exercises from solutions/,$(BIN)/autograder release)

book: install  ## the site, in _build/html
	$(call step,Building the book in three languages,$(BIN)/python book/build.py)

grade: install  ## the small class in tests/class, into _build/class
	$(call step,Grading the class in tests/class,\
		$(BIN)/python tests/class/make.py $(CLASS) && \
		{ $(BIN)/autograder grade $(EXERCISE) --course $(CLASS) --timeout 30 || \
		[ $$? -eq 1 ]; })

test: install lint  ## everything that must hold
	@sh .ci/system $(PYTHON) tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: install  ## the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

serve: book  ## the book at an address of this machine
	$(BIN)/python book/build.py serve

preview: install  ## one language (LANGUAGE=ja), built again at each save
	$(BIN)/python book/build.py preview --language $(or $(LANGUAGE),en)

lighthouse: book  ## scores of the book on a slow phone
	$(BIN)/python tests/benchmarks/lighthouse.py

live: book  ## the book as a site, with a Jupyter server, so that pages can run
	$(BIN)/python book/build.py live

pdf: book  ## _build/pdf/<language>.pdf; needs Chromium
	$(BIN)/python book/build.py pdf

translations: install  ## update the catalogues from the English text
	$(BIN)/python book/build.py translations

release: exercises  ## exercises/, and the small class that is made from it
	$(BIN)/python tests/class/make.py

requirements: install  ## compile requirements.txt from pyproject.toml
	$(BIN)/pip install -q uv
	mkdir -p _build
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 \
		--no-header --no-annotate -q -o _build/requirements.txt
	{ echo '# Compiled from pyproject.toml by `make requirements`; do not edit.' \
		'Python 3.11.'; sed 's/+cpu$$//' _build/requirements.txt; } > requirements.txt

clean:  ## forget what was built
	rm -rf _build

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' Makefile | expand -t 14
