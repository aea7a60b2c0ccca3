"""Typesetting: a briefing in Quarto Markdown becomes HTML, PDF and Word, through Quarto or through the embedded default."""

from __future__ import annotations

from spf_analysis.publishing.typeset.choice import Typesetter, choose
from spf_analysis.publishing.typeset.escaping import escape

__all__ = ["Typesetter", "choose", "escape"]
