"""From context to Quarto Markdown: templates read the context only, and fail on anything that is missing.

Templates are Jinja2 with `<< >>`, `<% %>` and `<# #>`, so that Quarto's own `{{< >}}` would pass through (and be refused by the
dialect). Every value is escaped as plain text; Markdown comes from templates and from the filters below, never from data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from spf_analysis import wording
from spf_analysis.errors import BriefingError
from spf_analysis.publishing.typeset import escape

Json = Mapping[str, Any]


def _as_text(value: Any) -> Markup:
    """What `<< value >>` prints: text as text, markup of our own as it is."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises: a missing value never reaches a page
    if value is None:
        return Markup(wording.NOT_REPORTED)
    return Markup(escape(str(value)))


@cache
def environment(templates: Path) -> jinja2.Environment:
    """The Jinja2 environment of a workbench's templates; a template is read once, and again when its file has changed."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(templates)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=_as_text,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "cite": _cite,
        "cite_in_text": lambda source: Markup(f"@{source}"),
        "exhibit": _exhibit,
        "pounds": wording.pounds,
        "pounds_rounded": wording.pounds_rounded,
        "pounds_and_pence": wording.pounds_and_pence,
        "pounds_signed": wording.pounds_signed,
        "per_cent": wording.per_cent,
        "whole": wording.whole,
        "decimal": wording.decimal,
        "listed": lambda words: wording.listed([str(word) for word in words]),
        "counted": wording.counted,
        "capital": lambda text: str(text)[:1].upper() + str(text)[1:],
        "sentence": _sentence,
        "unstopped": lambda text: str(text).strip().removesuffix("."),
    }
    return made


def _cite(sources: Sequence[str] | str, locator: str | None = None) -> Markup:
    """Citation keys as a citation: `[@a; @b]`."""
    keys = [sources] if isinstance(sources, str) else list(sources)
    if not keys:
        return Markup("")
    place = f", {escape(locator)}" if locator else ""
    return Markup("[" + "; ".join(f"@{key}{place}" for key in keys) + "]")


def _sentence(text: str) -> str:
    """Text that ends in a full stop, once."""
    text = str(text).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _exhibit(exhibit: Json) -> Markup:
    """A numbered chart or table with its source note."""
    body = _chart(exhibit) if exhibit["kind"] == "chart" else _table(exhibit)
    return Markup(f"{body}\n\n::: {{.source-note}}\n{escape(_sentence(exhibit['source_note']))}\n:::\n")


def _chart(exhibit: Json) -> str:
    name = exhibit["id"]
    return f'![{escape(exhibit["caption"])}]({name}.svg){{#{name} fig-alt="{_attribute(exhibit["alt"])}"}}'


def _attribute(text: str) -> str:
    return " ".join(text.split()).replace("\\", "").replace('"', "'")


def _table(exhibit: Json) -> str:
    marks = {"l": ":---", "r": "---:", "c": ":--:"}
    lines = [
        "| " + " | ".join(escape(str(column)) for column in exhibit["columns"]) + " |",
        "|" + "|".join(marks[letter] for letter in exhibit["align"]) + "|",
        *("| " + " | ".join(escape(str(cell)) for cell in row) + " |" for row in exhibit["rows"]),
    ]
    widths = f' tbl-colwidths="[{",".join(str(width) for width in exhibit["widths"])}]"' if exhibit["widths"] else ""
    return "\n".join(lines) + f"\n\n: {escape(exhibit['caption'])} {{#{exhibit['id']}{widths}}}"


def render(template: str, context: Json, templates: Path) -> str:
    """A briefing as complete Quarto Markdown. Raises BriefingError naming template and line for anything that is missing or wrong."""
    body = rendered(environment(templates), template, context, templates)
    return f"---\n{_front_matter(context)}---\n\n{body.strip()}\n"


def rendered(made: jinja2.Environment, template: str, context: Json, templates: Path) -> str:
    """What a template of an environment says of a context. Raises BriefingError as `render` does."""
    try:
        return made.get_template(template).render(context)
    except jinja2.TemplateNotFound as error:
        hint = "Restore it, or correct its name where it is asked for."
        raise BriefingError(f"the template '{error.name}' is missing", where=f"templates/{template}", hint=hint) from error
    except jinja2.TemplateSyntaxError as error:
        where, hint = f"templates/{error.name or template}, line {error.lineno}", "Correct what stands between << >> or <% %> there."
        raise BriefingError(f"the template cannot be read: {error.message}", where=where, hint=hint) from error
    except UnicodeDecodeError as error:
        raise BriefingError("a template is not in UTF-8", where=f"templates/{template}", hint="Save it, or its part, as UTF-8.") from error
    except jinja2.UndefinedError as error:
        message = f"the template asks for something that is not in the context: {error.message}"
        hint = "Let the notebook add it, or take it out of the template."
        raise BriefingError(message, where=f"templates/{_place(error, templates) or template}", hint=hint) from error
    except Exception as error:  # whatever an expression of a template comes to, the template is what has to be put right
        place = _place(error, templates)
        if place is None:
            raise
        hint = "Correct the expression on this line, or what the notebook tells."
        raise BriefingError(f"the template fails with {type(error).__name__}: {error}", where=f"templates/{place}", hint=hint) from error


def _place(error: BaseException, templates: Path) -> str | None:
    """The template and line that an error arose in, the innermost one."""
    found, trace = None, error.__traceback__
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename)
        if templates in name.parents:
            found = f"{name.relative_to(templates).as_posix()}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _front_matter(context: Json) -> str:
    edition = context["edition"]
    matter = {
        "title": context["title"],
        "subtitle": context["subtitle"],
        "date": edition["date"],
        "lang": "en-GB",
        "edition": edition["title"],
        "description": context["about"]["description"],
        "keywords": ["social prescribing", "Social Prescribing Fund", context["target"]],
    } | ({"stamp": wording.ILLUSTRATIVE} if context["illustrative"] else {})
    return yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=1000)
