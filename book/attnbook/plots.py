"""The book's pictures, as SVG whose letters the browser draws with its own fonts.

So Chinese and Japanese characters need no font on the machine that builds the book.
Colours are Okabe and Ito's, told apart with any colour vision, and lines have markers.
"""

import io
import warnings
from collections.abc import Collection, Mapping, Sequence

import matplotlib
import numpy as np
from IPython.display import SVG
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"
LINES = {  # colour and marker of a kind of attention, the same on every page
    "none": (BLUE, "o"),
    "dot": (ORANGE, "s"),
    "general": ("#009E73", "^"),
    "concat": ("#CC79A7", "D"),
    "length one": ("#555555", "v"),
    "location": ("#56B4E9", "P"),
    "feeding": ("#E69F00", "*"),
}
STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "attnbook",  # the same picture is the same file
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def svg(figure: Figure) -> SVG:
    """Turn a figure into what a notebook shows; the last line of a cell."""
    stream = io.StringIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    return SVG(stream.getvalue())


def subplots(columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with a row of axes; sizes in inches, 7.5 wide at most."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(1, columns, squeeze=False)[0]
    return figure, list(axes)


def two_ways(source: str, answer: str, looks: Mapping[int, Sequence[int]]) -> SVG:
    """Draw reading through one vector beside looking back.

    Args:
        looks: for each position in the answer, the positions in the source it needs.
    """
    figure, (one, many) = subplots(2, 7.5, 2.6)
    top = np.linspace(0, 1, len(source))
    bottom = np.linspace(0, 1, len(answer))
    for axes in (one, many):
        for x, char in zip(top, source, strict=True):
            axes.text(x, 1.08, char, ha="center", va="center")
        for x, char in zip(bottom, answer, strict=True):
            axes.text(x, -0.08, char, ha="center", va="center")
        axes.set(xlim=(-0.05, 1.05), ylim=(-0.15, 1.15))
        axes.axis("off")
    for x in top:
        one.plot([x, 0.5], [1, 0.5], color=ORANGE, linewidth=1)
    for x in bottom:
        one.plot([0.5, x], [0.5, 0], color=ORANGE, linewidth=1)
    one.plot(0.5, 0.5, "s", color=ORANGE, markersize=16)
    for position, sources in looks.items():
        ends = [top[look] for look in sources]
        for x in ends:
            many.plot([x, bottom[position]], [1, 0], color=BLUE, linewidth=1)
    return svg(figure)


def aligned_rows(
    rows: Sequence[Sequence[str]], links: Sequence[Collection[tuple[int, int]]]
) -> SVG:
    """Write sentences one below the other, with a line for each link between words.

    Args:
        rows: the words of each sentence, from top to bottom.
        links: for each row but the last, pairs of a word there and one in the next row.
    """
    figure, (axes,) = subplots(1, 7.5, 1.25 * len(rows) - 0.4)
    centres = [_spread(words) for words in rows]
    for number, (words, places) in enumerate(zip(rows, centres, strict=True)):
        touching = [{i for i, _ in links[number]}] if number < len(links) else []
        touching += [{j for _, j in links[number - 1]}] if number else []
        for i, (word, x) in enumerate(zip(words, places, strict=True)):
            color = "black" if any(i in each for each in touching) else GREY
            y = -number
            axes.text(x, y, word, ha="center", va="center", color=color)
    for number, pairs in enumerate(links):
        for i, j in sorted(pairs):
            ends = centres[number][i], centres[number + 1][j]
            axes.plot(ends, [-number - 0.17, -number - 0.83], color=BLUE, linewidth=1)
    axes.set(xlim=(-0.5, 0.5), ylim=(0.7 - len(rows), 0.3))
    axes.axis("off")
    return svg(figure)


def _spread(words: Sequence[str]) -> np.ndarray:
    """The middle of each word if they stand in a row around 0, one unit 7.5 inches."""
    wide = [sum(11 if char > "\u2e80" else 6.5 for char in word) for word in words]
    ends = np.cumsum([width + 10 for width in wide])  # points, with a gap of 10
    return (ends - np.array(wide) / 2 - ends[-1] / 2 - 5) / 540


def token_grid(rows: Sequence[Sequence[str]], ids: np.ndarray, mask: np.ndarray) -> SVG:
    """Draw a batch: in each cell a token and its id, padding grey.

    Args:
        rows: B lists of S tokens.
        ids: (B, S) int.
        mask: (B, S) bool, True where a token is real.
    """
    figure, (axes,) = subplots(1, 7.5, 0.7 * len(rows))
    for (i, j), real in np.ndenumerate(mask):
        face, edge = ("#FFFFFF", BLUE) if real else ("#D0D0D0", GREY)
        box = {"facecolor": face, "edgecolor": edge}
        axes.add_patch(Rectangle((j, -i), 0.94, 0.9, linewidth=0.8, **box))
        place = {"ha": "center", "va": "center", "color": "black", "fontsize": 12}
        axes.text(j + 0.47, 0.62 - i, rows[i][j], **place)
        axes.text(j + 0.47, 0.22 - i, str(ids[i, j]), **place)
    axes.set(xlim=(-0.05, mask.shape[1]), ylim=(0.95 - len(rows), 0.95))
    axes.axis("off")
    return svg(figure)


def bars(axes: Axes, values: Mapping[str, float], color: str = BLUE) -> None:
    """Draw a bar for each value, the first on top, with its name beside it."""
    axes.barh(range(len(values)), list(values.values()), color=color)
    axes.set_yticks(range(len(values)), list(values))
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)


def heat_map(
    axes: Axes, weights: np.ndarray, rows: Sequence[str], columns: Sequence[str]
) -> None:
    """Draw (T, S) weights from 0, white, to 1, dark, with a label for each line."""
    axes.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def curves(axes: Axes, histories: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """Draw a line for each seed over epochs counted from 1; the names are in LINES."""
    for name, lines in histories.items():
        color, marker = LINES[name]
        for number, line in enumerate(lines):
            epochs = range(1, len(line) + 1)
            label = name if number == 0 else None
            axes.plot(epochs, line, color=color, marker=marker, ms=5, label=label)
    axes.set(xlabel="epoch", ylabel="exact match", ylim=(-0.03, 1.03))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False, loc="lower right")


def mark_windows(axes: Axes, positions: np.ndarray, reach: int) -> None:
    """Mark on a heat map, in each row, p_t by a dot and its window by a bar.

    Args:
        positions: (T,) float, counted from 1.
        reach: how many columns the window reaches to each side.
    """
    limits = axes.get_xlim()
    style = {"color": ORANGE, "ms": 5, "elinewidth": 1.2, "capsize": 4}
    rows = range(len(positions))
    axes.errorbar(positions - 1, rows, xerr=reach, fmt="o", **style)
    axes.set_xlim(limits)
