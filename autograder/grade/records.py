"""What became of each submission: kept, so that each is graded once."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from autograder.grade.files import Unreadable, plain_content, write_whole

ENCODING = ("utf-8", "surrogatepass")  # a folder's name may be no text
NAME_LIMIT = 200  # bytes of a file's name; a longer student's name is hashed


@dataclass(frozen=True)
class Outcome:
    """What became of one submission."""

    student: str
    # "graded", "unchanged" or "failed"; or, asked later, "new" (not graded yet) or
    # "changed" (handed in again since)
    status: str
    reason: str = ""  # why it failed, or what stopped its cells
    seconds: float | None = None  # that its notebook ran
    seed: str = ""  # the fingerprint of the one that drew its cases

    @property
    def failed(self) -> bool:
        return self.status == "failed"


class Records:
    """The outcomes of an assignment, each with a hash of all that it depends on.

    Args:
        course: the course's folder.
        assignment: its id.
        settings: a hash of what is the same for all submissions.
    """

    def __init__(self, course: Path, assignment: str, settings: str):
        self._submitted = course / "submitted"
        self._folder = course / "graded" / assignment
        self._assignment, self._settings = assignment, settings

    def find(self, student: str) -> Outcome | None:
        """Return a submission's outcome, if nothing has changed since."""
        record = self._read(student)
        if not record or record["key"] != self._key(self._files(student)):
            return None
        return _outcome(record)

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome down."""
        files = self._files(outcome.student)
        record = {"key": self._key(files), "files": files, **asdict(outcome)}
        content = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        write_whole(self._path(outcome.student), content.encode(*ENCODING))

    def last(self, students: Sequence[str]) -> list[Outcome]:
        """Return outcomes as they were written; "changed" if something new came."""
        return [self._last(student) for student in students]

    def _last(self, student: str) -> Outcome:
        record = self._read(student)
        if not record:
            return Outcome(student, "new")
        if record.get("files", "") not in ("", self._files(student)):
            return Outcome(student, "changed")
        return _outcome(record)

    def _read(self, student: str) -> dict | None:
        path = self._path(student)
        return json.loads(path.read_text(*ENCODING)) if path.exists() else None

    def _path(self, student: str) -> Path:
        name = student
        if len(os.fsencode(name)) > NAME_LIMIT:
            name = hashlib.sha256(os.fsencode(name)).hexdigest()
        return self._folder / f"{name}.json"

    def _key(self, files: str) -> str:
        return hashlib.sha256(f"{self._settings} {files}".encode()).hexdigest()[:20]

    def _files(self, student: str) -> str:
        """Hash what a student has handed in."""
        digest = hashlib.sha256()
        folder = self._submitted / student / self._assignment
        for name in (f"{self._assignment}.ipynb", "timestamp.txt"):
            try:
                content = plain_content(folder / name)
            except Unreadable as error:
                content = b"none: " + str(error).encode("utf-8", "replace")
            digest.update(hashlib.sha256(content).digest())
        return digest.hexdigest()[:20]


def _outcome(record: dict) -> Outcome:
    said = (record[key] for key in ("student", "status", "reason"))
    outcome = Outcome(*said, record.get("seconds"), record.get("seed", ""))
    return outcome if outcome.failed else replace(outcome, status="unchanged")
