"""Where files of the real sets come from. The network here is this machine."""

import hashlib
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from attnbook.data import fetch as module
from attnbook.data.fetch import (
    FOLDER,
    DataFile,
    DataSet,
    DataUnavailable,
    fetch,
    real_sets,
)

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
TEXT = b"fine\nday\n"
DIGEST = hashlib.sha256(TEXT).hexdigest()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Print nothing: a request is no news."""


@pytest.fixture
def catalogue(monkeypatch, tmp_path):
    """One set of one file, and an empty cache; the file's address can be set."""
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setattr(module.pooch, "os_cache", lambda name: tmp_path / "cache")

    def catalogued(url=""):
        files = (DataFile("words.txt", DIGEST, url),)
        sets = {"tiny": DataSet("tiny", "words", "CC0", "us", files)}
        monkeypatch.setattr(module, "real_sets", lambda: sets)

    return catalogued


@pytest.fixture
def server(tmp_path):
    """Serve a folder; what it counts is the requests."""
    folder = tmp_path / "served"
    folder.mkdir()
    requests = []

    class Handler(Quiet):
        def do_GET(self):
            requests.append(self.path)
            super().do_GET()

    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{http.server_port}/words.txt", requests
        http.shutdown()
        thread.join()


def test_the_folder_comes_first(catalogue, monkeypatch, tmp_path):
    catalogue()
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "words.txt").write_bytes(TEXT)
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert fetch("tiny", "words.txt") == tmp_path / "tiny" / "words.txt"


def test_another_edition_in_the_folder_is_refused(catalogue, monkeypatch, tmp_path):
    catalogue()
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "words.txt").write_bytes(b"other")
    monkeypatch.setenv(FOLDER, str(tmp_path))
    with pytest.raises(DataUnavailable, match="another edition"):
        fetch("tiny", "words.txt")


def test_a_file_is_downloaded_once_and_then_found_in_the_cache(catalogue, server):
    folder, url, requests = server
    catalogue(url)
    (folder / "words.txt").write_bytes(TEXT)
    assert fetch("tiny", "words.txt").read_bytes() == TEXT
    assert fetch("tiny", "words.txt").read_bytes() == TEXT
    assert requests == ["/words.txt"]


def test_a_download_of_other_bytes_is_refused(catalogue, server):
    folder, url, _ = server
    catalogue(url)
    (folder / "words.txt").write_bytes(b"other")
    with pytest.raises(DataUnavailable, match="not to be had from"):
        fetch("tiny", "words.txt")


def test_without_a_network_the_error_is_one_line_that_says_what_to_do(
    catalogue, monkeypatch
):
    def no_network(*args):
        raise ConnectionError("Name or service not known\nand a long story")

    catalogue("http://127.0.0.1/words.txt")
    monkeypatch.setattr(module.pooch, "retrieve", no_network)
    with pytest.raises(DataUnavailable) as caught:
        fetch("tiny", "words.txt")
    message = str(caught.value)
    assert "\n" not in message
    for part in ("tiny/words.txt", FOLDER, "http://127.0.0.1/words.txt", "not known"):
        assert part in message


def test_a_file_without_an_address_can_only_be_copied(catalogue):
    catalogue()
    with pytest.raises(DataUnavailable, match="no address has it; copy it there"):
        fetch("tiny", "words.txt")


def test_an_unknown_set_or_file_is_an_error():
    with pytest.raises(KeyError):
        fetch("nothing", "words.txt")
    with pytest.raises(KeyError, match="mr has no file words.txt"):
        fetch("mr", "words.txt")


def test_every_set_says_its_licence_and_every_address_names_a_fixed_edition():
    assert len(real_sets()) >= 10
    for each in real_sets().values():
        assert each.what and each.licence and each.source and each.files
        for file in each.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert not file.url or re.search(r"/[0-9a-f]{40}/", file.url)


def test_the_page_lists_every_set_as_the_catalogue_does():
    page = (ROOT / "book" / "corpora.md").read_text("utf-8")
    shown = re.findall(r"^\| `([\w-]+)` \| (.*?) \| (.*?) \| (.*?) \|$", page, re.M)
    listed = [(s.name, s.what, s.source, s.licence) for s in real_sets().values()]
    assert shown == listed


@pytest.mark.skipif(not SHARED.is_dir(), reason="no real sets beside the checkout")
def test_the_catalogue_agrees_with_what_is_known_of_the_sets(monkeypatch):
    monkeypatch.setenv(FOLDER, str(SHARED))
    for each in real_sets().values():
        known = (SHARED / each.name / "SOURCE.md").read_text("utf-8")
        for file in each.files:
            assert file.sha256 in known, file
            assert fetch(each.name, file.name).is_file()
