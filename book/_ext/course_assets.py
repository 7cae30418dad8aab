"""Files and page parts that make the built book complete without a network."""

import re
import shutil
import socket
import subprocess
import time
from html import unescape
from pathlib import Path

import nbformat
from _tools.javascript import node
from jupyter_cache import get_cache
from picture_size import picture_size
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib import katex

ROOT = Path(__file__).resolve().parents[2]
KATEX = ROOT / "node_modules" / "katex" / "dist"
THEBE = ROOT / "node_modules" / ".thebe"
IMAGE = re.compile(r"<img\b[^>]*>")
logger = logging.getLogger(__name__)


def use_real_node(app: Sphinx) -> None:
    """Let KaTeX start Node itself, which it can stop again, and wait until it is up."""
    katex.NODEJS_BINARY = node()
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = classmethod(start_katex)


def start_katex(cls: type, folder: Path, timeout: float) -> tuple:
    """Start KaTeX's server and connect to it as soon as it listens.

    KaTeX's own way tries to connect once, which fails on a busy machine. Its other way,
    over the network, waits 80 ms for each formula (Nagle's algorithm).
    """
    path = folder / "katex.sock"
    process = subprocess.Popen(cls.build_command(socket=path), cwd=folder)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            connection.connect(str(path))
            return process, connection
        except OSError:
            time.sleep(0.005)
    raise cls.timeout_error(timeout)


def use_build_folders(app: Sphinx) -> None:
    """Keep MyST-NB's executed notebooks and pictures out of what is published."""
    executed = ROOT / "_build" / "executed" / Path(app.outdir).name
    app.env.mystnb_config = app.env.mystnb_config.copy(output_folder=str(executed))


def fill_in_outputs(app: Sphinx, error: Exception | None) -> None:
    """Put the outputs into the executed notebooks that MyST-NB wrote without them.

    When it takes outputs from the cache it shows them, but does not write them.
    """
    if error or app.builder.format != "html":
        return
    settings = app.env.mystnb_config
    cache = get_cache(settings.execution_cache_path)
    for path in sorted(Path(settings.output_folder).rglob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        if not any(cell.get("outputs") for cell in book.cells):
            _, book = cache.merge_match_into_notebook(book)
            nbformat.write(book, path)


def copy_vendors(app: Sphinx, error: Exception | None) -> None:
    """Copy the formulas' style sheet and fonts, and thebe, which "run here" loads."""
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "vendor" / "katex"
    shutil.copytree(THEBE, target.with_name("thebe"), dirs_exist_ok=True)
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(KATEX / "katex.min.css", target / "katex.min.css")
    for font in sorted((KATEX / "fonts").glob("*.woff2")):
        shutil.copyfile(font, target / "fonts" / font.name)


def remove_stale_pages(app: Sphinx, error: Exception | None) -> None:
    """Delete pages of an earlier build that the book no longer has."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    pages = {*app.env.found_docs, "search"}
    for path in folder.rglob("*.html"):
        inside = path.relative_to(folder)
        if (
            inside.parts[0] != "_static"
            and inside.with_suffix("").as_posix() not in pages
        ):
            path.unlink()


def finish_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Give pictures their size, and complain about what a reader would stumble over."""
    body = context.get("body", "")
    if 'class="katex-error"' in body:
        logger.warning("a formula that KaTeX cannot show", location=pagename)
    sources = {name: path for path, name in app.builder.images.items()}

    def sized(match: re.Match) -> str:
        return with_size(match[0], sources, Path(app.srcdir))

    context["body"] = IMAGE.sub(sized, body)


def with_size(tag: str, sources: dict[str, str], folder: Path) -> str:
    """Add width and height to an img tag, so that the text does not jump."""
    name = unescape(re.search(r'src="([^"]*)"', tag)[1]).rsplit("/", 1)[-1]
    if name not in sources or re.search(r"\bheight=", tag):
        return tag
    width, height = picture_size(folder / sources[name])
    wish = re.search(r'style="width: (\d+)px;?"', tag)
    if wish:
        width, height = int(wish[1]), height * int(wish[1]) / width
        tag = tag.replace(wish[0], "")
    return tag.replace("<img", f'<img width="{width:.0f}" height="{height:.0f}"', 1)


def tidy_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Drop repeated inline scripts (Sphinx 7.4) and sphinx-thebe's: we have our own."""
    seen, kept = set(), []
    for script in context["script_files"]:
        body = getattr(script, "attributes", {}).get("body")
        name = str(getattr(script, "filename", None) or script)
        if "thebe" in name or (body and "thebe" in body) or (body and body in seen):
            continue
        seen.add(body)
        kept.append(script)
    context["script_files"] = kept


def setup(app: Sphinx) -> dict:
    app.add_config_value("course_machinery", "", "env")
    app.connect("builder-inited", use_real_node)
    app.connect("builder-inited", use_build_folders, priority=900)  # after MyST-NB's
    app.connect("html-page-context", finish_page)
    app.connect("html-page-context", tidy_scripts, priority=900)
    app.connect("build-finished", fill_in_outputs)
    app.connect("build-finished", copy_vendors)
    app.connect("build-finished", remove_stale_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
