"""Sphinx's settings, computed from _config.yml. Change that file, not this one."""

import hashlib
import os
import sys
from pathlib import Path

_book = Path(__file__).resolve().parent
_root = _book.parent
sys.path.insert(0, str(_book))  # for _tools, which _ext uses

import _tools  # noqa: E402, F401, I001  (before Jupyter Book: it speeds up loading that)
from jupyter_book.config import get_final_config  # noqa: E402

_settings, _ = get_final_config(
    user_yaml=_root / "_config.yml",
    sourcedir=_book,
    cli_config={"external_toc_path": "_toc.yml", "latex_individualpages": False},
    raise_on_invalid=True,
)
globals().update(_settings)


def _digest(*patterns: str) -> str:
    """Name the state of some files: the same contents give the same twelve letters."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(_root.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(_root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


# Where notebooks open. Our own buttons, since the theme's lead to the pages' source.
_options = _settings["html_theme_options"]
_launch, _repository = _options.pop("launch_buttons"), _options.pop("repository_url")
course_launch = {
    "repository": os.environ.get("BOOK_REPOSITORY", _repository),
    "branch": _options.pop("repository_branch"),
    **{f"{place}_url": _launch[f"{place}_url"] for place in ("colab", "binderhub")},
    "jupyterhub_url": _launch["jupyterhub_url"],
}
course_pdf = bool(os.environ.get("BOOK_PDF"))  # offer the book as a PDF
html_baseurl = os.environ.get("BOOK_BASE_URL", _settings.get("html_baseurl") or "")

# Absolute, so that every language uses the same outputs. Pages import the listings and
# the frameworks, but the cache compares only the pages' cells: a change of what they
# import must start a new one.
nb_execution_cache_path = str(
    _root / "_build" / "cache" / _digest("book/attnbook/**/*", "requirements.txt")
)
# A change of our extensions, templates or static files changes every page (see
# course_assets.py).
course_machinery = _digest(
    "book/_ext/*.py", "book/_templates/**/*.html", "book/_static/*"
)
