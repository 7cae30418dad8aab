"""Grades for other programs: written, and read back as those programs read them."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from toy import RIGHT, cell, grade_by_hand

from autograder.cli import main
from autograder.grade.batch import Options, grade
from autograder.grade.gradebook import Gradebook, database

FORMULA = "=1+1"
CANVAS = """\ufeff\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz (7),Toy (42),Final Score
,,,,,,Manual Posting,
    Points Possible,,,,,5,6,(read only)
"Ng, Ann",101,U1,ann,A,3,,50
"=Bo, Bob",102,U2,bob@example.org,A,3,1,50
"Test, Student",103,,x,A,N/A,2,
"""
WORKSHEET = """Identifier,Full name,Username,Status,Grade,Maximum Grade,\
Last modified (grade),Feedback comments
Participant 11,Ann Ng,ann,Submitted,,6.00,-,
Participant 12,=Bo Bob,bob,Submitted,1.00,6.00,"Monday, 1 June 2026",old
Participant 13,Dan Li,dan,No submission,-,6.00,-,kept
"""


@pytest.fixture(scope="module")
def ready(ready):
    """A course: by hand, late, broken, in Japanese, and named like a formula."""
    answered = ready.notebook(**RIGHT)
    cell(answered, "question-why")["source"] = "Because."
    ready.submit("ann", answered)
    japanese = ready.notebook(**RIGHT)
    japanese["metadata"]["attnbook"]["language"] = "ja"
    ready.submit("bob", japanese)
    ready.submit("cut", "[")
    ready.submit(FORMULA, ready.notebook())
    grade(ready.exercise, ready.course, Options())
    grade_by_hand(ready.course, "ann", "question-why", 1.5, "<b>Good</b>,\nyes")
    grade_by_hand(ready.course, "bob", "question-why", 0, penalty=0.75)
    return ready


def export(toy, capsys, to, *options):
    """Run the command; return its exit code, its table, and what it complained of."""
    code = main(["export", "toy", "--course", str(toy.course), "--to", to, *options])
    captured = capsys.readouterr()
    table = list(csv.reader(io.StringIO(captured.out)))
    return code, table, captured.err.splitlines()


def file(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def canvas_imports(table):
    """Read as lib/gradebook_importer.rb does: points possible, grades by ID or login.

    Only for files with one assignment.
    """
    header, *rows = table
    assert len(header) > 3 and "Student" in header[0] and "ID" in header[1]
    sis = header[2] == "SIS User ID"
    assert header[3 if sis else 2] == "SIS Login ID"
    assert "Section" in header[4 if sis else 3]
    (possible,) = [row[-1] for row in rows if "Points Possible" in row[0]]
    students = [row for row in rows if "Points Possible" not in row[0]]
    grades = {row[1] or row[3 if sis else 2]: row[-1] for row in students}
    assert len(grades) == len(students)
    return header[-1], float(possible), grades


def test_csv_has_everything_of_everybody_and_no_formula(toy, capsys):
    code, (header, *rows), said = export(toy, capsys, "csv")
    assert (code, said) == (0, [])
    found = {row[1]: dict(zip(header, row, strict=True)) for row in rows}
    assert list(found) == ["'" + FORMULA, "ann", "bob", "cut"]
    ann, bob = found["ann"], found["bob"]
    assert (ann["points"], ann["late_penalty"], ann["total"]) == ("5.5", "0", "5.5")
    assert (bob["points"], bob["late_penalty"], bob["total"]) == ("4", "0.75", "3.25")
    assert (ann["check-double"], ann["check-name"]) == ("3", "1")
    assert (ann["question-why"], ann["maximum"]) == ("1.5", "6")
    assert found["cut"]["total"] == "0"
    assert header[-3:] == ["check-double", "check-name", "question-why"]


def test_totals_that_lack_points_are_told(toy, capsys):
    with Gradebook(database(toy.course)) as book:
        book.find_grade("question-why", "toy", "toy", "ann").needs_manual_grade = True
        book.db.commit()
    code, _, said = export(toy, capsys, "csv")
    assert code == 0
    assert said == [
        "note: toy: 1 have answers that nobody has read yet, so their totals lack"
        " those points."
    ]


def test_canvas_takes_what_is_written_without_a_roster(toy, capsys):
    code, table, said = export(toy, capsys, "canvas")
    grades = {"ann": "5.5", "bob": "3.25", "cut": "0"}
    assert canvas_imports(table) == ("toy", 6.0, grades)
    assert code == 1
    assert said == [
        f"error: {FORMULA!r} would be a formula in a spreadsheet, and was left out."
        " Enter it by hand."
    ]


def test_a_canvas_roster_keeps_its_headings_and_people(toy, tmp_path, capsys):
    with Gradebook(database(toy.course)) as book:
        book.update_or_create_student("bob", email="Bob@example.org")
    roster = file(tmp_path, CANVAS)
    code, table, said = export(toy, capsys, "canvas", "--roster", roster)
    grades = {"101": "5.5", "102": "3.25", "103": "2"}
    assert canvas_imports(table) == ("Toy (42)", 6.0, grades)
    assert table[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    names = [row[0] for row in table[2:]]
    assert names == ["Ng, Ann", "'=Bo, Bob", "Test, Student"]
    assert code == 1
    assert [line.split(",")[0] for line in said] == [
        f"error: toy: {FORMULA} is not in the roster",
        "error: toy: cut is not in the roster",
    ]


def test_a_canvas_roster_with_semicolons_and_other_points_is_understood(
    toy, tmp_path, capsys
):
    text = CANVAS.replace('"Ng, Ann"', "Ann").replace('"=Bo, Bob"', "Bob")
    text = text.replace('"Test, Student"', "T").replace(",", ";").replace("5;6", "5;10")
    roster = file(tmp_path, text)
    options = ["--student", "ann", "--roster", roster]
    code = main(["export", "toy", "--course", str(toy.course), "--to=canvas", *options])
    captured = capsys.readouterr()
    table = list(csv.reader(io.StringIO(captured.out), delimiter=";"))
    grades = {"101": "5.5", "102": "1", "103": "2"}
    assert canvas_imports(table) == ("Toy (42)", 10.0, grades)
    assert code == 0
    assert captured.err == "note: toy: Canvas has 10 points, we 6.\n"


def test_a_column_of_another_name_is_named(toy, tmp_path, capsys):
    roster = file(tmp_path, CANVAS.replace("Toy (42)", "Homework 1 (42)"))
    options = ["--student", "ann", "--roster", roster]
    code, table, said = export(toy, capsys, "canvas", *options)
    assert (code, table[0][-1]) == (0, "toy")
    assert "Canvas will make a new assignment" in said[0]
    options += ["--column", "toy=Homework 1 (42)"]
    code, table, said = export(toy, capsys, "canvas", *options)
    assert (code, table[0][-1], said) == (0, "Homework 1 (42)", [])
    options[-1] = "toy=Nothing"
    code, table, said = export(toy, capsys, "canvas", *options)
    assert (code, table) == (2, [])
    assert "no columns are named 'Nothing'" in said[0]


@pytest.mark.parametrize("identifier", ["username", "idnumber", "email"])
def test_moodle_takes_what_is_written_for_its_gradebook(toy, capsys, identifier):
    with Gradebook(database(toy.course)) as book:
        book.update_or_create_student("ann", email="a@b.org", lms_user_id="7")
    code, table, said = export(toy, capsys, "moodle", "--identifier", identifier)
    assert table[0] == [identifier, "toy", "toy feedback"]
    grades = {row[0]: float(row[1]) for row in table[1:]}
    ann = {"username": "ann", "idnumber": "7", "email": "a@b.org"}[identifier]
    others = {} if identifier == "email" else {"bob": 3.25, "cut": 0.0}
    assert grades == {ann: 5.5} | others
    # Who has no identifier is never a row: Moodle would take the user before.
    assert all(row[0] for row in table)
    assert code == 1
    assert len(said) == 5 - len(table)


def test_moodles_feedback_is_in_the_students_language_and_no_html(toy, capsys):
    _, table, _ = export(toy, capsys, "moodle")
    said = {row[0]: row[2] for row in table[1:]}
    assert said["ann"] == (
        "Check double: 3 / 3<br>Check name: 1 / 1<br>Answer in words why: 1.5 / 2<br>"
        "Comment: &lt;b&gt;Good&lt;/b&gt;, yes<br>Total: 5.5 / 6"
    )
    assert "Check" not in said["bob"]
    assert "−0.75" in said["bob"]


def test_a_moodle_worksheet_keeps_all_but_grades_and_feedback(toy, tmp_path, capsys):
    roster = file(tmp_path, WORKSHEET)
    code, table, said = export(toy, capsys, "moodle", "--roster", roster)
    before = list(csv.reader(io.StringIO(WORKSHEET)))
    assert table[0] == before[0]
    found = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    assert [row["Grade"] for row in found] == ["5.5", "3.25", "-"]
    assert found[0]["Feedback comments"].endswith("Total: 5.5 / 6")
    assert found[2]["Feedback comments"] == "kept"
    assert [row["Full name"] for row in found] == ["Ann Ng", "'=Bo Bob", "Dan Li"]
    assert [row["Last modified (grade)"] for row in found] == [
        row[6] for row in before[1:]
    ]
    assert code == 1 and len(said) == 2  # those who are not in the worksheet


def test_a_worksheet_with_another_maximum_is_told(toy, tmp_path, capsys):
    roster = file(tmp_path, WORKSHEET.replace("6.00", "100.00"))
    options = ["--roster", roster, "--student", "ann"]
    _, _, said = export(toy, capsys, "moodle", *options)
    assert said == ["note: toy: Moodle's maximum is 100.00, ours 6."]


def test_two_students_of_one_row_and_two_rows_of_one_student_are_told(
    toy, tmp_path, capsys
):
    with Gradebook(database(toy.course)) as book:
        book.update_or_create_student("cut", lms_user_id="101")
    roster = file(tmp_path, CANVAS.replace("bob@example.org,A", "101,A"))
    _, _, said = export(toy, capsys, "canvas", "--roster", roster, "--student", "cut")
    assert "cut stands there several times" in said[0]
    roster = file(tmp_path, CANVAS)
    _, table, said = export(toy, capsys, "canvas", "--roster", roster)
    assert "error: toy: cut has the row of ann, and was left out." in said
    assert canvas_imports(table)[2]["101"] == "5.5"


@pytest.mark.parametrize("text", ["", "one column\n", "Name,Points\nann,1\n"])
def test_a_roster_that_is_none_is_one_line_and_exits_with_2(
    toy, tmp_path, capsys, text
):
    options = ["--roster", file(tmp_path, text)]
    for to in ("canvas", "moodle"):
        code, table, said = export(toy, capsys, to, *options)
        assert (code, table, len(said)) == (2, [], 1)
        assert said[0].startswith(f"error: {tmp_path / 'roster.csv'}: ")


def test_what_is_not_in_the_gradebook_is_one_line_and_exits_with_2(
    toy, tmp_path, capsys
):
    assert main(["export", "no", "--course", str(toy.course), "--to", "csv"]) == 2
    assert main(["export", "toy", "--course", str(tmp_path / "x"), "--to", "csv"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "error: the gradebook has no no. There are: toy."
    assert second.endswith("there is no gradebook. Grade the class first.")
    assert not (tmp_path / "x").exists()


def test_output_is_a_file_of_the_same_bytes_each_time(toy, tmp_path, capsys):
    command = ["export", "toy", "--course", str(toy.course), "--to", "csv", "-o"]
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert main([*command, str(first)]) == main([*command, str(second)]) == 0
    assert first.read_bytes() == second.read_bytes() != b""
    assert first.read_bytes().count(b"\r\n") == 5
    assert capsys.readouterr().out == ""


def test_nbgraders_own_export_takes_the_plugins(toy, tmp_path):
    roster = file(tmp_path, CANVAS)
    command = [Path(sys.executable).parent / "nbgrader", "export", "--to=out.csv"]
    command += ["--exporter=autograder.report.export.CanvasExporter"]
    command += [f"--CanvasExporter.roster={roster}"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    ran = subprocess.run(
        command, cwd=toy.course, env=environment, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    with (toy.course / "out.csv").open(newline="") as written:
        assert canvas_imports(list(csv.reader(written)))[2]["101"] == "5.5"
    assert "cut is not in the roster" in ran.stderr.decode()
