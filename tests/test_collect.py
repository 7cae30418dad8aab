"""Bulk downloads as Moodle and Canvas make them: whose, which attempt, and where to."""

import io
import json
import tarfile

import pytest
from downloads import EARLY, FILE, ID, LATER, packed, placed, zipped

from autograder.author import source
from autograder.cli import main
from autograder.grade.collect import collect


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course").mkdir()
    return tmp_path / "course"


def test_moodles_folders_and_moodles_flat_names_are_understood(course, tmp_path):
    archive = zipped(
        tmp_path / "CS101-Attention-77.zip",
        {
            f"Ann Lee_101_assignsubmission_file_/{FILE}": "ann",
            f"Bob Ray_102_assignsubmission_file/{FILE}": "bob",
            f"Cy O'Neil-Smith_103_assignsubmission_file_{FILE}": "cy",
            f"王小明_104_assignsubmission_file_/mine/{FILE}": "wang",
            f"Team 7_105_assignsubmission_file_/{ID} (1).ipynb": "team",
            "Ann Lee_101_assignsubmission_onlinetext/onlinetext.html": "<p>hello",
        },
    )
    report = collect([archive], course, ID)
    assert report.problems == report.notes == []
    assert placed(course) == {
        "Ann Lee_101": "ann",
        "Bob Ray_102": "bob",
        "Cy O'Neil-Smith_103": "cy",
        "王小明_104": "wang",
        "Team 7_105": "team",
    }
    assert len(report.placed) == 5


def test_canvas_names_are_understood(course, tmp_path):
    archive = zipped(
        tmp_path / "submissions.zip",
        {
            f"leeann_LATE_11_9001_{FILE}": "ann",
            f"raybob_12_9002_{ID}-2.ipynb": "bob",
            f"山田太郎_13_9003_{ID}_ja_torch.ipynb": "yamada",
            "o_neil_cy_14_9004_homework 4.ipynb": "cy",
            f"anon_Gz7kE_9005_{FILE}": "anonymous",
            f"LATE_anon_x9Yzz_9006_{FILE}": "late",
        },
    )
    report = collect([archive], course, ID)
    assert report.problems == []
    assert placed(course) == {
        "leeann_11": "ann",
        "raybob_12": "bob",
        "山田太郎_13": "yamada",
        "o_neil_cy_14": "cy",
        "anon_Gz7kE": "anonymous",
        "anon_x9Yzz": "late",
    }
    assert sorted(report.late) == ["anon_x9Yzz", "leeann_11"]


def test_two_students_of_the_same_name_stay_two(course, tmp_path):
    moodle = {f"Kim Minjun_{n}_assignsubmission_file_/{FILE}": str(n) for n in (7, 8)}
    collect([zipped(tmp_path / "a.zip", moodle)], course, ID)
    assert placed(course) == {"Kim Minjun_7": "7", "Kim Minjun_8": "8"}


def test_names_in_utf_8_that_are_not_marked_so_are_read(course, tmp_path):
    name = f"Zoë 王_5_assignsubmission_file_/{FILE}"
    archive = zipped(tmp_path / "a.zip", {name: "x"})
    raw = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.index(signature) + offset
        raw[at : at + 2] = (
            int.from_bytes(raw[at : at + 2], "little") & ~0x800
        ).to_bytes(2, "little")
    archive.write_bytes(raw)
    collect([archive], course, ID)
    assert placed(course) == {"Zoë 王_5": "x"}


def test_of_several_notebooks_the_latest_attempt_is_taken(course, tmp_path):
    one = zipped(
        tmp_path / "monday.zip",
        {
            f"a_1_500_{FILE}": "a old",
            f"b_2_501_{ID}-1.ipynb": "b old",
            f"c_3_502_{FILE}": "c only",
        },
    )
    two = zipped(
        tmp_path / "friday.zip",
        {
            "a_1_700_scratch.ipynb": "a scratch",
            f"a_1_690_{FILE}": "a new",
            f"b_2_702_{ID}-1.ipynb": "b older",
            f"b_2_703_{ID}-2.ipynb": "b new",
        },
    )
    report = collect([two, one], course, ID)  # the numbers tell, not the order
    assert placed(course) == {"a_1": "a new", "b_2": "b new", "c_3": "c only"}
    assert report.problems == []
    assert f"a_1: {FILE} was taken and scratch.ipynb left." in report.notes


def test_moodles_later_download_counts(course, tmp_path):
    name = f"Ann_1_assignsubmission_file_/{FILE}"
    downloads = [
        zipped(tmp_path / f"{day}.zip", {name: day}) for day in ("monday", "friday")
    ]
    collect(downloads, course, ID)
    assert placed(course) == {"Ann_1": "friday"}


def test_a_choice_that_nothing_tells_needs_a_look(course, tmp_path):
    where = "Ann_1_assignsubmission_file_"
    archive = zipped(
        tmp_path / "a.zip",
        {f"{where}/{ID}_en_keras.ipynb": "k", f"{where}/{ID}_ja_torch.ipynb": "t"},
    )
    report = collect([archive], course, ID)
    assert len(placed(course)) == 1
    assert "nothing tells which is the later one" in report.problems[0]


def test_the_same_notebook_twice_is_no_choice(course, tmp_path):
    where = "Ann_1_assignsubmission_file_"
    members = {f"{where}/{FILE}": "same", f"{where}/{ID} (1).ipynb": "same"}
    report = collect([zipped(tmp_path / "a.zip", members)], course, ID)
    assert report.problems == report.notes == []


def test_times_are_kept_where_the_archive_tells_them(course, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    __import__("time").tzset()
    names = [f"{name}_{n}_assignsubmission_file_/{FILE}" for n, name in enumerate("ab")]
    told = dict(zip(names, (("a", EARLY), ("b", LATER)), strict=True))
    collect([zipped(tmp_path / "told.zip", told)], course, ID)
    times = sorted(path.read_text() for path in course.rglob("timestamp.txt"))
    assert times == ["2026-11-20 09:00:00", "2026-11-21 18:30:00"]
    stamped = zipped(tmp_path / "stamped.zip", dict.fromkeys(names, "new"))
    collect([stamped], course, ID)
    assert not list(course.rglob("timestamp.txt"))
    assert set(placed(course).values()) == {"new"}


def test_what_is_there_and_later_is_kept(course, tmp_path):
    collect([zipped(tmp_path / "a.zip", {f"a_1_5_{FILE}": "new"})], course, ID)
    folder = course / "submitted" / "a_1" / ID
    (folder / "timestamp.txt").write_text("2026-11-30 00:00:00")
    members = {f"a_1_4_{FILE}": ("old", EARLY), f"b_2_6_{FILE}": ("b", LATER)}
    report = collect([zipped(tmp_path / "b.zip", members)], course, ID)
    assert placed(course) == {"a_1": "new", "b_2": "b"}
    assert report.problems == [
        "a_1: not placed, for what is there was handed in later."
    ]


def test_collecting_again_changes_nothing(course, tmp_path):
    archive = zipped(tmp_path / "a.zip", {f"a_1_5_{FILE}": "new"})
    collect([archive], course, ID)
    before = (course / "submitted" / "a_1" / ID / FILE).stat().st_mtime_ns
    report = collect([archive], course, ID)
    assert (report.placed, report.unchanged) == ([], ["a_1"])
    assert (course / "submitted" / "a_1" / ID / FILE).stat().st_mtime_ns == before


def test_zipped_folders_are_opened_once(course, tmp_path):
    inner = packed(
        {
            f"my work/{FILE}": "mine",
            f"__MACOSX/my work/._{FILE}": "noise",
            f"my work/.ipynb_checkpoints/{ID}-checkpoint.ipynb": "noise",
            "my work/autograder/__init__.py": "",
            f"my work/Other_2_assignsubmission_file_/{FILE}": "mine",
        }
    )
    twice = packed({"again.zip": inner})
    archive = zipped(
        tmp_path / "a.zip",
        {
            "Ann_1_assignsubmission_file_/work.zip": inner,
            "leebob_7_8_work.zip": inner,
            "Cy_3_assignsubmission_file_/work.zip": twice,
        },
    )
    report = collect([archive], course, ID)
    assert placed(course) == {"Ann_1": "mine", "leebob_7": "mine"}
    assert report.problems == ["Cy_3: no notebook was handed in (again.zip)."]


def test_what_cannot_be_placed_is_said_in_one_line_each(course, tmp_path):
    archive = zipped(
        tmp_path / "a.zip",
        {
            "Ann_1_assignsubmission_file_/report.pdf": "",
            "Bob_2_assignsubmission_onlinetext/onlinetext.html": "",
            FILE: "whose?",
            "readme.txt": "nobody's, and no notebook",
            "Cy_3_assignsubmission_file_/work.zip": b"PK\x03\x04 broken",
            f"Di_4_assignsubmission_file_/{FILE}": "di",
        },
    )
    report = collect([archive], course, ID)
    assert placed(course) == {"Di_4": "di"}
    said = "\n".join(report.problems)
    assert "Ann_1: no notebook was handed in (report.pdf)." in said
    assert "Bob_2: no notebook" in said
    assert f"a.zip / {FILE}: not named as Moodle or Canvas would" in said
    assert "Cy_3_assignsubmission_file_ / work.zip: the archive cannot be read" in said
    assert len(report.problems) == len(said.splitlines()) == 5  # Cy has none, too


def test_a_name_may_be_asked_for(course, tmp_path):
    archive = zipped(tmp_path / "a.zip", {f"a_1_5_{FILE}": "x"})
    assert collect([archive], course, ID, "moodle").placed == []
    assert collect([archive], course, ID, "canvas").placed == ["a_1"]


def test_folders_and_tars_will_do(course, tmp_path):
    folder = tmp_path / "unpacked" / "Ann_1_assignsubmission_file_"
    folder.mkdir(parents=True)
    (folder / FILE).write_text("ann")
    for number, mode in ((2, "w"), (3, "w:gz")):
        with tarfile.open(tmp_path / f"{number}.tar", mode) as tar:
            info = tarfile.TarInfo(f"Bob_{number}_assignsubmission_file_/{FILE}")
            info.size = 3
            tar.addfile(info, io.BytesIO(b"bob"))
    paths = [tmp_path / "unpacked", tmp_path / "2.tar", tmp_path / "3.tar"]
    assert collect(paths, course, ID).problems == []
    assert placed(course) == {"Ann_1": "ann", "Bob_2": "bob", "Bob_3": "bob"}


def test_a_notebook_that_a_browser_has_renamed_is_one(course, tmp_path):
    names = [f"a_1_5_{FILE}.txt", f"b_2_6_{FILE}.json", f"c_3_7_{ID}.IPYNB"]
    collect([zipped(tmp_path / "a.zip", dict.fromkeys(names, "x"))], course, ID)
    assert set(placed(course)) == {"a_1", "b_2", "c_3"}


def test_the_command_says_what_it_did(course, tmp_path, capsys):
    archive = zipped(tmp_path / "a.zip", {f"lee_LATE_1_5_{FILE}": "x"})
    command = ["collect", str(archive), "--course", str(course), ID]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        "late, says Canvas: lee_1",
        "1 placed, 0 there already",
    ]
    other = zipped(tmp_path / "b.zip", {FILE: "x"})
    assert main(["collect", str(archive), str(other), ID, "--course", str(course)]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == "0 placed, 1 there already"
    assert captured.err.startswith("error: b.zip / ")
    assert main(["collect", "nothing.zip", ID, "--course", str(course)]) == 2
    assert main(["collect", str(archive), "nothing", "--course", str(course)]) == 2
    assert main(["collect", str(archive), ID, "--course", str(tmp_path / "new")]) == 0


def test_a_course_of_that_folder_is_graded(tmp_path, course):
    from autograder.grade.batch import submissions

    released = source.ROOT / "exercises" / "en" / "torch" / ID / FILE
    name = f"Ann_1_assignsubmission_file_/{FILE}"
    collect([zipped(tmp_path / "a.zip", {name: released.read_text()})], course, ID)
    assert submissions(course, ID) == ["Ann_1"]
    assert json.loads(placed(course)["Ann_1"]) == json.loads(released.read_text())
