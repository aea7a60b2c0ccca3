"""Charts as pictures: Vega-Lite to SVG and PNG without a browser, the same bytes each time."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import vl_convert as vlc

from spf_analysis.errors import BriefingError
from spf_analysis.publishing.failing import first_line

PNG_SCALE = 2.5
_PREFACE = "Vega-Lite to SVG conversion failed:"


@functools.cache
def _register(fonts: Path) -> None:
    vlc.register_font_directory(str(fonts))


def start_engine() -> None:
    """Draw an empty chart, so that the JavaScript engine runs when the first real one comes."""
    vlc.vegalite_to_svg('{"data": {"values": []}, "mark": "point"}', allowed_base_urls=[])


def svg(spec: dict[str, Any], fonts: Path) -> str:
    """A chart as SVG text, with the fonts of the house style."""
    _register(fonts)
    return str(vlc.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[]))


def png(picture: str) -> bytes:
    """An SVG picture as PNG at the resolution that Word prints well."""
    return bytes(vlc.svg_to_png(picture, scale=PNG_SCALE))


def write_charts(exhibits: dict[str, dict[str, Any]], folder: Path, fonts: Path) -> dict[str, str]:
    """Write every chart of a context as `<id>.svg` and `<id>.png`; returns the SVG text by exhibit id.

    Raises BriefingError naming the exhibit that cannot be drawn.
    """
    pictures = {}
    for name, exhibit in exhibits.items():
        if exhibit["kind"] == "chart":
            pictures[name], dots = _drawn(name, exhibit["spec"], fonts)
            (folder / f"{name}.svg").write_text(pictures[name], encoding="utf-8")
            (folder / f"{name}.png").write_bytes(dots)
    return pictures


def _drawn(name: str, spec: dict[str, Any], fonts: Path) -> tuple[str, bytes]:
    try:
        picture = svg(spec, fonts)
        return picture, png(picture)
    except (ValueError, RuntimeError) as error:
        said = first_line(str(error).removeprefix(_PREFACE))
        hint = "Put its Vega-Lite specification right in the notebook, or in the module of `exhibits` that it comes from."
        raise BriefingError(f"the chart cannot be drawn: {said}", where=name, hint=hint) from None
