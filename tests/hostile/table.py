"""Prints the hostile notebooks as a table: what each gets here, and elsewhere.

python tests/hostile/table.py > tests/hostile/README.md
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from hostile import ATTACKS  # noqa: E402

HONEST = {"check-double": 3.0, "check-name": 1.0}  # what the other student has
PAGE = """# Hostile notebooks

{count} notebooks whose authors are after points, secrets or harm. The honest part of
each deserves points all the same: at most 3 for the first task, 1 for the second.

*Here*: `tests/test_hostile.py` grades them in one batch, honest notebooks first and
last. Each gets what it deserves. Nothing of the grader's is read, no file changes,
nobody is called, no process is left, and the honest ones keep all their points. The
column gives the points and, where there is one, the reason that the grader writes.

*nbgrader*: `tests/benchmarks/hostile.py` graded each once, on {date}, by `nbgrader
autograde` as it comes (nbgrader {nbgrader}): the same tasks, with asserts and hidden
tests, on a throw-away machine where all is as writable as for an instructor. **Bold**
is what should not have happened. A notebook that is made against this grader's own
messages finds nothing to forge there.

{table}

From plain nbgrader, {gained} of {ran} got more points than they deserve (that of 6000
cells only because it sets no limit), and {lost} fewer. With {harmed},
something happened that should not: {things}. Here, with none.

Archives with links, or with paths that lead out of them, are refused before anything is
graded, by `autograder collect`.
"""


def page() -> str:
    """Return the page as Markdown."""
    record = json.loads((HERE / "nbgrader.json").read_text(encoding="utf-8"))
    found = record["found"]
    lines = ["| tries | here | nbgrader |", "| --- | --- | --- |"]
    family, harms, gained, lost = "", {}, 0, 0
    for attack in ATTACKS:
        if attack.family != family:
            family = attack.family
            lines.append(f"| ***{family}*** | | |")
        there = found.get(attack.name)
        if there is None:
            lines.append(f"| {attack.tries} | {here(attack)} | not run |")
            continue
        harms[attack.name] = harm(there)
        more = points(there) > sum(attack.points)
        gained += more
        lost += points(there) < sum(attack.points)
        cells = (attack.tries, here(attack), elsewhere(there, more))
        lines.append(f"| {' | '.join(cells)} |")
    things = sorted({what.split(" (")[0] for all_ in harms.values() for what in all_})
    return PAGE.format(
        count=len(ATTACKS),
        date=record["date"],
        nbgrader=record["versions"]["nbgrader"],
        table="\n".join(lines),
        gained=gained,
        lost=lost,
        ran=len(found),
        harmed=sum(map(bool, harms.values())),
        things=", ".join(things),
    )


def here(attack) -> str:
    said = attack.reason.partition("|")[0].replace("\\", "")
    said = said.replace(" was (interrupted", " was interrupted").strip()
    return f"{sum(attack.points):g}" + (f", “{said}”" if said else "")


def points(there: dict) -> float:
    return sum(value or 0 for value in _points(there).values())


def _points(there: dict) -> dict:
    return {} if "lost" in there else there["points"]["hostile"]


def elsewhere(there: dict, more: bool) -> str:
    """Say what plain nbgrader made of a notebook."""
    text = f"{points(there):g}" if _points(there) else "not graded"
    text = f"**{text}**" if more else text
    return ", ".join([text, *(f"**{what}**" for what in harm(there))])


def harm(there: dict) -> list[str]:
    """Say what happened that should not have."""
    if "lost" in there:  # nothing was left that could say more
        return ["killed every process of the machine"]
    found = []
    if there["points"]["honest"] != HONEST:
        found.append("changed another student's points")
    found += ["read what is secret"] if there["read"] else []
    found += ["handed out the gradebook"] if there["handed_out"] else []
    changed = [n for n in there["changed"] if n not in ("startup", "kernel")]
    found += [f"changed files ({', '.join(changed)})"] if changed else []
    own = [n for n in there["changed"] if n in ("startup", "kernel")]
    found += ["changed what later kernels run"] if own else []
    found += ["connected to the grader's machine"] if there["came"] else []
    found += ["left processes behind"] if there["processes"] > 2 else []
    found += ["hung the command"] if there["code"] is None else []
    found += ["killed the command"] if (there["code"] or 0) < 0 else []
    return found


if __name__ == "__main__":
    print(page(), end="")
