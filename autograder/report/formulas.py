"""TeX to MathML, which browsers draw without a script and without a network."""

import html
from collections.abc import Mapping
from xml.etree import ElementTree

from latex2mathml.converter import convert

# What may come out, since a formula may be a student's and the converter copies text.
ELEMENTS = frozenset(
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub"
    " msubsup msup mtable mtd mtext mtr munder munderover".split()
)
ATTRIBUTES = frozenset(
    "accent columnalign columnspacing display displaystyle fence form linethickness"
    " lspace mathvariant maxsize minsize movablelimits rowspacing rspace scriptlevel"
    " separator stretchy width".split()
)
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def formula(tex: str, options: Mapping[str, bool]) -> str:
    """Render a formula as MathML, or as its TeX if that is not plain mathematics.

    Args:
        options: as mdit_py_plugins.dollarmath hands them over: "display_mode".
    """
    display = "block" if options.get("display_mode") else "inline"
    try:
        mathml = convert(tex, display=display)
        root = ElementTree.fromstring(mathml)
    except Exception:  # the converter has no error of its own for bad TeX
        return html.escape(f"${tex}$")
    return mathml if all(map(_plain, root.iter())) else html.escape(f"${tex}$")


def _plain(element: ElementTree.Element) -> bool:
    name = element.tag.removeprefix(NAMESPACE)
    return name in ELEMENTS and element.attrib.keys() <= ATTRIBUTES
