"""Print each edition as one PDF: its built pages in one, by Chromium."""

import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from posixpath import normpath

import yaml
from bs4 import BeautifulSoup, Tag
from sphinx_external_toc.parsing import parse_toc_yaml

from . import live

ON_SCREEN = ".headerlink, script, .pst-skip-link, .prev-next-footer, summary, .noprint"
FOOTER = (
    '<div style="width:100%;text-align:center;font:8pt sans-serif;color:#555">'
    '<span class="pageNumber"></span></div>'
)
FRAME = """\
<!doctype html>
<html lang="{lang}" data-theme="light" data-mode="light" class="course-pdf">
<head><meta charset="utf-8"><title>{title}</title>{styles}</head>
<body><div class="bd-content"><div class="bd-article-container">
<header><p class="course-pdf-title">{title}</p><p>{author}</p><p>{license}</p></header>
<article class="bd-article"><nav aria-label="{contents}">{toc}</nav>{pages}</article>
</div></div></body></html>
"""


def order(toc: Path) -> list[str]:
    """Return the names of the pages, as readers turn them."""
    sitemap = parse_toc_yaml(toc)

    def below(name: str) -> Iterator[str]:
        yield name
        for tree in sitemap[name].subtrees:
            for child in tree.items:
                if child in sitemap:
                    yield from below(child)

    return [*below(sitemap.root.docname)]


def anchor(page: str, fragment: str = "") -> str:
    """Name a place of a page in the joined one."""
    name = page.replace("/", "-")
    return f"{name}--{fragment}" if fragment else name


def joined(site: Path, folder: str, names: list[str], words: dict[str, str]) -> str:
    """Write all pages of an edition as one.

    Args:
        site: the built site; the page's addresses start there.
        folder: the edition's folder in it.
        names: the pages, in order.
        words: title, author, license and contents, in the edition's language.
    """
    parts, entries, first = [], [], None
    for name in names:
        text = (site / folder / f"{name}.html").read_text("utf-8")
        page = BeautifulSoup(text, "html.parser")
        first = first or page
        article = page.select_one("article.bd-article")
        prepare(article, name, f"{folder}/{name}.html", names, folder)
        entries += contents(article)
        article.name = "section"
        article["class"], article["id"] = ["course-pdf-page"], anchor(name)
        parts.append(str(article))
    return FRAME.format(
        lang=first.html["lang"],
        styles=styles(first, folder),
        toc=f"<h1>{escape(words['contents'])}</h1><ul>{''.join(entries)}</ul>",
        pages="".join(parts),
        **{key: escape(value) for key, value in words.items()},
    )


def styles(page: BeautifulSoup, folder: str) -> str:
    links = page.select("link[rel=stylesheet]")
    for link in links:
        link["href"] = f"{folder}/{link['href']}"
    return "".join(map(str, links))


def prepare(article: Tag, name: str, path: str, names: list[str], folder: str) -> None:
    """Lead a page's links into the joined page, and open what is folded or a tab."""
    for part in article.select(ON_SCREEN):
        part.decompose()
    for box in article.select("details"):
        box.name = "div"
    for tabs in article.select(".sd-tab-set"):
        unfold(tabs)
    for tag in article.find_all(id=True):
        tag["id"] = anchor(name, tag["id"])
    for tag in article.find_all(attrs={"aria-labelledby": True}):
        tag["aria-labelledby"] = anchor(name, tag["aria-labelledby"])
    for image in article.find_all("img"):
        image["src"] = normpath(f"{Path(path).parent.as_posix()}/{image['src']}")
        image.attrs.pop("loading", None)
    for link in article.find_all("a", href=True):
        redirect(link, name, path, names, folder)


def unfold(tabs: Tag) -> None:
    """Write tabs one below another, each under its name."""
    for tag in tabs.find_all("input", recursive=False):
        tag.decompose()
    for label in tabs.find_all("label", recursive=False):
        label.name, label.attrs = "p", {"class": ["course-pdf-tab"]}
    for tag in [tabs, *tabs.select(":scope > .sd-tab-content")]:
        tag.attrs = {}


def redirect(link: Tag, name: str, path: str, names: list[str], folder: str) -> None:
    """Lead a link to the place in the joined page; one to a file becomes plain text."""
    target, _, fragment = link["href"].partition("#")
    if re.match(r"[a-z]+:", target):
        return
    page = name
    if target:
        inside = normpath(f"{Path(path).parent.as_posix()}/{target}")
        page = inside.removeprefix(f"{folder}/").removesuffix(".html")
    if page in names:
        link["href"] = f"#{anchor(page, fragment)}"
    else:
        link.unwrap()


def contents(article: Tag) -> Iterator[str]:
    """Yield a page's lines in the table of contents: its title and its sections."""
    for heading in article.select("h1, h2"):
        section = heading.find_parent("section", id=True)
        if section is not None:
            text = escape(" ".join(heading.get_text().split()))
            kind = f"course-pdf-{heading.name}"
            yield f'<li class="{kind}"><a href="#{section["id"]}">{text}</a></li>'


def print_all(root: Path, site: Path) -> list[Path]:
    """Start Chromium and print every edition; see `print_editions`.

    Raises:
        RuntimeError: there is no Chromium.
    """
    from playwright.sync_api import sync_playwright  # slow, and only printing needs it

    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("printing needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        options = {"executable_path": chromium, "args": ["--no-sandbox"]}
        browser = playwright.chromium.launch(**options)
        made = print_editions(browser, root, site)
        browser.close()
    return made


def print_editions(browser: object, root: Path, site: Path) -> list[Path]:
    """Print every edition to _build/pdf/<folder>.pdf.

    Args:
        browser: Playwright's Chromium.
        root: the project.
        site: the built site.
    """
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    names, made = order(root / "book" / "_toc.yml"), []
    target = root / "_build" / "pdf"
    target.mkdir(parents=True, exist_ok=True)
    page = browser.new_page()
    with live.book_server(site) as where:
        for edition in config["sphinx"]["config"]["course_languages"]:
            words = {
                "title": edition["settings"].get("html_title", config["title"]),
                "author": config["author"],
                "license": edition["license"],
                "contents": edition["run"]["contents"],
            }
            text = joined(site, edition["folder"], names, words)
            made.append(target / f"{edition['folder']}.pdf")
            print_page(page, f"{where}/", text, made[-1])
        page.close()
    return made


def print_page(page: object, address: str, text: str, target: Path) -> None:
    """Print HTML as if it came from an address.

    Args:
        page: Playwright's.
        address: where the HTML's own addresses start.
        text: the HTML.
        target: the PDF file to write.
    """
    page.route(
        address, lambda route: route.fulfill(body=text, content_type="text/html")
    )
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.pdf(
        path=target,
        format="A4",
        margin={"top": "20mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOTER,
        outline=True,
        tagged=True,
    )
    page.unroute(address)
