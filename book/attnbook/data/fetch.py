"""Where the files of the real sets come from: a folder, pooch's cache, or the net.

The book needs none of them. A chapter that uses one says so, and says what it does
without. Each file is known by its SHA-256, so a changed copy is refused.
"""

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import pooch

FOLDER = "ATTNBOOK_DATA"  # names a folder with a folder for each set


class DataUnavailable(OSError):
    """A file of a real set is not here; the message says how to get it."""


@dataclass(frozen=True)
class DataFile:
    """One file of a set."""

    name: str
    sha256: str
    url: str = ""  # empty if no public address has these bytes


@dataclass(frozen=True)
class DataSet:
    """A real set, who made it, and what its licence says."""

    name: str
    what: str
    licence: str
    source: str
    files: tuple[DataFile, ...]


@cache
def real_sets() -> dict[str, DataSet]:
    """All sets by name, as real_sets.toml lists them."""
    text = resources.files("attnbook.data").joinpath("real_sets.toml").read_text()
    sets = {}
    for entry in tomllib.loads(text)["set"]:
        files = tuple(DataFile(**each) for each in entry.pop("file"))
        sets[entry["name"]] = DataSet(**entry, files=files)
    return sets


def fetch(name: str, file: str) -> Path:
    """The path of a file of a set, such as fetch("mr", "rt-polarity.pos").

    Raises:
        KeyError: no such set or file.
        DataUnavailable: it is neither in the folder nor in the cache, and cannot be
            downloaded; or the copy found is another file.
    """
    files = {each.name: each for each in real_sets()[name].files}
    if file not in files:
        raise KeyError(f"{name} has no file {file}, only {sorted(files)}")
    entry = files[file]
    folder = os.environ.get(FOLDER)
    if folder and (path := Path(folder) / name / file).is_file():
        return _checked(path, entry)
    return _downloaded(name, entry)


def _checked(path: Path, entry: DataFile) -> Path:
    seen = pooch.file_hash(str(path))
    if seen != entry.sha256:
        raise DataUnavailable(
            f"{path}: SHA-256 {seen[:8]}… where the book wants {entry.sha256[:8]}…: "
            "another edition; put the listed one there, or unset " + FOLDER
        )
    return path


def _downloaded(name: str, entry: DataFile) -> Path:
    where = f"{name}/{entry.name}: not in the folder that {FOLDER} names"
    if not entry.url:
        raise DataUnavailable(f"{where}, and no address has it; copy it there")
    cache_folder = pooch.os_cache("attnbook") / name
    try:
        path = pooch.retrieve(
            entry.url, f"sha256:{entry.sha256}", entry.name, cache_folder
        )
    except (OSError, ValueError) as error:  # no network; or other bytes than listed
        reason = str(error).splitlines()[0][:120]
        raise DataUnavailable(
            f"{where}, and not to be had from {entry.url} ({reason})"
        ) from error
    return Path(path)
