import os

import pytest
from toy import RIGHT, grade_by_hand

from autograder.cli import main


@pytest.fixture(scope="module")
def toy(ready):
    """One course for all tests."""
    return ready


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["no-such-verb"],
        ["grade"],
        ["grade", "toy"],
        ["grade", "toy", "--course", "x", "--workers", "0"],
        ["grade", "toy", "--course", "x", "--timeout", "soon"],
        ["report", "toy"],
        ["feedback", "--course", "x"],
        ["export", "toy", "--course", "x"],
        ["export", "toy", "--course", "x", "--to", "excel"],
    ],
)
def test_a_wrong_command_exits_with_2(argv, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_what_is_not_there_is_one_line_and_exits_with_2(toy, tmp_path, capsys):
    assert main(["grade", "nothing", "--course", str(tmp_path)]) == 2
    assert main(["grade", "toy", "--course", str(tmp_path)]) == 2
    assert main(["status", "toy", "--course", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("error: ") for line in lines)


def test_prepare_says_whether_it_had_to_do_something(toy, tmp_path, capsys):
    command = ["prepare", "toy", "--course", str(tmp_path)]
    assert main(command) == main(command) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "toy is now in the gradebook" in first
    assert "toy was in the gradebook" in second


def test_grade_shows_the_class_and_says_what_needs_attention(toy, tmp_path, capsys):
    toy = toy.fresh(tmp_path)
    toy.submit("ann", toy.notebook(**RIGHT))
    assert main(["grade", "toy", "--course", str(toy.course)]) == 0
    toy.submit("bob", "[")
    assert main(["grade", "toy", "--course", str(toy.course)]) == 1
    captured = capsys.readouterr()
    assert captured.err.splitlines()[-1].startswith(
        "error: submitted/bob/toy/toy.ipynb: not JSON"
    )
    ann = [row for row in captured.out.splitlines() if row.split()[:1] == ["ann"]]
    assert [row.split() for row in ann] == [
        ["ann", "3", "1", "0", "4", "graded"],
        ["ann", "3", "1", "0", "4", "unchanged"],
    ]
    page = toy.course / "feedback" / "ann" / "toy" / "toy.html"
    assert page.is_file()
    assert main(["status", "toy", "--course", str(toy.course)]) == 1
    assert "bob" in capsys.readouterr().out


def test_feedback_is_written_for_a_grade_that_a_person_gave(toy, tmp_path, capsys):
    toy = toy.fresh(tmp_path)
    toy.submit("ann", toy.notebook(**RIGHT))
    command = ["feedback", "toy", "--course", str(toy.course)]
    assert main(["grade", "toy", "--course", str(toy.course)]) == 0
    capsys.readouterr()
    assert main(command) == 0
    grade_by_hand(toy.course, "ann", "question-why", 1.5)
    assert main(command) == 0
    assert main([*command, "--force", "--student", "ann"]) == 0
    assert main([*command, "--student", "nobody"]) == 2
    lines = capsys.readouterr().out.splitlines()
    said = [line.rpartition(": ")[2] for line in lines]
    assert said == [f"{number} of 1 pages written" for number in (0, 1, 1)]


def test_a_column_that_is_not_named_is_one_line_and_exits_with_2(toy, capsys):
    command = ["export", "toy", "--course", str(toy.course), "--to", "canvas"]
    assert main([*command, "--column", "Homework"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "error: --column Homework: write ID=HEADING."


def test_release_writes_all_notebooks(toy, monkeypatch, tmp_path, capsys):
    from autograder.author import release

    monkeypatch.setattr(release.release, "__defaults__", (tmp_path,))
    assert main(["release", "toy"]) == 0
    paths = capsys.readouterr().out.split()
    assert len(paths) == 6
    assert main(["release", "nothing"]) == 2


def test_a_folder_whose_name_is_no_text_is_shown(toy, tmp_path, capsys):
    toy = toy.fresh(tmp_path)
    toy.submit(os.fsdecode(b"\xff"), toy.notebook(**RIGHT))
    assert main(["grade", "toy", "--course", str(toy.course)]) == 1
    captured = capsys.readouterr()
    assert r"\udcff" in captured.out
    assert "name with control characters" in captured.err
