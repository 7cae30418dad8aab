"""Draw the picture that a link to the book shows in messages and social networks.

It is the same in every language: weights of attention, without a word.
"""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (1200, 630)  # what previews expect
PAPER, INK, LIGHT = "#1f4e79", (31, 90, 140), (253, 252, 250)
# Where each row looks, in columns from the left; a date read with attention.
LOOKS = (9.2, 10.1, 11, 11.6, 1, 1.6, 5.3, 6)
COLUMNS, CELL, GAP = 13, 52, 12


def weight(column: int, look: float) -> float:
    """Return a weight between 0 and 1 that falls off with the distance."""
    return 1 / (1 + (1.5 * (column - look)) ** 4)


def mixed(share: float) -> tuple[int, ...]:
    """Mix the dark and the light colour."""
    pairs = zip(INK, LIGHT, strict=True)
    return tuple(round(dark + share * (light - dark)) for dark, light in pairs)


def draw(target: Path) -> None:
    """Write the picture as a PNG file."""
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    step = CELL + GAP
    left = (SIZE[0] - COLUMNS * step + GAP) // 2
    top = (SIZE[1] - len(LOOKS) * step + GAP) // 2
    for row, look in enumerate(LOOKS):
        for column in range(COLUMNS):
            x, y = left + column * step, top + row * step
            color = mixed(weight(column, look))
            pen.rounded_rectangle((x, y, x + CELL, y + CELL), radius=9, fill=color)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, optimize=True)
