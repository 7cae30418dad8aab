"""Bulk downloads for the tests of collecting, and what became of them."""

import io
import stat
import zipfile

ID = "luong_global"
FILE = f"{ID}.ipynb"
EARLY, LATER = (2026, 11, 20, 9, 0, 0), (2026, 11, 21, 18, 30, 0)


def zipped(path, members, time=EARLY):
    """Write a zip: of each member its name, and text, bytes or (content, time)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            content, when = content if isinstance(content, tuple) else (content, time)
            file.writestr(zipfile.ZipInfo(name, when), content)
    return path


def packed(members):
    """Make a zip that a student handed in."""
    return zipped(io.BytesIO(), members).getvalue()


def placed(course):
    """Read what stands in submitted/, by student; everything else fails."""
    found = {}
    for path in sorted(course.rglob("*")):
        if path.is_dir():
            continue
        assert path.relative_to(course).parts[0] == "submitted"
        student, assignment, name = path.relative_to(course).parts[1:]
        assert assignment == ID
        assert path.lstat().st_mode & stat.S_IFMT(0o777777) == stat.S_IFREG
        if name == FILE:
            found[student] = path.read_text()
        else:
            assert name == "timestamp.txt"
    return found
