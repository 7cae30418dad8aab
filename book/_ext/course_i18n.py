"""What the editions of the book differ in, and what Sphinx's gettext leaves out.

The editions are listed under ``course_languages`` in _config.yml.
"""

import re
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import init as init_locale
from sphinx.transforms import SphinxTransform
from sphinx.util.i18n import docname_to_domain


def edition(config: Config) -> dict:
    """Return the entry of the language that is being built."""
    for entry in config.course_languages:
        if entry["language"] == config.language:
            return entry
    raise ValueError(f"course_languages in _config.yml lacks {config.language!r}")


def apply_settings(app: Sphinx, config: Config) -> None:
    """Let an edition override any setting; ``a.b`` is key b of the setting a."""
    for name, value in edition(config).get("settings", {}).items():
        setting, _, key = name.partition(".")
        if key:
            getattr(config, setting)[key] = value
        else:
            setattr(config, setting, value)
    if config.html_baseurl:
        folder = edition(config)["folder"]
        config.html_baseurl = config.html_baseurl.rstrip("/") + f"/{folder}/"


class KeepFormulas(SphinxTransform):
    """Keep displayed formulas out of the catalogues: they need no translation."""

    default_priority = 9

    def apply(self, **kwargs: object) -> None:
        for formula in self.document.findall(nodes.math_block):
            formula["translatable"] = False


class TranslateTocCaptions(SphinxTransform):
    """Translate the parts' captions; toctrees are made after Sphinx's own turn."""

    default_priority = 101

    def apply(self, **kwargs: object) -> None:
        if self.app.builder.name == "gettext":
            return
        domain = docname_to_domain(self.env.docname, self.config.gettext_compact)
        folders = [str(self.app.srcdir / name) for name in self.config.locale_dirs]
        catalogue, found = init_locale(folders, self.config.language, domain)
        if not found:
            return
        for tree in self.document.findall(addnodes.toctree):
            caption = tree.get("caption")
            if caption and catalogue.gettext(caption) != caption:
                tree.preserve_original_messages()
                tree.apply_translated_message(caption, catalogue.gettext(caption))


def translate_theme(app: Sphinx) -> None:
    """Let an edition's words replace what the theme's templates say in English."""
    if app.builder.format != "html":
        return
    words = edition(app.config).get("words", {})
    render = app.builder.templates.render

    def translated(template: str, context: dict) -> str:
        return with_words(render(template, context), words)

    app.builder.templates.render = translated


def with_words(page: str, words: dict[str, str]) -> str:
    """Replace whole labels of a page: a title, or a name for screen readers."""
    # MyST-NB's label hides the button's own text from screen readers.
    page = page.replace(' aria-label="Toggle hidden content"', "")

    def label(match: re.Match) -> str:
        return f'{match[1]}="{escape(words.get(match[2], match[2]))}"'

    return re.sub(r'\b(title|aria-label|data-bs-title)="([^"<>]*)"', label, page)


def page_context(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Give the templates this page's address in each language, and name them all."""
    here, target = edition(app.config), f"{pagename}.html"
    up = "../" * (pagename.count("/") + 1)
    context["course_edition"] = here
    context["course_languages"] = [
        {
            "name": entry["name"],
            "tag": entry["language"].replace("_", "-"),
            "current": entry is here,
            "href": f"{up}{entry['folder']}/{target}",
        }
        for entry in app.config.course_languages
    ]
    context["metatags"] = context.get("metatags", "") + alternates(app.config, target)


def alternates(config: Config, target: str) -> str:
    """Write hreflang links, which must be absolute: none without the site's address."""
    if not config.html_baseurl:
        return ""
    folder = edition(config)["folder"]
    site = escape(config.html_baseurl.removesuffix(f"{folder}/"))
    entries = config.course_languages
    tags = [(e["language"].replace("_", "-"), e["folder"]) for e in entries]
    tags.append(("x-default", entries[0]["folder"]))
    return "".join(
        f'\n<link rel="alternate" hreflang="{tag}" href="{site}{name}/{target}" />'
        for tag, name in tags
    )


def setup(app: Sphinx) -> dict:
    app.add_config_value("course_languages", [], "env")
    app.add_transform(KeepFormulas)
    app.add_transform(TranslateTocCaptions)
    app.connect("config-inited", apply_settings, priority=400)
    app.connect("builder-inited", translate_theme)
    app.connect("html-page-context", page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
