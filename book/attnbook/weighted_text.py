"""A document with its weights on the text itself, as HTML that needs no script.

Hovering over a word shows its weight; the Tab key goes from sentence to sentence and
shows all weights of each. On paper they are always there. A screen reader reads them.
"""

from collections.abc import Collection, Sequence
from html import escape

import numpy as np
from IPython.display import HTML

STYLE = """
.attn-text { padding-inline-start: 2em; line-height: 1.3; }
.attn-text li { padding: .15em .3em; margin: 0; }
.attn-text :is(span, b) {
  display: inline-block; padding: .1em .25em; margin: .1em .05em; border-radius: .2em;
  text-align: center; vertical-align: top; font-weight: inherit; min-width: 1.6em;
}
.attn-text span { background: rgb(0 114 178 / calc(var(--w) * .55)); }
.attn-text b { background: rgb(213 94 0 / calc(var(--w) * .55)); margin-right: .6em; }
.attn-text u { text-decoration-thickness: .12em; text-underline-offset: .2em; }
.attn-text small { display: block; font-size: .72em; line-height: 1.2; }
.attn-text span small { opacity: 0; }
.attn-text :is(span:hover, li:focus) small { opacity: 1; }
@media print { .attn-text span small { opacity: 1; } }
"""


def weighted_text(
    sentences: Sequence[Sequence[str]],
    word_weights: np.ndarray,
    weights: np.ndarray,
    marked: Collection[tuple[int, int]] = (),
) -> HTML:
    """Draw both levels of a HAN's attention: blue on words, orange on sentences.

    Args:
        sentences: the words of each; an empty sentence is drawn as ∅.
        word_weights: (N, W), as many as there are sentences and words, or more.
        weights: (N,), of the sentences.
        marked: pairs of a sentence and a word, counted from 0, to be underlined.

    Returns:
        A numbered list of the sentences, with weights in percent.
    """
    rows = []
    for number, words in enumerate(sentences):
        line = [_weighed("b", "Σ" if words else "∅", weights[number])]
        for place, word in enumerate(words):
            shown = escape(word)
            if (number, place) in marked:
                shown = f"<u>{shown}</u>"
            line.append(_weighed("span", shown, word_weights[number, place]))
        rows.append(f'<li tabindex="0">{" ".join(line)}</li>')
    body = "\n".join(rows)
    return HTML(f'<style>{STYLE}</style>\n<ol class="attn-text">\n{body}\n</ol>')


def _weighed(tag: str, shown: str, weight: float) -> str:
    """A box whose colour is as strong as the weight, with the weight in percent."""
    number = f"<small>{100 * weight:.0f}</small>"
    return f'<{tag} style="--w: {weight:.3f}">{shown} {number}</{tag}>'
