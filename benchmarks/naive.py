"""The naive loop: what one would write with the tools alone, one target after the other, one command after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from measuring import Stages, measured

from spf_analysis.publishing.edition import Planned
from spf_analysis.publishing.typeset.pandoc import FILTERS, pandoc_path

# From the executed notebook to what the typesetter is given: pictures, references and Quarto Markdown.
_WRITE = """
import json, sys, nbformat
from pathlib import Path
from spf_analysis.context import MIME
from spf_analysis.publishing import charts, rendering
notebook, draft, template, templates = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
outputs = [output for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code" for output in cell.outputs]
context = next(json.loads(json.dumps(output.data[MIME])) for output in reversed(outputs) if MIME in output.get("data", {}))
context.pop("reads", None)
draft.mkdir(parents=True)
charts.write_charts(context["exhibits"], draft, templates / "house" / "fonts")
(draft / "references.json").write_text(json.dumps(context["references"]))
text = rendering.render(template, context, templates)
(draft / "briefing.qmd").write_text(text)
(draft / "word.qmd").write_text(text.replace(".svg)", ".png)"))
"""
_TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]], root=sys.argv[4])"
_QUARTO = """
import sys
from pathlib import Path
from spf_analysis.publishing.typeset.briefing import read_manuscript
from spf_analysis.publishing.typeset.quarto import QuartoTypesetter
house, draft = Path(sys.argv[1]), Path(sys.argv[2])
formats = ("html", "pdf", "docx")
QuartoTypesetter(house, Path("quarto"), "1.9")._lay_out(read_manuscript(draft, formats), draft / "desk", formats)
"""


def build(planned: Sequence[Planned], out: Path, typesetter: str) -> Stages:
    """Make every target of a plan by the tools' own commands; what each stage cost in all."""
    stages = Stages()
    for item in planned:
        _one(item, out / item.job.target, typesetter, stages)
    return stages


def _one(item: Planned, folder: Path, typesetter: str, stages: Stages) -> None:
    job = item.job
    folder.mkdir(parents=True)
    workbench, executed, draft = Path(job.workbench), folder / "audit.ipynb", folder / "draft"
    given = [part for name, value in job.parameters.items() for part in ("-r", name, str(value))]
    notebook = Path(job.notebooks) / job.notebook
    run = [sys.executable, "-m", "papermill", notebook, executed, "-k", "python3", "--cwd", workbench, "--no-progress-bar", *given]
    stages.add("papermill", measured(run, workbench))
    stages.add("nbconvert", measured([sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", executed], folder))
    stages.add("charts and Markdown", measured([sys.executable, "-c", _WRITE, executed, draft, job.template, job.templates], workbench))
    house = Path(job.templates) / "house"
    (_quarto if typesetter == "quarto" else _embedded)(draft, house, stages)


def _quarto(draft: Path, house: Path, stages: Stages) -> None:
    measured([sys.executable, "-c", _QUARTO, house, draft], draft)  # laying out is not counted: a user's files would lie there
    for name in ("html", "typst", "docx"):
        stages.add("quarto", measured(["quarto", "render", "briefing.qmd", "--to", name], draft / "desk"))


def _embedded(draft: Path, house: Path, stages: Stages) -> None:
    cited = ["--citeproc", f"--csl={house / 'harvard-cite-them-right.csl'}", "--bibliography=references.json"]
    common = _filters("notices", "exhibits", "numbering")
    html = ["--standalone", "--embed-resources", "--toc", "--section-divs", f"--template={house / 'briefing.html'}"]
    word = ["--shift-heading-level-by=-1", f"--reference-doc={house / 'reference.docx'}"]
    typst = ["--shift-heading-level-by=-1", "--standalone", "--to=typst-smart-citations", f"--template={house / 'typst' / 'embedded.typ'}"]
    steps = (
        ("briefing.qmd", "briefing.html", html, _filters("headings", "exhibits_html")),
        ("word.qmd", "briefing.docx", word, _filters("headings", "divs", "exhibits_word")),
        ("briefing.qmd", "briefing.typ", typst, _filters("headings", "divs", "exhibits_typst", "literal_typst")),
    )
    for given, made, options, own in steps:
        command = [pandoc_path(), "--from=markdown", given, "-o", made, *options, *common, *cited, *_filters("citations"), *own]
        stages.add("pandoc", measured(command, draft))
    stages.add("typst", measured([sys.executable, "-c", _TYPST, "briefing.typ", "briefing.pdf", house / "fonts", draft], draft))


def _filters(*names: str) -> list[str]:
    return [f"--lua-filter={FILTERS / name}.lua" for name in names]
