"""The command line: `autograder VERB`, one verb a function."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns:
        0 if all went well, 1 if something needs attention, 2 if the command was wrong.
    """
    args = build_parser().parse_args(argv)  # a usage error exits 2
    # jsonschema loads for it, in a second or two, a grammar of addresses; we have none.
    sys.modules.setdefault("rfc3987_syntax", None)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # folders have any names
    try:
        return args.verb(args)
    except (ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        # 2: an exercise or course is not there; 1: a solution or nbgrader fails
        return 2 if isinstance(error, ValueError) else 1


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder", description="Release exercises and grade a class."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("release", help="write what students get, from solutions/")
    verb.add_argument("ids", nargs="*", metavar="ID", help="exercises; default: all")
    verb.set_defaults(verb=release)
    verb = verbs.add_parser(
        "prepare", help="enter an exercise into a course's gradebook"
    )
    _add_assignment(verb)
    verb.set_defaults(verb=prepare)
    verb = verbs.add_parser(
        "collect", help="put what a class handed in on Moodle or Canvas into a course"
    )
    what = "a bulk download: zip, tar or folder; oldest first"
    verb.add_argument("archives", nargs="+", type=Path, metavar="ARCHIVE", help=what)
    _add_assignment(verb)
    verb.add_argument("--names", choices=["auto", "moodle", "canvas"], default="auto")
    verb.set_defaults(verb=collect)
    verb = verbs.add_parser("grade", help="grade a class and write feedback")
    _add_assignment(verb)
    add = verb.add_argument
    add("--student", action="append", default=[], help="only this one; may be repeated")
    add("--force", action="store_true", help="grade again what has not changed")
    add("--workers", type=_positive, default=2, metavar="N", help="notebooks at a time")
    add("--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster")
    add("--sandbox", choices=("bubblewrap", "none"), default="bubblewrap")
    seeds = verb.add_mutually_exclusive_group().add_argument
    seeds("--seed", type=int, metavar="N", help="of the cases, not the course's own")
    seeds("--reference", default="", metavar="FILE", help="expected answers to use")
    add("--timeout", type=_positive, metavar="S", help="seconds that a cell may run")
    add("--quiet", action="store_true", help="do not say how far it is")
    _add_json(verb)
    verb.set_defaults(verb=grade)
    verb = verbs.add_parser(
        "reference", help="run a solution on a device and keep what it answers"
    )
    _add_assignment(verb)
    add = verb.add_argument
    add("--device", choices=("cpu", "cuda"), default="cpu")
    add(
        "--framework", choices=("numpy", "torch", "keras"), help="default: numpy, torch"
    )
    add("--seed", type=int, metavar="N", help="of the cases, not the course's own")
    verb.set_defaults(verb=reference)
    verb = verbs.add_parser("status", help="show the grades that a course has")
    _add_assignment(verb)
    _add_json(verb)
    verb.set_defaults(verb=status)
    verb = verbs.add_parser("feedback", help="write students' pages anew")
    _add_assignment(verb)
    add = verb.add_argument
    add("--student", action="append", default=[], help="only this one; may be repeated")
    add("--force", action="store_true", help="write all, whatever their grades")
    verb.set_defaults(verb=feedback)
    verb = verbs.add_parser("report", help="write a page on the class")
    _add_assignment(verb)
    text = "default: report/ID.html in the course"
    verb.add_argument("-o", "--output", type=Path, metavar="FILE", help=text)
    verb.set_defaults(verb=report)
    _add_export(verbs.add_parser("export", help="write grades for another program"))
    return parser


def _add_export(verb: argparse.ArgumentParser) -> None:
    add = verb.add_argument
    add("ids", nargs="+", metavar="ID", help="the exercises")
    add("--course", type=Path, required=True, metavar="DIR")
    add("--to", required=True, choices=["csv", "canvas", "moodle"])
    add("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    add("--student", action="append", default=[], help="only this one; may be repeated")
    add("--roster", type=Path, metavar="FILE", help="to fill in: what the LMS exported")
    add("--column", action="append", default=[], metavar="ID=HEADING")
    add("--identifier", choices=["username", "idnumber", "email"], default="username")
    verb.set_defaults(verb=export)


def release(args: argparse.Namespace) -> int:
    """Write the notebooks of exercises in all languages and frameworks."""
    from autograder.author import release as releasing
    from autograder.author.source import exercise_ids, read

    for exercise in [read(name) for name in args.ids or exercise_ids()]:
        for path in releasing.release(exercise):
            print(os.path.relpath(path))
    return 0


def prepare(args: argparse.Namespace) -> int:
    """Make a course's folder ready for an assignment."""
    from autograder.author import course
    from autograder.author.source import read

    changed = course.prepare(read(args.id), args.course)
    print(f"{args.course}: {args.id} {'is now' if changed else 'was'} in the gradebook")
    return 0


def collect(args: argparse.Namespace) -> int:
    """Place what a class handed in, and say what could not be placed."""
    from autograder.author.source import read
    from autograder.grade import collect as collecting

    exercise = read(args.id)
    report = collecting.collect(args.archives, args.course, exercise.id, args.names)
    for note in report.notes:
        print(note)
    if report.late:
        print(f"late, says Canvas: {', '.join(report.late)}")
    print(f"{len(report.placed)} placed, {len(report.unchanged)} there already")
    for problem in report.problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if report.problems else 0


def grade(args: argparse.Namespace) -> int:
    """Grade submissions, write feedback and show the class."""
    from autograder.grade.sandbox import early

    if args.sandbox == "bubblewrap" and not args.scheduler:
        early.start(args.course, args.id, args.student, args.workers, args.force)
    from autograder.author.source import read
    from autograder.grade import batch
    from autograder.grade.records import Outcome
    from autograder.report import feedback
    from autograder.report.progress import Progress

    options = batch.Options(
        students=tuple(args.student),
        force=args.force,
        workers=args.workers,
        scheduler=args.scheduler,
        sandbox=args.sandbox,
        seed=args.seed,
        reference=args.reference,
        timeout=args.timeout,
    )
    exercise = read(args.id)
    students = batch.submissions(args.course, args.id, args.student)

    def tell(outcome: Outcome) -> None:
        progress.tell(outcome)
        with suppress(Exception):  # below it is tried again, and what fails is seen
            feedback.write(args.course, args.id, [outcome.student])

    with Progress("grading", len(students), args.quiet) as progress:
        outcomes = batch.grade(exercise, args.course, options, tell)
    with Progress("feedback", len(students), args.quiet) as progress:
        feedback.write(args.course, args.id, students, tell=progress.tell)
    return _show(args, exercise, outcomes)


def reference(args: argparse.Namespace) -> int:
    """Write expected answers, and say how far they are from float64 on the CPU."""
    from autograder.author.source import read
    from autograder.grade import references
    from autograder.grade.expected import reference as exact
    from autograder.grade.expected import secret_seed

    exercise, course = read(args.id), args.course.resolve()
    seed = secret_seed(course, args.id) if args.seed is None else args.seed
    framework = args.framework or {"cpu": "numpy", "cuda": "torch"}[args.device]
    path, ran = references.write(course, exercise, framework, args.device, seed)
    found = list(references.differences(ran, exact(course, exercise, seed)))
    for each in found:
        share = f"{each.share:.2%} of the tolerance"
        print(f"{each.check}: {each.absolute:.3g}, {share} (answer {each.answer})")
    print(path)
    return 1 if any(each.share > 1 for each in found) else 0


def status(args: argparse.Namespace) -> int:
    """Show what the gradebook and the last grading say."""
    from autograder.author.source import read
    from autograder.grade import batch

    return _show(args, read(args.id), batch.status(args.id, args.course))


def feedback(args: argparse.Namespace) -> int:
    """Write the pages of students whose grade has changed since."""
    from autograder.grade import batch
    from autograder.report import feedback
    from autograder.report.progress import Progress

    students = batch.submissions(args.course, args.id, args.student)
    with Progress("feedback", len(students)) as progress:
        written = feedback.write(
            args.course, args.id, students, args.force, progress.tell
        )
    print(f"{args.course / 'feedback'}: {written} of {len(students)} pages written")
    return 0


def report(args: argparse.Namespace) -> int:
    """Write the instructor's page on a class."""
    from autograder.author.source import read
    from autograder.grade import batch
    from autograder.report import classroom, summary

    outcomes = batch.status(args.id, args.course)
    found = classroom.gather(read(args.id), args.course, outcomes)
    output = args.output or args.course / "report" / f"{args.id}.html"
    summary.write(found, args.course, output)
    print(output)
    return 0


def export(args: argparse.Namespace) -> int:
    """Write the file that a learning management system imports."""
    from autograder.grade.files import write_whole
    from autograder.grade.marks import open_gradebook
    from autograder.report.export import EXPORTERS

    settings = {
        "assignment": args.ids,
        "student": args.student,
        "roster": str(args.roster or ""),
        "columns": dict(_heading(text) for text in args.column),
        "course": str(args.course),
    }
    if args.to == "moodle":
        settings["identifier"] = args.identifier
    exporter = EXPORTERS[args.to](**settings)
    with open_gradebook(args.course) as book:
        text = exporter.text(book)
    if args.output:
        write_whole(args.output, text.encode())
    else:
        sys.stdout.write(text)
    for line in exporter.notes:
        print(f"note: {line}", file=sys.stderr)
    for line in exporter.left_out:
        print(f"error: {line}", file=sys.stderr)
    return 1 if exporter.left_out else 0


def _show(args: argparse.Namespace, exercise, outcomes) -> int:
    from autograder.report import classroom, table

    found = classroom.gather(exercise, args.course, outcomes)
    (table.show_json if args.json else table.show)(found)
    for outcome in outcomes:
        if outcome.failed:
            print(f"error: {outcome.reason}", file=sys.stderr)
    return 1 if found.attention else 0


def _add_assignment(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("id", metavar="ID", help="the exercise, such as luong_global")
    verb.add_argument("--course", type=Path, required=True, metavar="DIR")


def _add_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="print JSON, not a table")


def _heading(text: str) -> list[str]:
    if "=" not in text:
        raise ValueError(f"--column {text}: write ID=HEADING.")
    return text.split("=", 1)


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise ValueError(text)  # argparse turns it into a usage error
    return number
