"""Where a page's notebook opens: Colab, Binder, a JupyterHub.

They fetch notebooks from a branch of the book's repository, where the publishing
workflow puts what `collect` gathers: <language>/<page>.ipynb, and a list of packages.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

PACKAGES = (
    "babel",
    "fugashi",
    "ipywidgets",
    "jieba",
    "keras",
    "matplotlib",
    "numpy",
    "tensorflow",
    "torch",
    "unidic-lite",
)
README = """\
The course's notebooks, one folder a language. They are built; do not edit them here.
<page>.ipynb holds all frameworks, <page>-torch.ipynb and <page>-keras.ipynb one each.
"""


def links(settings: dict, notebook: str) -> Iterator[tuple[str, str]]:
    """Yield (name, address) for each place that the settings give an address for.

    Args:
        settings: repository, branch, colab_url, binderhub_url and jupyterhub_url; an
            empty one leaves its links out, an empty repository all.
        notebook: the notebook's path in the branch, such as "ja/luong_global.ipynb".

    Raises:
        ValueError: the repository's address is not https://host/owner/name.
    """
    repository = settings.get("repository", "").removesuffix("/").removesuffix(".git")
    if not repository:
        return
    parts = urlsplit(repository)
    owner, _, name = parts.path.strip("/").rpartition("/")
    if parts.scheme != "https" or not parts.netloc or not owner:
        raise ValueError(f"repository: want https://host/owner/name, got {repository}")
    places = {
        place: settings.get(key, "").rstrip("/")
        for place, key in (
            ("Colab", "colab_url"),
            ("Binder", "binderhub_url"),
            ("JupyterHub", "jupyterhub_url"),
        )
    }
    branch, path = settings["branch"], quote(notebook)
    github = parts.netloc == "github.com"
    if places["Colab"] and github:  # Colab opens notebooks of GitHub alone
        where = f"github/{owner}/{name}/blob/{branch}/{path}"
        yield "Colab", f"{places['Colab']}/{where}"
    if places["Binder"]:
        source = f"gh/{owner}/{name}" if github else f"git/{quote(repository, safe='')}"
        query = urlencode({"urlpath": f"lab/tree/{notebook}"})
        yield "Binder", f"{places['Binder']}/v2/{source}/{branch}?{query}"
    if places["JupyterHub"]:  # with nbgitpuller
        pull = {"repo": repository, "branch": branch}
        query = urlencode({**pull, "urlpath": f"lab/tree/{name}/{notebook}"})
        yield "JupyterHub", f"{places['JupyterHub']}/hub/user-redirect/git-pull?{query}"


def collect(site: Path, languages: list[str], pins: str, target: Path) -> int:
    """Gather what belongs into the branch, and return the number of notebooks.

    Args:
        site: the built site.
        languages: its folders.
        pins: the text of requirements.txt.
        target: a folder that is made anew.
    """
    shutil.rmtree(target, ignore_errors=True)
    count = 0
    for language in languages:
        source = site / language / "notebooks"
        shutil.copytree(source, target / language)
        count += len(list(source.rglob("*.ipynb")))
    wanted = re.compile(rf"^(?:{'|'.join(PACKAGES)})==.*$", re.M)
    (target / "requirements.txt").write_text("\n".join(wanted.findall(pins)) + "\n")
    (target / "runtime.txt").write_text("python-3.11\n")
    (target / "README.md").write_text(README)
    return count
