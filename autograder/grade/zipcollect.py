"""The door to nbgrader's zip_collect, halted between its two halves."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nbgrader.apps import ZipCollectApp
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import parse_utc

from autograder.grade.gradebook import course_config, course_directory


class Placement(NamedTuple):
    """Where an unpacked notebook goes."""

    student: str
    time: datetime | None  # when it was handed in, if that is known


class Extractor(ExtractorPlugin):
    """Leaves the unpacking to a function: nbgrader's own knows no limits."""

    unpack: Callable[[Path], None] = staticmethod(lambda folder: None)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        self.unpack(Path(extracted_path))


class Collector(FileNameCollectorPlugin):
    """Collects the files that were chosen, for whom they were chosen."""

    chosen: Mapping[Path, Placement] = {}

    def collect(self, submitted_file: str) -> dict | None:
        placement = self.chosen.get(Path(submitted_file))
        if placement is None:
            return None
        info = {"student_id": placement.student, "file_id": self.parent.notebook}
        if placement.time is not None:
            info["timestamp"] = parse_utc(placement.time)
        return info


class ZipCollect(ZipCollectApp):
    """nbgrader's zip_collect of one assignment.

    Args:
        course: the course's folder.
        assignment: its id, which is also its notebook's name.
        folder: an empty one, for what is unpacked.
    """

    def __init__(self, course: Path, assignment: str, folder: Path):
        super().__init__(config=course_config(course))
        self.coursedir = course_directory(course, assignment)
        self.notebook = f"{assignment}.ipynb"
        self.log.setLevel(logging.ERROR)
        self.force = True
        self.extractor_plugin, self.collector_plugin = Extractor, Collector
        step = str(folder).replace("{", "{{").replace("}", "}}") + "/{collect_step}"
        self.collect_directory_structure = step
        (folder / self.archive_directory).mkdir()
        self.init_plugins()

    def unpack(self, unpack: Callable[[Path], None]) -> None:
        """Take the first half: call `unpack` with the folder to unpack into."""
        self.extractor_plugin_inst.unpack = unpack
        self.extract_archive_files()

    def place(self, chosen: Mapping[Path, Placement]) -> None:
        """Take the other half: put unpacked notebooks into submitted/.

        Raises:
            RuntimeError: nbgrader refuses.
        """
        self.collector_plugin_inst.chosen = chosen
        try:
            self.process_extracted_files()
        except SystemExit as error:
            raise RuntimeError("nbgrader's zip_collect failed, see above") from error

    def submitted(self, student: str) -> Path:
        """Say where a student's submission belongs."""
        return Path(
            self.coursedir.format_path(
                self.coursedir.submitted_directory,
                student,
                self.coursedir.assignment_id,
            )
        )

    def time_of(self, student: str) -> datetime | None:
        """Read when what is there was handed in."""
        return self.coursedir.get_existing_timestamp(str(self.submitted(student)))
