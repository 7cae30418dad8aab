"""Read how large a picture wants to be, in CSS pixels (96 to the inch)."""

import re
from pathlib import Path

from PIL import Image

PIXELS = {"px": 1, "": 1, "pt": 96 / 72, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4}
LENGTH = r'{}="([\d.]+)(px|pt|in|cm|mm|)"'


def picture_size(path: Path) -> tuple[float, float]:
    """Return (width, height) of an SVG or bitmap file; a bitmap's dpi counts."""
    if path.suffix == ".svg":
        return svg_size(path)
    with Image.open(path) as image:
        across, down = image.info.get("dpi", (96, 96))
        return image.width * 96 / across, image.height * 96 / down


def svg_size(path: Path) -> tuple[float, float]:
    tag = re.search(r"<svg\b[^>]*>", path.read_text("utf-8"))
    if tag is None:
        raise ValueError(f"{path}: no <svg> element")
    size = [
        re.search(rf"\s{LENGTH.format(side)}", tag[0]) for side in ("width", "height")
    ]
    if all(size):
        return tuple(float(side[1]) * PIXELS[side[2]] for side in size)
    box = re.search(r'viewBox="([^"]+)"', tag[0])
    if box is None:
        raise ValueError(f"{path}: <svg> has neither width and height nor viewBox")
    return tuple(float(number) for number in box[1].split()[2:])
