"""Notebooks that are out for points, secrets or harm, and what each one deserves.

`tests/test_hostile.py` grades them all. Archives with links and paths that lead out of
them are refused before grading, by `autograder collect`, whose tests hold them.
"""

from hostile import cells, exhausting, forging, patching, reaching

ROOMS = (patching, forging, reaching, exhausting, cells)
ATTACKS = [attack for room in ROOMS for attack in room.ATTACKS]
