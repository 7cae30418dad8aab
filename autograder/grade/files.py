"""Reads files that somebody else has put into a folder: plain ones, and nothing else.

No link is followed, nothing is waited for, and no more is read than a limit allows.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

SIZE_LIMIT = 200_000_000  # bytes of a notebook, its outputs included
ENTRY_LIMIT = 500  # files and folders in a submission's folder


class Unreadable(ValueError):
    """A submission that cannot be graded: what was seen, what to do."""


def plain_content(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """Read a plain file of at most `limit` bytes.

    Raises:
        Unreadable: it is not there, something else, too large, or may not be read.
    """
    try:
        found = path.lstat()
        _refuse_others(found.st_mode)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with open(os.open(path, flags), "rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise Unreadable(
            "there is no such notebook. Ask for it to be sent again."
        ) from error
    except OSError as error:
        raise Unreadable(
            f"it cannot be read ({error.strerror}). Look at its permissions."
        ) from error
    if len(content) > limit:
        raise Unreadable(
            f"{found.st_size:,} bytes are more than {limit:,}. Ask for the notebook "
            "without its outputs."
        )
    return content


def refuse_linked_folder(folder: Path) -> None:
    """See that a submission's folder and its student's are no links.

    Raises:
        Unreadable: one of them is.
    """
    for above in (folder.parent, folder):
        if above.is_symlink():
            raise Unreadable(
                f"the folder {above.name!r} is a link, which is not followed. Put the "
                "folder itself there."
            )


def refuse_links_beside(folder: Path, limit: int = SIZE_LIMIT) -> None:
    """See that nothing in a submission's folder leads elsewhere.

    nbgrader copies all that lies beside a notebook, and would follow links.

    Raises:
        Unreadable: something in it is no plain file, or there is too much of it.
    """
    size = 0
    try:
        for number, entry in enumerate(_entries(folder)):
            if number >= ENTRY_LIMIT:
                raise Unreadable(f"more than {ENTRY_LIMIT} files are in its folder.")
            found = entry.stat(follow_symlinks=False)
            size += found.st_size
            if not stat.S_ISDIR(found.st_mode):
                _refuse_others(found.st_mode, f"{entry.name!r} beside it")
    except OSError as error:
        raise Unreadable(
            f"its folder cannot be read ({error.strerror}). Look at its permissions."
        ) from error
    if size > 2 * limit:
        raise Unreadable(f"{size:,} bytes in its folder are more than {2 * limit:,}.")


def _entries(folder: Path) -> Iterator[os.DirEntry]:
    todo = [str(folder)] if folder.is_dir() else []
    while todo:
        with os.scandir(todo.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    todo.append(entry.path)
                yield entry


def _refuse_others(mode: int, what: str = "it") -> None:
    """Refuse what is no plain file."""
    if stat.S_ISLNK(mode):
        raise Unreadable(
            f"{what} is a link, which is not followed. Put the file itself there."
        )
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "no plain file"
        raise Unreadable(f"{what} is {kind}. Ask for the notebook to be sent again.")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(content)
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)
