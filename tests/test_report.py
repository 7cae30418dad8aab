"""The instructor's page on a class: what it says, and that it is safe and readable."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from toy import RIGHT, cell, grade_by_hand

from autograder.cli import main
from autograder.grade.batch import Options, grade, status
from autograder.grade.expected import secret_seed, seed_fingerprint
from autograder.grade.records import Outcome
from autograder.report.classroom import gather
from autograder.report.notebooks import read_graded
from autograder.report.summary import page, write

SCRIPT = "<script>alert(1)</script>"
HOSTILE = '"><img src=x onerror=alert(1)>'
SQUARE = "def double(x):\n    return x * x"
FORGED = """def double(x):
    from IPython.display import publish_display_data
    record = {"check": "double", "points": 3, "maximum": 3, "verdicts": {},
              "mistakes": ["forged"], "refused": ""}
    mime = "application/vnd.attnbook.verdict+json"
    publish_display_data({mime: record, "text/plain": ""})
    return x * x"""


@pytest.fixture(scope="module")
def ready(ready):
    """A class: right, two mistaken, a forger, a hostile one, a dead and a cut one."""
    ready.submit("ann", ready.notebook(**RIGHT))
    for student in ("bob", "cem"):
        ready.submit(student, ready.notebook(**RIGHT | {"double": SQUARE}))
    ready.submit("forger", ready.notebook(**RIGHT | {"double": FORGED}))
    hostile = ready.notebook(**RIGHT | {"name": f"{SCRIPT!r}"})
    cell(hostile, "question-why")["source"] = f"{SCRIPT} & {HOSTILE}"
    ready.submit(HOSTILE, hostile)
    ready.submit("died", ready.notebook(**RIGHT | {"name": "import os\nos._exit(1)"}))
    ready.submit("cut", "[")
    grade(ready.exercise, ready.course, Options())
    return ready


def written(toy):
    """Write the page; return its text and its elements."""
    found = gather(toy.exercise, toy.course, status("toy", toy.course))
    path = toy.course / "report" / "toy.html"
    write(found, toy.course, path)
    text = path.read_text(encoding="utf-8")
    return text, BeautifulSoup(text, "html.parser")


def rows(soup, heading):
    """Return the first table under a heading, as its rows' texts."""
    table = soup.find("h2", id=heading).find_next("table")
    lines = table.find("tbody").find_all("tr")
    return [
        [" ".join(c.get_text().split()) for c in line.find_all(["th", "td"])]
        for line in lines
    ]


def test_mistakes_are_counted_with_their_hint_and_who_made_them(toy):
    (row,) = rows(written(toy)[1], "mistakes")
    assert row[0] == "3"
    assert row[1] == "double: square"
    assert row[2] == "You multiplied it by itself."
    assert row[3] == "bob, cem, forger"


def test_only_what_the_grader_wrote_is_believed(toy):
    notebooks = read_graded(toy.course, "toy", ["forger"])
    (double, name) = notebooks["forger"].checks
    assert double.mistakes == ("square",)
    assert name.mistakes == ()
    assert "forged" not in written(toy)[0]


def test_answers_wrong_most_often_come_first_and_say_how(toy):
    found = rows(written(toy)[1], "wrong")
    assert found == [
        ["double", "array", "3", "3 a known mistake"],
        ["double", "number", "3", "3 a known mistake"],
        ["name", "one", "2", "2 nothing came back"],
    ]


def test_what_stopped_and_what_failed_is_told_with_its_reason(toy):
    found = {row[0]: row[1:] for row in rows(written(toy)[1], "attention")}
    assert found["died"] == ["graded", "the kernel died in cell 'task-name'."]
    assert found["cut"][0] == "failed"
    assert "not JSON" in found["cut"][1]


def test_answers_in_words_are_shown_until_they_are_read(toy):
    _, soup = written(toy)
    said = soup.find(string=re.compile("1 answers to read"))
    answer = said.find_next("pre").get_text()
    assert answer == f"{SCRIPT} & {HOSTILE}"
    grade_by_hand(toy.course, HOSTILE, "question-why", 1)
    assert "answers to read" not in written(toy)[0]


def test_all_students_have_a_line_and_numbers_are_the_gradebooks(toy):
    grade_by_hand(toy.course, "bob", "question-why", 1.5, penalty=0.5)
    text, soup = written(toy)
    found = {row[0]: row[1:] for row in rows(soup, "students")}
    assert found["ann"] == ["3", "1", "0", "", "4", "graded"]
    assert found["bob"] == ["0", "1", "1.5", "−0.5", "2", "graded"]
    assert found["cut"] == ["0", "0", "0", "", "0", "failed"]
    numbers = {d.dt.get_text(): d.dd.get_text() for d in soup.select("dl.numbers div")}
    assert numbers == {
        "submissions": "7",
        "graded": "6",
        "failed": "1",
        "to read": "1",
        "mean": "2.33",
        "median": "2.5",
        "lowest": "1",
        "highest": "4",
        "possible": "6",
    }


def test_nothing_that_a_student_wrote_is_html(toy):
    text, soup = written(toy)
    assert SCRIPT not in text
    assert HOSTILE not in text
    assert len(soup.find_all("script")) == 1
    assert not soup.find_all("img")
    assert not [tag for tag in soup.find_all() if "onerror" in tag.attrs]


def test_the_page_is_one_file_that_needs_no_network(toy):
    text, soup = written(toy)
    assert not re.search(r"(src|href)=\"(https?:)?//|@import|url\(", text)
    assert not soup.find_all(["link", "iframe", "object"])


def test_links_lead_to_the_students_pages_that_are_there(toy):
    from autograder.report import feedback

    feedback.write(toy.course, "toy", ["ann", HOSTILE])
    _, soup = written(toy)
    links = {a.get_text(): a["href"] for a in soup.find_all("a")}
    assert links["ann"] == "../feedback/ann/toy/toy.html"
    assert set(links) == {"ann", HOSTILE}


def test_the_seed_is_named_and_not_given_away(toy):
    text, soup = written(toy)
    seed = secret_seed(toy.course, "toy")
    assert str(seed) not in text
    found = dict(rows(soup, "again"))
    assert found["seed's fingerprint"] == seed_fingerprint(toy.course, "toy", seed)
    assert {"Python", "numpy", "nbgrader", "attention-course"} <= set(found)


def test_the_same_class_gives_the_same_bytes(toy):
    assert written(toy)[0] == written(toy)[0]


def test_headings_and_pictures_can_be_read_aloud(toy):
    _, soup = written(toy)
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h\d$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    pictures = soup.select("svg[role=img]")
    assert len(pictures) == 2
    for picture in pictures:
        for name in picture["aria-labelledby"].split():
            assert soup.find(id=name).get_text().strip()
    described = " ".join(soup.find(id="totals-desc").get_text().split())
    assert "4 to 5 points: 1." in described
    for table in soup.find_all("table"):
        assert all(th.get("scope") for th in table.find_all("th"))


@pytest.mark.parametrize("seconds", [(1, 9.5, 3), (None, None, None)])
def test_slowest_notebooks_are_listed_where_times_are_known(toy, seconds):
    students = ("ann", "bob", "cem")
    outcomes = [
        Outcome(student, "graded", "", took)
        for student, took in zip(students, seconds, strict=True)
    ]
    found = gather(toy.exercise, toy.course, outcomes)
    soup = BeautifulSoup(page(found, toy.course, toy.course), "html.parser")
    if seconds[0] is None:
        assert not soup.find("h2", id="slowest")
    else:
        assert [row[1] for row in rows(soup, "slowest")] == ["9.5", "3.0", "1.0"]


def test_one_submission_alone_has_a_page(toy):
    for student in ("bob", "cem", "forger", HOSTILE, "died", "cut"):
        shutil.rmtree(toy.course / "submitted" / student)
    text, soup = written(toy)
    assert "None of the known mistakes was made." in text
    assert "All answers of all students are right." in text
    assert "Nothing: all are graded" in text
    assert len(rows(soup, "students")) == 1


def test_a_class_of_which_none_is_graded_has_a_page(toy):
    for folder in ("autograded", "graded"):
        shutil.rmtree(toy.course / folder)
    (toy.course / "gradebook.db").unlink()
    text, soup = written(toy)
    assert "Nothing is graded yet." in text
    assert "7 not graded yet" in " ".join(text.split())
    assert not soup.find("h2", id="mistakes")
    assert rows(soup, "students")[0][1:] == ["–", "–", "–", "–", "not graded yet"]


def test_the_command_writes_the_page_and_says_where(toy, tmp_path, capsys):
    command = ["report", "toy", "--course", str(toy.course)]
    assert main(command) == 0
    assert capsys.readouterr().out == f"{toy.course / 'report' / 'toy.html'}\n"
    assert main([*command, "-o", str(tmp_path / "x" / "y.html")]) == 0
    assert "toy: the class" in (tmp_path / "x" / "y.html").read_text("utf-8")
    assert main(["report", "toy", "--course", str(tmp_path)]) == 2


def browse(path, scheme):
    """Open a page on a phone; return what went wrong, and what was seen."""
    errors, sorted_totals = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        size = {"width": 390, "height": 844}
        tab = browser.new_page(viewport=size, color_scheme=scheme)
        tab.on("console", lambda message: errors.append(message.text))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("dialog", lambda dialog: errors.append(dialog.message))
        tab.goto(path.as_uri())
        width = tab.evaluate("document.documentElement.scrollWidth")
        table = tab.get_by_role("region", name="All students")
        total = table.get_by_role("columnheader", name="total")
        for direction in ("ascending", "descending"):
            total.get_by_role("button").click()
            assert total.get_attribute("aria-sort") == direction
            column = table.locator("tbody tr td:nth-last-child(2)").all_inner_texts()
            sorted_totals.append([float(text) for text in column])
        colors = tab.evaluate(
            "['color', 'backgroundColor'].map(c => getComputedStyle(document.body)[c])"
        )
        browser.close()
    return errors, width, sorted_totals, colors


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_it_fits_a_phone_and_tables_sort(toy, scheme):
    written(toy)
    with ThreadPoolExecutor(1) as pool:  # another test's browser may be open in this
        job = pool.submit(browse, toy.course / "report" / "toy.html", scheme)
        errors, width, sorted_totals, colors = job.result()
    assert errors == []
    assert width == 390
    assert sorted_totals == [[0, 1, 1, 1, 3, 3, 4], [4, 3, 3, 1, 1, 1, 0]]
    text, ground = (sum(map(int, re.findall(r"\d+", color)[:3])) for color in colors)
    assert (text > ground) == (scheme == "dark")
