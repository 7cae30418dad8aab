"""Build the book: all languages, code executed once, search, downloads.

    python book/build.py                  everything into _build/html, checked
    python book/build.py en               one edition, fast, for writing (en, ja, zh)
    python book/build.py translations     bring the catalogues in book/locale up to date
    python book/build.py lint             check catalogues and the built pages
    python book/build.py pdf              print _build/html into _build/pdf
    python book/build.py serve [--port N] show _build/html in a browser
    python book/build.py live [--port N]  the same, with a Jupyter server for "run here"
    python book/build.py preview [--language ja]    show one edition, built at each save

Nothing is built if nothing has changed. BOOK_BASE_URL in the environment is the address
where the site will be published, BOOK_REPOSITORY the one that its notebooks come from.
With BOOK_PDF set, the pages offer the whole book as a PDF.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "book"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from _tools import (  # noqa: E402
    archives,
    catalogues,
    javascript,
    launch,
    link_picture,
    live,
    notebooks,
    pdf,
    preview,
)
from _tools import translation_lint as lint  # noqa: E402

BUILD = ROOT / "_build"
SITE = BUILD / "html"
TEMPLATES = BUILD / "gettext"  # what Sphinx extracts for translators
STAMP = BUILD / "site.json"
VARIABLES = ("BOOK_BASE_URL", "BOOK_REPOSITORY", "BOOK_PDF")  # environment variables
# What the site is made of. (Catalogues lie in book/, too.)
INPUTS = (
    *("_config.yml", "package*.json", "requirements.txt", "book/**/*"),
    *("exercises/**/*", "solutions/**/*", "autograder/__init__.py"),
    *("autograder/check/*.py", "autograder/author/translate.py"),
)


class BuildError(RuntimeError):
    """The book cannot be built; the message says why, in lines for people."""


def editions() -> list[dict]:
    """Return the languages of the book, as _config.yml lists them."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    return config["sphinx"]["config"]["course_languages"]


def state() -> str:
    """Name the state of everything that the site is made from."""
    values = [os.environ.get(name, "") for name in VARIABLES]
    digest = hashlib.sha256(" ".join(values).encode())
    for path in sorted({path for pattern in INPUTS for path in ROOT.glob(pattern)}):
        if path.is_file() and path.suffix != ".mo" and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def up_to_date() -> bool:
    if not STAMP.is_file() or not (SITE / "index.html").is_file():
        return False
    return json.loads(STAMP.read_text("utf-8")).get("state") == state()


def step(name: str, work: Callable[[], object]) -> object:
    """Do a step, and say what it was and how long it took."""
    start = time.monotonic()
    result = work()
    print(f"  {name:<34}{time.monotonic() - start:6.1f} s", flush=True)
    return result


def sphinx(builder: str, language: str, folder: str, target: Path) -> None:
    """Run Sphinx; any warning is an error, and a failed build leaves no doctrees.

    (An incremental build would not repeat the warning, and so would pass.)
    """
    doctrees, log = BUILD / "doctrees" / folder, BUILD / "log" / f"{folder}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
    command += ["-b", builder, "-D", f"language={language}", "-d", str(doctrees)]
    env = {**os.environ, "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with log.open("w") as stream:
        done = subprocess.run(
            [*command, str(ROOT / "book"), str(target)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=env,
        )
    if done.returncode:
        shutil.rmtree(doctrees, ignore_errors=True)
        raise BuildError(f"{folder}: Sphinx failed\n{log.read_text('utf-8')}")


def html(edition: dict) -> None:
    """Build one edition's pages, and what readers download from them."""
    folder = edition["folder"]
    sphinx("html", edition["language"], folder, SITE / folder)
    notebooks.write_all(BUILD / "executed" / folder, SITE, edition)
    archives.write_all(ROOT, SITE, folder)


def extract() -> None:
    shutil.rmtree(TEMPLATES, ignore_errors=True)
    sphinx("gettext", "en", "gettext", TEMPLATES)


def prune(keep: int = 3) -> None:
    """Delete the outputs of old listings (see nb_execution_cache_path in conf.py)."""
    caches = sorted((BUILD / "cache").glob("*/"), key=lambda path: path.stat().st_mtime)
    for path in caches[:-keep]:
        shutil.rmtree(path)


def write_root() -> None:
    """Write the page that sends a reader to their language, and the links' picture."""
    shutil.copyfile(ROOT / "book" / "_templates" / "root.html", SITE / "index.html")
    link_picture.draw(SITE / "preview.png")


def collect_notebooks() -> None:
    """Gather what the publishing workflow puts into the branch of notebooks."""
    languages = [edition["folder"] for edition in editions()]
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    launch.collect(SITE, languages, pins, BUILD / "notebooks")


def problems() -> Iterator[str]:
    yield from lint.catalogue_problems(ROOT, TEMPLATES)
    for edition in editions():
        yield from lint.page_problems(SITE, edition["folder"])


def check(draft: bool = False) -> None:
    """Fail if a translation or a built page is not as it should be."""
    found = list(problems())
    if not found:
        return
    if not draft:
        STAMP.unlink(missing_ok=True)
        raise BuildError("\n".join([*found, f"{len(found)} problems"]))
    print("\n".join([*found, f"{len(found)} problems (draft: not fatal)"]))


def build_all(draft: bool = False) -> None:
    """Build everything, unless nothing has changed since the last time."""
    if up_to_date():
        print(f"  book: nothing has changed ({SITE.relative_to(ROOT)}/index.html)")
        return
    before = state()
    step("JavaScript parts", lambda: javascript.install(ROOT))
    first, *others = editions()
    step(f"{first['name']} (runs the pages' code)", lambda: html(first))
    jobs = [extract, *(partial(html, edition) for edition in others)]
    names = ", ".join(edition["name"] for edition in others)
    with ThreadPoolExecutor(2) as pool:  # Sphinx runs in processes of its own
        step(f"{names}, catalogues", lambda: list(pool.map(lambda job: job(), jobs)))
    write_root()
    collect_notebooks()
    prune()
    step("search index", lambda: javascript.index(ROOT, SITE))
    shutil.rmtree(SITE / "pdf", ignore_errors=True)
    if os.environ.get("BOOK_PDF"):
        step("PDF", print_book)
    step("checks", lambda: check(draft))
    if not draft:
        STAMP.write_text(json.dumps({"state": before}), "utf-8")


def build_one(folder: str) -> None:
    step("JavaScript parts", lambda: javascript.install(ROOT))
    edition = next(e for e in editions() if e["folder"] == folder)
    step(edition["name"], lambda: html(edition))
    write_root()
    STAMP.unlink(missing_ok=True)


def print_book() -> None:
    """Print the built site to _build/pdf; with BOOK_PDF set, put it into the site."""
    made = pdf.print_all(ROOT, SITE)
    if os.environ.get("BOOK_PDF"):
        (SITE / "pdf").mkdir(exist_ok=True)
        for path in made:
            shutil.copyfile(path, SITE / "pdf" / path.name)


def update_translations() -> None:
    step("JavaScript parts", lambda: javascript.install(ROOT))
    step("text of the pages", extract)
    print("\n".join(catalogues.update(ROOT, TEMPLATES)))


def show_while_writing(folder: str, port: int) -> None:
    """Serve one edition and build it again at each change; it may lack translations."""
    build_one(folder)
    with live.book_server(SITE, port) as where:
        print(f"The book is at {where}/{folder}/ (Ctrl+C stops)", flush=True)
        try:
            preview.watch(ROOT, INPUTS, lambda: build_one(folder))
        except KeyboardInterrupt:
            print()


def main(argv: Sequence[str] | None = None) -> int:
    folders = [edition["folder"] for edition in editions()]
    verbs = ["all", *folders, "translations", "lint", "pdf", "serve", "live", "preview"]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", nargs="?", default="all", choices=verbs)
    parser.add_argument("--draft", action="store_true", help="translations may lack")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--language", choices=folders, default=folders[0])
    args = parser.parse_args(argv)
    actions = {
        "all": lambda: build_all(args.draft),
        "translations": update_translations,
        "lint": lambda: (step("text of the pages", extract), check(args.draft)),
        "pdf": lambda: step("PDF", print_book),
        "serve": lambda: live.serve(SITE, args.port, live=False),
        "live": lambda: live.serve(SITE, args.port, live=True),
        "preview": lambda: show_while_writing(args.language, args.port),
    }
    try:
        actions.get(args.verb, lambda: build_one(args.verb))()
    except (subprocess.CalledProcessError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
