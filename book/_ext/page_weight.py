"""Give each page one style sheet and one script instead of two dozen.

What no page uses is left out of the style sheet, and of the icon font all but the icons
that are left. So a page shows on a slow phone in a second or two.
"""

import base64
import hashlib
import io
import logging
import re
import subprocess
from pathlib import Path

from _tools.javascript import node
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _CascadingStyleSheet, _JavaScript

ROOT = Path(__file__).resolve().parents[2]
PURGE = ROOT / "node_modules" / "purgecss" / "bin" / "purgecss.js"
THEME = ("_static/styles/theme.css", "_static/styles/pydata-sphinx-theme.css")
CONTENT = ("**/*.html", "_static/page-*.js", "_static/scripts/*.js")
OURS = {f"_static/{path.name}" for path in (ROOT / "book" / "_static").glob("*.css")}
ICONS = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
FACE = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
URL = re.compile(r"""url\((["']?)(?!data:|#|\w+:)([^"')]+)\1\)""")
IMPORT = re.compile(r'@import "([^"]+)";')
# The theme measures every box of a page at once, which lays all of it out. course.js
# does it where the reader is.
MEASURED = re.compile(r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)')
ESCAPED = re.compile(r"\\([ef][0-9a-f]{3})\b")


def is_local(name: object) -> bool:
    return bool(name) and "://" not in str(name)


def use_bundles(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Replace the page's styles and scripts; remember what they were."""
    styles = [css for css in context["css_files"] if is_local(css.filename)]
    app.course_styles |= dict.fromkeys(str(css.filename) for css in styles)
    rest = [css for css in context["css_files"] if css not in styles]
    context["css_files"] = [_CascadingStyleSheet(bundle(app, "css")), *rest]
    merged = [js for js in context["script_files"] if can_merge(js)]
    attributes = {"defer": "defer"}
    for js in merged:
        body = js.attributes.get("body")
        if body and body.startswith("DOCUMENTATION_OPTIONS."):
            continue  # names the page; for search in a box, which the book does not use
        app.course_scripts[str(js.filename or body)] = body
        data = {k: v for k, v in js.attributes.items() if k.startswith("data-")}
        attributes |= data
    rest = [js for js in context["script_files"] if js not in merged]
    script = _JavaScript(bundle(app, "js"), **attributes)
    context["script_files"] = [script, *rest]


def can_merge(js: _JavaScript) -> bool:
    """Tell whether a script may run after the page is read, with the others."""
    if js.attributes.get("type") or "async" in js.attributes:
        return False
    return is_local(js.filename) or "body" in js.attributes


def bundle(app: Sphinx, kind: str) -> str:
    """Name the style sheet or the script, with the state of what it is made from."""
    return f"_static/page-{app.config.course_assets_state}.{kind}"


def write_bundles(app: Sphinx, error: Exception | None) -> None:
    """Write the style sheet and the script that all pages share."""
    if error or app.builder.format != "html" or not app.course_styles:
        return
    folder = Path(app.outdir)
    style, script = folder / bundle(app, "css"), folder / bundle(app, "js")
    for old in {*folder.glob("_static/page-*")} - {style, script}:
        old.unlink()
    script.write_text(
        "\n;\n".join(
            body if body is not None else (folder / name).read_text("utf-8")
            for name, body in app.course_scripts.items()
        ),
        "utf-8",
    )
    names = [*THEME, *app.course_styles]
    theirs = "\n".join(sheet(folder, name) for name in names if name not in OURS)
    # By name: Jupyter Book lists them as the file system does. (print.css is last.)
    ours = "\n".join(sheet(folder, name) for name in sorted(OURS))
    measure_less(folder / "_static" / "scripts" / "pydata-sphinx-theme.js")
    used = purged(theirs, folder)
    style.write_text(with_icons(used, folder) + ours, "utf-8")


def measure_less(script: Path) -> None:
    """Let the theme's script measure nothing (see MEASURED)."""
    text, found = MEASURED.subn("[]", script.read_text("utf-8"))
    if not found and "[].forEach(" not in text:
        raise RuntimeError(f"{script.name} measures boxes in another way now")
    script.write_text(text, "utf-8")


def sheet(folder: Path, name: str) -> str:
    """Return a style sheet as it reads in the folder _static, imports included."""
    path = folder / name
    text = path.read_text("utf-8")
    up = path.parent.relative_to(folder / "_static").as_posix()

    def moved(match: re.Match) -> str:
        return f"url({up}/{match[2]})" if up != "." else match[0]

    def imported(match: re.Match) -> str:
        other = (path.parent / match[1]).resolve().relative_to(folder.resolve())
        return sheet(folder, other.as_posix())

    return IMPORT.sub(imported, URL.sub(moved, text))


def purged(text: str, folder: Path) -> str:
    """Leave out the rules that fit no page and no name in a script."""
    source, target = folder / "_static" / "all.css", folder / "_static" / "used"
    source.write_text(text, "utf-8")
    target.mkdir(exist_ok=True)
    content = [f"{folder}/{names}" for names in CONTENT]
    command = [node(), str(PURGE), "--css", str(source), "--content", *content]
    command += ["--output", str(target), "--safelist", *SAFE]
    done = subprocess.run(command, capture_output=True, text=True)
    made = target / source.name
    if done.returncode or not made.is_file():
        raise RuntimeError(f"PurgeCSS failed:\n{done.stdout}{done.stderr}")
    used = made.read_text("utf-8")
    made.unlink()
    target.rmdir()
    source.unlink()
    return used


# What scripts set without naming it whole, or the reader's browser alone knows.
SAFE = ("html", "body", "show", "showing", "fade", "collapsing", "tooltip", "active")


def with_icons(text: str, folder: Path) -> str:
    """Put a font with the icons of the style sheet in place of Font Awesome's."""
    codes = sorted({int(code, 16) for code in ESCAPED.findall(text)})
    font = TTFont(folder / "_static" / ICONS.replace(".woff2", ".ttf"))
    options = subset.Options(flavor="woff", layout_features=[], name_IDs=[])
    maker = subset.Subsetter(options)
    maker.populate(unicodes=codes)
    maker.subset(font)
    stream = io.BytesIO()
    font.flavor = "woff"
    font.save(stream)
    data = base64.b64encode(stream.getvalue()).decode()
    face = (
        '@font-face{font-family:"Font Awesome 6 Free";font-weight:900;'
        f'font-display:block;src:url(data:font/woff;base64,{data}) format("woff")}}'
    )
    return face + FACE.sub("", text)


def prepare(app: Sphinx) -> None:
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each step
    app.course_styles, app.course_scripts = {}, {}


def setup(app: Sphinx) -> dict:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "book" / "_static").glob("*")):
        digest.update(path.read_bytes())
    app.add_config_value("course_assets_state", digest.hexdigest()[:8], "html")
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", use_bundles, priority=950)
    app.connect("build-finished", write_bundles, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
