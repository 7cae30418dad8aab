"""What a page's notebook is good for: downloaded, or opened elsewhere."""

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from _tools import launch, standalone
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "luong_global"
REPOSITORY = "https://github.com/someone/course"
PLACES = {
    "repository": REPOSITORY,
    "branch": "notebooks",
    "colab_url": "https://colab.research.google.com/",
    "binderhub_url": "https://mybinder.org",
    "jupyterhub_url": "https://hub.example.org/",
}
# In a notebook of its own, without the book and what this environment has beyond it.
ALONE = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
for name in {absent!r}:
    sys.modules[name] = None
"""


def codes(book):
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


@pytest.fixture
def download(visit):
    """Choose a notebook in a page's menu and read the file that the browser got."""

    def save(folder, label, viewport=None):
        page = visit(f"{folder}/{CHAPTER}.html", viewport=viewport)
        page.locator(".dropdown-download-buttons > button").click()
        with page.expect_download() as started:
            page.get_by_role("link", name=label).click()
        book = nbformat.read(started.value.path(), as_version=4)
        nbformat.validate(book)
        return started.value.suggested_filename, book

    return save


@pytest.mark.parametrize(
    ("folder", "label", "viewport"),
    [
        ("en", "all frameworks", {"width": 1280, "height": 900}),
        ("ja", "すべてのフレームワーク", {"width": 390, "height": 844}),
        ("zh", "全部框架", {"width": 1280, "height": 900}),
    ],
)
def test_a_page_downloads_with_all_frameworks_outputs_and_modules(
    download, folder, label, viewport
):
    name, book = download(folder, label, viewport)
    assert name == f"{CHAPTER}.ipynb"
    tags = [tag for cell in book.cells for tag in cell.metadata.get("tags", ())]
    assert tags.count("numpy") == tags.count("torch") == tags.count("keras") > 3
    assert tags.count(standalone.LIBRARY) == 1
    assert "myst_nb" not in "\n".join(codes(book))
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    pictures = [o for o in outputs if "image/svg+xml" in o.get("data", {})]
    assert len(pictures) >= 4
    assert {o.get("name", "stdout") for o in outputs} == {"stdout"}


def test_a_notebook_for_pytorch_has_numpy_and_all_experiments(download):
    name, book = download("zh", "NumPy + PyTorch")
    assert name == f"{CHAPTER}-torch.ipynb"
    _, packages = standalone.closure("\n".join(codes(book)))
    assert {"numpy", "torch"} <= packages
    assert not packages & {"keras", "tensorflow"}
    assert "train(" in "\n".join(codes(book))


def test_a_notebook_for_keras_runs_without_pytorch_and_without_the_book(
    download, tmp_path
):
    name, book = download("ja", "NumPy + Keras (TensorFlow)")
    assert name == f"{CHAPTER}-keras.ipynb"
    texts = [c for c in book.cells if "class DateReader(nn.Module)" in c.source]
    assert [cell.cell_type for cell in texts] == ["markdown"]
    assert "別のフレームワーク" in texts[0].source
    for cell in book.cells:
        cell.pop("outputs", None) if cell.cell_type == "markdown" else None
    absent = ["torch", "myst_nb"]
    book.cells.insert(0, new_code_cell(ALONE.format(absent=absent)))
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(book, timeout=120, resources=resources).execute()
    printed = [o.text for c in book.cells for o in c.get("outputs", ()) if "text" in o]
    assert any("concat   attnbook.keras  differs by" in text for text in printed)


def test_a_cell_that_needs_another_framework_becomes_text():
    picture = new_output("display_data", {"image/svg+xml": "<svg/>"})
    stream = new_output("stream", name="stdout", text="3\n")
    cells = [
        new_markdown_cell("# T"),
        new_code_cell("x = 1", metadata={"tags": ["numpy"]}),
        new_code_cell("import torch\nx = 2", metadata={"tags": ["torch"]}),
        new_code_cell("import keras\nx = 3", metadata={"tags": ["keras"]}),
        new_code_cell("y = x"),
        new_code_cell("import torch\nz = y + x", outputs=[stream, picture]),
        new_code_cell("def f():\n    return z", metadata={"tags": ["remove-cell"]}),
        new_code_cell("z = 4"),
        new_code_cell("z"),
    ]
    book = new_notebook(cells=cells)
    standalone.only(book, "keras", "Text.")
    assert codes(book) == ["x = 1", "import keras\nx = 3", "y = x", "z = 4", "z"]
    text = book.cells[4]
    assert text.source == (
        "*Text.*\n\n```python\nimport torch\nz = y + x\n```\n\n```text\n3\n```\n\n"
        "![](attachment:output-0.svg)"
    )
    assert text.attachments == {"output-0.svg": {"image/svg+xml": "PHN2Zy8+"}}


def test_the_modules_travel_in_a_notebook_as_they_are(tmp_path):
    cell = standalone.library_cell([new_code_cell("from attnbook import plots")])
    program = ALONE.format(absent=["torch", "keras"]) + cell.source
    program += "\nimport attnbook.plots\nprint(attnbook.plots.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    copy = Path(done.stdout.strip())
    assert not copy.is_relative_to(ROOT)
    assert copy.read_bytes() == (ROOT / "book" / "attnbook" / "plots.py").read_bytes()
    shutil.rmtree(copy.parents[1])


def test_cells_that_readers_run_do_not_need_what_pages_alone_have(address):
    """Glue carries numbers into a page's text; notebooks come without such cells."""
    paths = sorted((ROOT / "_build" / "executed" / "en").glob("*.ipynb"))
    assert paths
    for path in paths:
        for cell in nbformat.read(path, as_version=4).cells:
            hidden = "remove-cell" in cell.metadata.get("tags", ())
            assert hidden or cell.cell_type != "code" or "glue" not in cell.source, path


def test_links_have_the_form_that_colab_binder_and_nbgitpuller_read():
    found = dict(launch.links(PLACES, "ja/luong_global.ipynb"))
    assert found["Colab"] == (
        "https://colab.research.google.com/github/someone/course/blob/notebooks/"
        "ja/luong_global.ipynb"
    )
    assert found["Binder"] == (
        "https://mybinder.org/v2/gh/someone/course/notebooks"
        "?urlpath=lab%2Ftree%2Fja%2Fluong_global.ipynb"
    )
    hub = urlsplit(found["JupyterHub"])
    assert hub.netloc == "hub.example.org"
    assert hub.path == "/hub/user-redirect/git-pull"
    assert parse_qs(hub.query) == {
        "repo": [REPOSITORY],
        "branch": ["notebooks"],
        "urlpath": ["lab/tree/course/ja/luong_global.ipynb"],
    }


def test_another_host_has_no_colab_and_another_form_of_binder():
    settings = {**PLACES, "repository": "https://git.example.org/team/course.git"}
    found = dict(launch.links(settings, "en/a.ipynb"))
    assert list(found) == ["Binder", "JupyterHub"]
    assert found["Binder"].startswith(
        "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fteam%2Fcourse/"
    )


def test_an_address_of_no_repository_is_refused():
    with pytest.raises(ValueError, match="want https://host/owner/name, got x"):
        list(launch.links({**PLACES, "repository": "x"}, "en/a.ipynb"))


def test_pages_link_to_the_places_that_have_an_address_and_no_others(address, tmp_path):
    site, doctrees = tmp_path / "en", tmp_path / "doctrees"
    shutil.copytree(ROOT / "_build" / "doctrees" / "en", doctrees)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", str(doctrees)]
    for name, value in PLACES.items():
        command += ["-D", f"course_launch.{name}={value}"]
    subprocess.run([*command, str(ROOT / "book"), str(site)], check=True, cwd=ROOT)
    with_places = buttons(site / f"{CHAPTER}.html")
    assert with_places == dict(launch.links(PLACES, f"en/{CHAPTER}.ipynb"))
    assert buttons(ROOT / "_build" / "html" / "en" / f"{CHAPTER}.html") == {}


def buttons(path):
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    links = page.select(".dropdown-launch-buttons a")
    assert page.select(".dropdown-launch-buttons .btn-launch-live")
    return {link.get_text().strip(): link["href"] for link in links}


def test_the_branch_holds_the_notebooks_and_what_binder_installs(address):
    branch = ROOT / "_build" / "notebooks"
    names = sorted(p.relative_to(branch).as_posix() for p in branch.rglob("*.ipynb"))
    expected = []
    for folder in ("en", "ja", "zh"):
        for path in (ROOT / "_build" / "executed" / folder).glob("*.ipynb"):
            choice = standalone.has_choice(nbformat.read(path, as_version=4))
            parts = ("-keras", "-torch", "") if choice else ("",)
            expected += [f"{folder}/{path.stem}{part}.ipynb" for part in parts]
    assert names == sorted(expected)
    assert f"ja/{CHAPTER}-keras.ipynb" in names
    pins = (branch / "requirements.txt").read_text().splitlines()
    assert [pin.split("==")[0] for pin in pins] == sorted(launch.PACKAGES)
