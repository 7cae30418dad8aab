"""Archives as nobody should make them: nothing leaves the course or fills the disk."""

import gzip
import io
import stat
import tarfile
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from downloads import FILE, ID, packed, placed, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grade import archives
from autograder.grade.collect import collect


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course").mkdir()
    return tmp_path / "course"


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


def test_a_name_as_long_as_memory_is_not_read_to_see_what_an_archive_is(tmp_path):
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 200_000_000
    path = tmp_path / "work.tgz"
    with gzip.open(path, "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(200):
            file.write(b"a" * 1_000_000)
    assert path.stat().st_size < 300_000
    tracemalloc.start()
    try:
        assert archives._is_tar(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_broken_member_stops_no_other_however_it_was_packed(course, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as packed_file:
        packed_file.writestr(FILE, "".join(map(str, range(3000))))
    raw = bytearray(file.getvalue())
    start = raw.index(FILE.encode()) + len(FILE) + 9  # behind LZMA's own header
    raw[start : start + 30] = bytes(byte ^ 0xFF for byte in raw[start : start + 30])
    path = zipped(tmp_path / "a.zip", {"a_1_5_w.zip": raw, f"b_2_6_{FILE}": "b"})
    report = collect([path], course, ID)
    assert placed(course) == {"b_2": "b"}
    assert len(report.problems) >= 1


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
