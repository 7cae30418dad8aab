"""The buttons of a page with code: download it, open it elsewhere, run it here.

Their words are an edition's `run` in _config.yml, their addresses `repository` and
`launch_buttons`, which conf.py hands over as `course_launch`.
"""

import json

from _tools import launch
from _tools.standalone import FRAMEWORKS
from course_i18n import edition
from docutils import nodes
from framework_tabs import LABELS
from sphinx.application import Sphinx

LOGOS = {
    "Colab": "_static/images/logo_colab.png",
    "Binder": "_static/images/logo_binder.svg",
    "JupyterHub": "_static/images/logo_jupyterhub.svg",
}


def has_code(doctree: nodes.document | None) -> bool:
    return doctree is not None and any(
        box.get("nb_element") == "cell_code" for box in doctree.findall(nodes.container)
    )


def has_choice(doctree: nodes.document) -> bool:
    """Tell whether some of a page's cells belong to one framework."""
    tags = {f"tag_{name}" for name in FRAMEWORKS}
    return any(tags & {*box["classes"]} for box in doctree.findall(nodes.container))


def downloads(page: str, choice: bool, words: dict) -> list[dict]:
    """Offer the page's notebooks: all frameworks, or NumPy and one other."""
    parts = {"": f" · {words['all']}" if choice else ""}
    for name in FRAMEWORKS if choice else ():
        parts[f"-{name}"] = f" · {LABELS['numpy']} + {LABELS[name]}"
    return [
        {
            "type": "link",
            "url": f"notebooks/{page}{part}.ipynb",
            "text": f".ipynb{label}",
            "icon": "fas fa-code",
            "tooltip": words["download"],
            "label": f"download-notebook{part}-button",
        }
        for part, label in parts.items()
    ]


def book_pdf(folder: str, words: dict) -> dict:
    """Offer the whole book, which book/_tools/pdf.py prints."""
    return {
        "type": "link",
        "url": f"../pdf/{folder}.pdf",
        "text": f".pdf · {words['whole']}",
        "icon": "fas fa-book",
        "tooltip": words["whole_long"],
        "label": "download-book-button",
    }


def openers(settings: dict, notebook: str, words: dict) -> list[dict]:
    """Offer the places that the page's notebook opens in, and the page itself."""
    buttons = [
        {
            "type": "link",
            "url": address,
            "text": place,
            "icon": LOGOS[place],
            "tooltip": words["open"].format(place=place),
            "label": f"launch-{place.lower()}",
        }
        for place, address in launch.links(settings, notebook)
    ]
    here = {
        "type": "javascript",
        "javascript": "courseLive.open()",
        "text": words["here"],
        "icon": "fas fa-play",
        "tooltip": words["here_long"],
        "label": "launch-live",
    }
    return [here, *buttons]


def add_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Replace the theme's download buttons and add a group that opens the notebook."""
    groups = context.get("header_buttons", [])
    here = edition(app.config)
    words, up = here["run"], "../" * pagename.count("/")
    for group in groups:
        if group.get("label") == "download-buttons":
            kept = [b for b in group["buttons"] if b["label"] == "download-pdf-button"]
            links = kept
            if has_code(doctree):
                links = downloads(pagename, has_choice(doctree), words) + kept
            if app.config.course_pdf:
                links.append(book_pdf(here["folder"], words))
            group["buttons"] = [
                {**b, "url": up + b["url"]} if "url" in b else b for b in links
            ]
    if not has_code(doctree):
        return
    notebook = f"{here['folder']}/{pagename}.ipynb"
    opening = {
        "type": "group",
        "tooltip": words["group"],
        "icon": "fas fa-rocket",
        "buttons": openers(app.config.course_launch, notebook, words),
        "label": "launch-buttons",
    }
    groups.insert(1, opening)
    settings = {
        "thebe": f"{up}_static/vendor/thebe/",
        "notebook": f"{up}notebooks/{pagename}.ipynb",
        "words": words["live"],
    }
    text = json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c")
    context["metatags"] = context.get("metatags", "") + (
        f'\n<script type="application/json" id="course-live">{text}</script>'
    )


def setup(app: Sphinx) -> dict:
    app.add_config_value("course_launch", {}, "html")
    app.add_config_value("course_pdf", False, "html")
    app.connect("html-page-context", add_buttons, priority=600)  # after the theme's
    return {"parallel_read_safe": True, "parallel_write_safe": True}
