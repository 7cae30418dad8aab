"""Bulk downloads as Moodle and Canvas make them, and as nobody should make them."""

import io
import json
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.author import source
from autograder.cli import main
from autograder.grade import archives
from autograder.grade.collect import collect

ID = "luong_global"
FILE = f"{ID}.ipynb"
EARLY, LATER = (2026, 11, 20, 9, 0, 0), (2026, 11, 21, 18, 30, 0)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course").mkdir()
    return tmp_path / "course"


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


def test_moodles_folders_and_moodles_flat_names_are_understood(course, tmp_path):
    archive = zipped(
        tmp_path / "CS101-Attention-77.zip",
        {
            f"Ann Lee_101_assignsubmission_file_/{FILE}": "ann",
            f"Bob Ray_102_assignsubmission_file/{FILE}": "bob",
            f"Cy O'Neil-Smith_103_assignsubmission_file_{FILE}": "cy",
            f"王小明_104_assignsubmission_file_/work/{FILE}": "wang",
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


HOSTILE = [
    f"../../Ann_1_assignsubmission_file_/{FILE}",
    f"/tmp/Ann_1_assignsubmission_file_/{FILE}",
    f"Ann_1_assignsubmission_file_/../../../{FILE}",
    f"..\\Ann_1_assignsubmission_file_\\{FILE}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_lead_out_are_refused(course, tmp_path, name):
    archive = zipped(tmp_path / "a.zip", {name: "x", f"b_2_6_{FILE}": "b"})
    report = collect([archive], course, ID)
    assert placed(course) == {"b_2": "b"}
    assert "its name leads out of the archive" in report.problems[0]
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "course"}


def test_links_and_devices_in_archives_are_refused(course, tmp_path):
    link = zipfile.ZipInfo(f"a_1_5_{FILE}")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    kinds = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        for number, kind in enumerate(kinds):
            info = tarfile.TarInfo(f"b_{number}_6_{FILE}")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / f"c_3_7_{FILE}").symlink_to("/etc/passwd")
    paths = [tmp_path / name for name in ("a.zip", "b.tar", "folder")]
    report = collect(paths, course, ID)
    assert placed(course) == {}
    refused = [line for line in report.problems if "a link or a device" in line]
    assert len(refused) == 6


def test_sizes_are_limited_whatever_an_archive_says(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "SIZE_LIMIT", 100_000)
    monkeypatch.setattr(archives, "INNER_TOTAL", 250_000)
    bomb = {f"{n}.ipynb": f"{n}" + "0" * 90_000 for n in range(9)}
    with tarfile.open(tmp_path / "inner.tgz", "w:gz") as tar:
        info = tarfile.TarInfo("long.txt")
        info.size = 10_000_000
        tar.addfile(info, io.BytesIO(bytes(info.size)))
    archive = zipped(
        tmp_path / "a.zip",
        {
            f"a_1_5_{FILE}": "0" * 100_001,
            "b_2_6_work.zip": packed(bomb),
            "c_3_7_work.tgz": (tmp_path / "inner.tgz").read_bytes(),
            f"d_4_8_{FILE}": "fine",
        },
    )
    report = collect([archive], course, ID)
    assert set(placed(course)) == {"b_2", "d_4"}
    said = "\n".join(report.problems)
    assert f"a_1_5_{FILE}: it cannot be unpacked: it is larger than 100,000" in said
    assert said.count("b_2_6_work.zip / ") == 7
    assert "c_3_7_work.tgz: the archive cannot be read: it unpacks to too many" in said


def test_counts_are_limited(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "INNER_MEMBERS", 10)
    many = packed({f"{n}.txt": "" for n in range(20)} | {FILE: "late"})
    archive = zipped(tmp_path / "a.zip", {"a_1_5_w.zip": many, f"b_2_6_{FILE}": "b"})
    report = collect([archive], course, ID)
    assert placed(course) == {"b_2": "b"}
    assert "it holds more than 10 files" in report.problems[0]


def test_broken_archives_give_what_they_can(course, tmp_path):
    whole = zipped(
        tmp_path / "a.zip", {f"a_{n}_5_{FILE}": f"{n}" * 9 for n in range(3)}
    )
    raw = bytearray(whole.read_bytes())
    raw[raw.index(b"PK\x03\x04", 10) + 45] ^= 0xFF  # the second one's name or content
    whole.write_bytes(raw)
    (tmp_path / "b.zip").write_bytes(zipped(io.BytesIO(), {FILE: "x"}).getvalue()[:40])
    (tmp_path / "c.zip").write_text("no archive")
    with tarfile.open(tmp_path / "d.tar", "w") as tar:
        info = tarfile.TarInfo(f"d_4_6_{FILE}")
        info.size = 2000
        tar.addfile(info, io.BytesIO(bytes(2000)))
    (tmp_path / "d.tar").write_bytes((tmp_path / "d.tar").read_bytes()[:1024])
    paths = [tmp_path / f"{name}" for name in ("a.zip", "b.zip", "c.zip", "d.tar")]
    report = collect(paths, course, ID)
    assert set(placed(course)) == {"a_0", "a_2"}
    assert all("cannot be" in line or "no notebook" in line for line in report.problems)
    assert {line.partition(" ")[0].rstrip(":") for line in report.problems} >= {
        "a.zip",
        "b.zip",
        "c.zip",
        "d.tar",
    }


def test_an_encrypted_archive_is_said_to_be_one(course, tmp_path):
    archive = zipped(tmp_path / "a.zip", {f"a_1_5_{FILE}": "x"})
    raw = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    archive.write_bytes(raw)
    report = collect([archive], course, ID)
    assert "encrypted" in report.problems[0]


@pytest.mark.parametrize("where", [("a_1",), ("a_1", ID), ("a_1", ID, FILE)])
def test_links_in_the_course_are_not_followed(course, tmp_path, where):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / FILE).write_text("keep")
    link = course.joinpath("submitted", *where)
    link.parent.mkdir(parents=True)
    link.symlink_to(outside / FILE if len(where) == 3 else outside)
    archive = zipped(tmp_path / "a.zip", {f"a_1_5_{FILE}": "x", f"b_2_6_{FILE}": "b"})
    report = collect([archive], course, ID)
    assert report.placed == ["b_2"]
    assert "is a link, which is not followed" in report.problems[0]
    assert [path.name for path in outside.iterdir()] == [FILE]
    assert (outside / FILE).read_text() == "keep"


NAMES = st.lists(
    st.sampled_from(["..", ".", "", "a_1_5_", "Ann_1_assignsubmission_file_", FILE])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    min_size=1,
    max_size=5,
).map("/".join)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.dictionaries(NAMES, st.sampled_from(["x", "y"]), min_size=1, max_size=5))
def test_no_name_leads_out_of_the_course(members):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "course").mkdir()
        archive = zipped(
            folder / "a.zip", {f"{k}{FILE}": v for k, v in members.items()}
        )
        report = collect([archive], folder / "course", ID)
        assert {path.name for path in folder.iterdir()} == {"a.zip", "course"}
        assert set(placed(folder / "course")) == set(report.placed)
        assert all(len(line.splitlines()) == 1 for line in report.problems)


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
