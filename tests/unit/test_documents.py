"""The documents describe what is there: commands, exit codes, folders, modules, sources, links; and nothing of where they were written."""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
import yaml

from spf_analysis.__main__ import INTERRUPTED, run
from spf_analysis.commands.verbs import spf
from spf_analysis.errors import EXIT_CODES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *DECISIONS, ROOT / "reports" / "README.md"]
MARKS = re.compile(r"(<!-- modules: begin.*?-->\n).*?(<!-- modules: end -->)", re.DOTALL)
SUFFIXES = {".py", ".md", ".yaml", ".yml", ".toml", ".csv", ".json", ".ipynb", ".qmd", ".lua", ".typ", ".css", ".html", ".j2", ".txt", ""}
NOT_OURS = {".git", ".venv", "tests", "reports", "build", "dist", "node_modules", "__pycache__"}
# Where and how the project was written is no part of it; nor is a path of any machine.
FORBIDDEN = re.compile(
    r"\.\./shared|/work/|/tmp/spf|/home/[a-z]|/root/|/Users/[a-z]|C:\\\\Users|\b(DESIGN|EXAMPLES|PAINS|LIBRARIES)\b"
    r"|\bsub-?agents?\b|\b(this|next|later|another) (issue|session)\b|\bhelper sessions?\b|\bissue #?[1-9]\b"
)


def verbs(command: click.Command = spf, name: str = "spf") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for part, below in command.commands.items():
        yield from verbs(below, f"{name} {part}")


VERBS = dict(verbs())


def examples(text: str) -> list[str]:
    """The commands in a text: in backticks, or lines of a code block."""
    return re.findall(r"`(spf [^`]+)`", text) + re.findall(r"^(spf [a-z][^\n#]*)", text, re.MULTILINE)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_readme_names_every_verb_with_an_example(verb: str) -> None:
    rows = [line for line in README.splitlines() if line.startswith(f"| `{verb}` |")]
    assert len(rows) == 1
    assert any(item.startswith(verb) for item in examples(rows[0].split("|")[2]))


@pytest.mark.parametrize("example", sorted(set(examples(README) + examples(CONTRIBUTING))))
def test_every_example_is_a_command_with_options_that_exist(example: str) -> None:
    if example in ("spf COMMAND --help", "spf --help"):
        return
    named = [verb for verb in VERBS if example == verb or example.startswith(f"{verb} ")]
    known = {option for source in [spf, *(VERBS[verb] for verb in named)] for item in source.params for option in item.opts}
    used = {word for word in shlex.split(example) if word.startswith("--")} - {"--help"}
    assert named or example.startswith("spf --"), "no such command"
    assert used <= known


MIGRATIONS = [found for found in examples(README) if re.match(r"spf coding migrate \w+ .*--", found) and "--template" not in found]


@pytest.mark.parametrize("example", MIGRATIONS)
def test_an_example_of_migrating_works_on_the_base_that_is_shipped(example: str) -> None:
    assert {"--dry-run", "--help"} & {*shlex.split(example)}, "an example writes nothing"
    assert run(["--workbench", str(ROOT), *shlex.split(example)[1:]]) == 0


@pytest.mark.parametrize("text", [README, *(command.help or "" for verb, command in VERBS.items() if verb == "spf library mark")])
def test_the_examples_of_marking_name_sources_that_are_shipped(text: str) -> None:
    marking = re.findall(r"spf library mark [a-z].*", text)
    named = [name for line in marking for name in re.findall(r"(?:library mark|--by) ([a-z]\S+)", line)]
    registered = set(re.findall(r"\bid: ([a-z0-9.-]+)", (ROOT / "evidence" / "sources.yaml").read_text(encoding="utf-8")))
    assert named
    assert set(named) <= registered


def test_the_readme_tells_every_exit_code() -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)]
    assert told == sorted({0, 1, INTERRUPTED, *EXIT_CODES.values()})


def test_every_make_target_is_told_and_every_one_told_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"help"}
    told = set(re.findall(r"^\| `make ([a-z-]+)`", CONTRIBUTING, re.MULTILINE))
    assert told == targets
    assert set(re.findall(r"\bmake ([a-z-]+)(?:`|  )", README)) <= targets


def test_the_map_of_folders_names_every_folder() -> None:
    hidden = NOT_OURS - {"tests", "reports"}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name not in hidden}
    told = {name.rstrip("/") for name in re.findall(r"^\| `([a-z_/]+)/`", README, re.MULTILINE)}
    assert folders <= told
    assert [name for name in told if not (ROOT / name).is_dir()] == []


def layout() -> str:
    """The package as a tree: each module with the first sentence of its docstring."""
    package = ROOT / "spf_analysis"
    lines = ["spf_analysis/"]
    folder = package
    for file in sorted(package.rglob("*.py"), key=lambda path: (len(path.parts) > len(package.parts) + 1, path)):
        if file.name == "__init__.py":
            continue
        if file.parent != folder:
            folder = file.parent
            lines.append(f"  {folder.relative_to(package).as_posix()}/")
        said = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n")[0]
        indent = "  " if file.parent == package else "    "
        lines.append(f"{indent}{file.name:<{26 - len(indent)}}{re.split(r'[.] |[.]$', said)[0]}".rstrip())
    return "```\n" + "\n".join(lines) + "\n```\n"


def test_contributing_shows_the_layout_as_it_is() -> None:
    wanted = MARKS.sub(lambda match: match[1] + layout() + match[2], CONTRIBUTING)
    if os.environ.get("SPF_REWRITE"):
        (ROOT / "CONTRIBUTING.md").write_text(wanted, encoding="utf-8")
        return
    assert MARKS.search(CONTRIBUTING)
    assert wanted == CONTRIBUTING, "write it anew with SPF_REWRITE=1"


@pytest.mark.parametrize("file", sorted((ROOT / "spf_analysis").rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_is_and_is_no_longer_than_it_should_be(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert file.name == "__init__.py" or ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_picture_of_the_flow_can_be_heard_too() -> None:
    assert re.search(r"!\[[^\]]{100,}\]\(docs/flow\.svg\)", README)
    root = ElementTree.parse(ROOT / "docs" / "flow.svg").getroot()
    assert root.get("role") == "img"
    assert all(root.findtext(f"{{http://www.w3.org/2000/svg}}{name}") for name in ("title", "desc"))


def test_decision_records_are_numbered_through_and_fill_one_page() -> None:
    assert [int(file.name[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for file in DECISIONS:
        text = file.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Status", "Context", "Decision", "Consequences"], file.name
        assert text.startswith(f"# {int(file.name[:4])}. "), file.name
        assert len(text.splitlines()) <= 60, file.name


def test_the_notice_names_every_publisher_of_data_and_every_licence() -> None:
    notice = " ".join((ROOT / "NOTICE").read_text(encoding="utf-8").split())
    sources = yaml.safe_load((ROOT / "evidence" / "sources.yaml").read_text(encoding="utf-8"))["sources"]
    taken = [item for item in sources if item["kind"] == "data set" and item["id"] != "workbench-assumption"]
    publishers = {name.split(" (")[0].strip() for item in taken for name in item["publisher"].split(";")}
    assert publishers
    assert [name for name in publishers if name not in notice] == []
    assert {item["licence"] for item in taken} == {"OGL v3.0"}
    assert all(
        words in notice for words in ("Open Government Licence v3.0", "SIL Open Font License, Version 1.1", "Attribution-ShareAlike 3.0")
    )


def ours() -> list[Path]:
    """The text files of the project, tests left out."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not (name.startswith(".") and name != ".ci")]
        found += [Path(folder, name) for name in files if Path(name).suffix in SUFFIXES and not name.startswith(".DS")]
    return found


def test_the_project_tells_nothing_of_where_it_was_written() -> None:
    assert len(ours()) > 100
    told = [
        f"{file.relative_to(ROOT)}, line {number}: {line.strip()[:80]}"
        for file in ours()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert told == []
