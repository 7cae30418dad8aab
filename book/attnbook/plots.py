"""The book's pictures, as SVG whose letters the browser draws with its own fonts.

So Chinese and Japanese characters need no font on the machine that builds the book.
Colours are Okabe and Ito's, told apart with any colour vision, and lines have markers.
"""

import io
import warnings
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from IPython.display import SVG
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

BLUE, ORANGE = "#0072B2", "#D55E00"
LINES = {  # colour and marker of a kind of attention, the same on every page
    "none": (BLUE, "o"),
    "dot": (ORANGE, "s"),
    "general": ("#009E73", "^"),
    "concat": ("#CC79A7", "D"),
    "length one": ("#555555", "v"),
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
        figure.savefig(stream, format="svg", metadata={"Date": None})
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
