"""A briefing's pictures: read from its folder, kept free of anything that could run or reach out, and put into pages."""

from __future__ import annotations

import html
import math
import re
from pathlib import Path

from spf_analysis.errors import TypesettingError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.svg")
_ACTIVE = re.compile(
    r"<\s*(script|foreignObject|iframe|image|use|a|animate|set)\b|\son\w+\s*=|<!(?:ENTITY|DOCTYPE)|@import|javascript:", re.IGNORECASE
)
_OUTWARD = re.compile(r"""(?:href|src)\s*=\s*["'](?!#)|url\(\s*["']?(?!["']?#)""", re.IGNORECASE)
_ROOT = re.compile(r"<svg\b[^>]*>", re.IGNORECASE)
_ID = re.compile(r'\bid="([^"]+)"')
_ARIA = re.compile(r'\s(?:aria-[a-z]+|role)="[^"]*"')
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+\.svg)"[^>]*?>', re.DOTALL)
_LETTERS = re.compile(r'\bfont-size="([\d.]+)px"')
_LEGIBLE = 9.0  # pixels: letters are never drawn smaller
_PHONE = 335  # pixels that a phone leaves for a picture
_ALT = re.compile(r'\balt="([^"]*)"', re.DOTALL)


def read_svg(path: Path) -> str:
    """An SVG picture's text. Raises TypesettingError where it is missing, not SVG, or holds scripts or outward links."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TypesettingError(
            f"the picture '{path.name}' cannot be read", where=path.name, hint="Write it into the briefing's folder."
        ) from error
    if not _ROOT.search(text):
        raise TypesettingError("the picture is not SVG", where=path.name, hint="Write the chart as SVG.")
    if _ACTIVE.search(text) or _OUTWARD.search(text):
        raise TypesettingError(
            "the picture holds something that could run or reach out",
            where=path.name,
            hint="Only shapes and text are allowed in a picture.",
        )
    return text


def png(path: Path) -> bytes:
    """A PNG picture. Raises TypesettingError where it is missing or not PNG."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TypesettingError(
            f"the picture '{path.name}' cannot be read", where=path.name, hint="Word needs a PNG beside each SVG."
        ) from error
    if not raw.startswith(b"\x89PNG"):
        raise TypesettingError("the picture is not PNG", where=path.name, hint="Write the chart as PNG for Word.")
    return raw


def inline_pictures(page: str, folder: Path) -> str:
    """An HTML page with each `<img src="….svg">` replaced by the drawing itself, named by its text alternative."""
    return _IMAGE.sub(lambda found: _inlined(found, folder), page)


def _inlined(found: re.Match[str], folder: Path) -> str:
    alt = _ALT.search(found[0])
    stem = Path(found[1]).stem
    drawing = read_svg(folder / found[1])
    drawing = _ARIA.sub("", drawing[_ROOT.search(drawing).start() :])  # type: ignore[union-attr]
    drawing = _own_ids(drawing, stem).replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    label = html.escape(html.unescape(alt[1] if alt else ""), quote=True)
    return _ROOT.sub(lambda root: _named(root[0], label, _least_letter(drawing)), drawing, count=1).strip()


def _own_ids(drawing: str, stem: str) -> str:
    for identifier in dict.fromkeys(_ID.findall(drawing)):
        drawing = drawing.replace(f'id="{identifier}"', f'id="{stem}-{identifier}"').replace(f"#{identifier})", f"#{stem}-{identifier})")
    return drawing


def _named(root: str, label: str, least: float) -> str:
    """An SVG's first tag with its name, the width below which its letters cannot be read, and whether that is wider than a phone."""
    width = re.search(r'\bwidth="([\d.]+)"', root)
    height = re.search(r'\bheight="([\d.]+)"', root)
    box = "" if "viewBox" in root or not (width and height) else f' viewBox="0 0 {width[1]} {height[1]}"'
    legible = math.ceil(float(width[1]) * min(1.0, _LEGIBLE / least)) if width else 0
    marked = root.replace('class="marks"', 'class="marks wide"') if legible > _PHONE else root
    return f'{marked[:-1]}{box} style="--legible: {legible}px" role="img" aria-label="{label}" focusable="false">'


def _least_letter(drawing: str) -> float:
    """The size in pixels of the smallest letters in a drawing."""
    return min(map(float, _LETTERS.findall(drawing)), default=_LEGIBLE)
