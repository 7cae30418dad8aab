"""Takes notebooks out of archives that a learning management system made.

A student chose what is in there: names that lead out of a folder, links, devices, files
that unpack to terabytes. Nothing is written but notebooks, under names of our own.
"""

import gzip
import lzma
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from autograder.grade.files import SIZE_LIMIT

MEMBERS = 100_000  # entries of an archive that are looked at
INNER_MEMBERS = 2_000  # entries of one that a student handed in
INNER_LIMIT = 50_000_000  # bytes of that
TOTAL_LIMIT = 20_000_000_000  # bytes of all notebooks together
INNER_TOTAL = 400_000_000  # bytes that what a student handed in unpacks to
ARCHIVE = re.compile(r"\.(zip|tar|tgz|tar\.gz)$", re.IGNORECASE)
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # as browsers save it
OTHER = "it is a link or a device"
NOISE = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store")
BROKEN = (  # what archives that are none raise
    *(zipfile.BadZipFile, tarfile.TarError, EOFError, OSError),
    *(zlib.error, lzma.LZMAError),
    *(ValueError, RuntimeError, NotImplementedError, IndexError, OverflowError),
)


@dataclass(frozen=True)
class Found:
    """A file in an archive."""

    archive: str  # the archive's name
    parts: tuple[str, ...]  # where in it, from the outermost folder on
    path: Path | None = field(repr=False)  # where it was unpacked, if it is a notebook
    time: datetime | None  # when it was written, by the outer archive
    problem: str = ""  # why it was not unpacked


@dataclass(frozen=True)
class _Member:
    name: str
    time: datetime | None
    problem: str  # why it cannot be read
    open: Callable = field(repr=False)


class Unpacker:
    """Unpacks into a folder.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path):
        self._folder, self._count, self._left = folder, 0, TOTAL_LIMIT

    def unpack(self, archive: Path) -> Iterator[Found]:
        """Yield the files of an archive, or of a folder, notebooks unpacked.

        Archives in it are opened, those in them are not. What a broken archive holds
        up to where it is broken is yielded, and then the trouble.
        """
        yield from self._walk(archive, Found(archive.name, (), None, None), MEMBERS)

    def _walk(self, archive: Path, above: Found, limit: int) -> Iterator[Found]:
        inner, self._inner_left = bool(above.parts), INNER_TOTAL
        try:
            members = _members(archive, INNER_TOTAL if inner else TOTAL_LIMIT)
            for number, member in enumerate(members):
                if number >= limit:
                    raise ValueError(f"it holds more than {limit:,} files")
                parts = above.parts + _parts(member.name)
                if not set(parts) & set(NOISE) and not parts[-1].startswith("._"):
                    time = above.time if inner else member.time
                    found = replace(above, parts=parts, time=time)
                    yield from self._take(member, found, inner)
        except BROKEN as error:
            yield replace(above, problem=f"the archive cannot be read: {_line(error)}")

    def _take(self, member: "_Member", found: Found, inner: bool) -> Iterator[Found]:
        archive = ARCHIVE.search(found.parts[-1]) and not inner
        problem = member.problem or _escapes(member.name)
        if problem or not (archive or NOTEBOOK.search(found.parts[-1])):
            yield replace(found, problem=problem)
            return
        try:
            path = self._write(member, inner, bool(archive))
        except BROKEN as error:
            yield replace(found, problem=f"it cannot be unpacked: {_line(error)}")
            return
        if archive:
            yield from self._walk(path, found, INNER_MEMBERS)
            path.unlink()
        else:
            yield replace(found, path=path)

    def _write(self, member: "_Member", inner: bool, archive: bool) -> Path:
        """Copy a member, no more of it than may be: sizes in archives may lie."""
        self._count += 1
        path = self._folder / f"{self._count}{'' if archive else '.ipynb'}"
        limit = min(INNER_LIMIT if archive else SIZE_LIMIT, self._left)
        limit = min(limit, self._inner_left) if inner else limit
        size = 0
        try:
            with member.open() as source, path.open("xb") as file:
                while chunk := source.read(1 << 20):
                    size += len(chunk)
                    if size > limit:
                        raise ValueError(f"it is larger than {limit:,} bytes")
                    file.write(chunk)
        except BROKEN:
            path.unlink(missing_ok=True)
            raise
        self._left -= size
        self._inner_left -= size if inner else 0
        return path


def _members(archive: Path, limit: int) -> Iterator[_Member]:
    with ExitStack() as stack:
        if archive.is_dir():
            yield from _of_folder(archive)
        elif zipfile.is_zipfile(archive):
            yield from _of_zip(stack.enter_context(zipfile.ZipFile(archive)))
        elif _is_tar(archive):
            opened = stack.enter_context(_open_tar(archive))
            yield from _of_tar(_Limited(opened, limit))
        elif NOTEBOOK.search(archive.name):
            yield _of_file(archive, archive.name)
        else:
            raise ValueError("it is no zip, no tar, no folder and no notebook")


def _is_tar(archive: Path) -> bool:
    """Look at the first header alone: tarfile's own test reads a name of any length."""
    try:
        with _open_tar(archive) as opened:
            head = opened.read(tarfile.BLOCKSIZE)
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except BROKEN:
        return False
    return True


def _open_tar(archive: Path) -> BinaryIO:
    with archive.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return (gzip.open if zipped else open)(archive, "rb")


def _of_zip(opened: zipfile.ZipFile) -> Iterator[_Member]:
    for info in opened.infolist():
        if info.is_dir():
            continue
        mode = info.external_attr >> 16
        yield _Member(
            _zip_name(info),
            _time(lambda info=info: datetime(*info.date_time)),
            _problem(mode) if stat.S_IFMT(mode) else "",
            lambda info=info: opened.open(info),
        )


def _of_tar(stream: "_Limited") -> Iterator[_Member]:
    with tarfile.open(fileobj=stream, mode="r|") as opened:
        for info in opened:
            if info.isdir():
                continue
            yield _Member(
                info.name,
                _time(lambda info=info: datetime.fromtimestamp(info.mtime)),
                "" if info.isreg() else OTHER,
                lambda info=info: opened.extractfile(info),
            )


def _of_folder(folder: Path) -> Iterator[_Member]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(where, name)
            yield _of_file(path, path.relative_to(folder).as_posix())


def _of_file(path: Path, name: str) -> _Member:
    found = path.lstat()
    time = _time(lambda: datetime.fromtimestamp(found.st_mtime))
    return _Member(name, time, _problem(found.st_mode), lambda: path.open("rb"))


class _Limited:
    """A stream that ends in an error where a limit is reached."""

    def __init__(self, stream, limit: int):
        self._stream, self._left = stream, limit

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise ValueError("it unpacks to too many bytes")
        return content


def _problem(mode: int) -> str:
    return "" if stat.S_ISREG(mode) else OTHER


def _escapes(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    leads_out = ".." in parts or name.startswith(("/", "\\"))
    return "its name leads out of the archive" if leads_out else ""


def _parts(name: str) -> tuple[str, ...]:
    """Split a name into parts that can stand in a line."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    name = "".join(c if unicodedata.category(c)[0] != "C" else "_" for c in name)
    return tuple(part for part in name.split("/") if part not in ("", ".", "..")) or (
        "_",
    )


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: UTF-8, also where the archive forgot to say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _time(read: Callable[[], datetime]) -> datetime | None:
    try:
        return read().astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
