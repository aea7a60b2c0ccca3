"""Ways in which a file comes to harm, seeded so that each can be done again, and what a damaged text still says."""

from __future__ import annotations

import copy
import csv
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import yaml

TRICKS = [
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xe9",
        b"\xef\xbb\xbf",
        b"&a ",
        b"*a",
        b"!!python/object/apply:os.system [id] ",
        b"!!str ",
        b"! ",
        b"<<: {a: b}\n",
    ),
    *(
        b"? [a]: b",
        b"\n---\n",
        b"\n...\n",
        b"%YAML 1.1\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"'",
        b": ",
        b"- ",
        b"\t",
        b"|",
        b">-\n",
        b"#",
        b"\r",
    ),
    *(b"null", b"~", b".nan", b".inf", b"1e999", b"NaN", b"-Infinity", b"9" * 60, b"9" * 5000, b"[" * 200, b"{" * 200, b'"\\ud800"'),
    *(
        b"\xed\xa0\x80",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b"\xf4\x90\x80\x80",
        b"true",
        b"-1",
        b"=1+1",
        b"<b>",
        b",",
        b",,",
        b"\n",
        b"\n\n",
        b" ",
    ),
    *(b"\xd9\xa1\xd9\xa2", b"1_000", b"0x1F", b"010", b"\x1b[31m", b"\xe2\x80\xae", b"a" * 70_000),
]
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    10**30,
    1e300,
    "",
    " ",
    "x",
    "0",
    "no",
    "2026-13-45",
    "=1+1",
    "<b>",
    [],
    {},
    [None],
    [[]],
    ["x"],
    {"x": 1},
]
Damaged = tuple[str, bytes]


def damaged(name: str, raw: bytes, random: Random) -> Damaged:
    """One way of harming a file, in words, and the file after it."""
    ways = [*BYTES, *({"yaml": YAML, "json": JSON, "csv": CSV, "toml": TOML}.get(name.rpartition(".")[2], []))]
    way = random.choice(ways)
    return way.__name__, way(raw, random)


def _cut(raw: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(raw))
    return start, min(len(raw), start + random.choice((0, 1, 2, 5, 20, 80)))


def tricked(raw: bytes, random: Random) -> bytes:
    start, end = _cut(raw, random)
    return raw[:start] + random.choice(TRICKS) + raw[end:]


def truncated(raw: bytes, random: Random) -> bytes:
    return raw[: random.randint(0, len(raw))]


def cut_out(raw: bytes, random: Random) -> bytes:
    start, end = _cut(raw, random)
    return raw[:start] + raw[end:]


def flipped(raw: bytes, random: Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.choice((1, 1, 3, 10)) if raw else 0):
        changed[random.randrange(len(raw))] = random.randrange(256)
    return bytes(changed)


def with_a_line_moved(raw: bytes, random: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    if lines:
        line = lines.pop(random.randrange(len(lines)))
        lines.insert(random.randint(0, len(lines)), line)
    return b"".join(lines)


def with_a_line_doubled(raw: bytes, random: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    at = random.randrange(len(lines)) if lines else 0
    return b"".join((*lines[: at + 1], *lines[at:]))


def with_a_line_dropped(raw: bytes, random: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    if lines:
        del lines[random.randrange(len(lines))]
    return b"".join(lines)


def indented(raw: bytes, random: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    if lines:
        at = random.randrange(len(lines))
        lines[at] = random.choice((b" ", b"  ", b"\t", b"    ")) + lines[at].lstrip(random.choice((b"", b" ")))
    return b"".join(lines)


def in_another_encoding(raw: bytes, random: Random) -> bytes:
    return raw.decode("utf-8", "replace").encode(
        random.choice(("latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig")), "replace"
    )


def with_other_line_ends(raw: bytes, random: Random) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n")))


BYTES: list[Callable[[bytes, Random], bytes]] = [
    tricked, tricked, truncated, cut_out, flipped, with_a_line_moved, with_a_line_doubled, with_a_line_dropped, indented,
    in_another_encoding, with_other_line_ends,
]  # fmt: skip


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()):
        yield content, key
        yield from _places(value)


def restructured(content: Any, random: Random) -> Any:
    """Plain values with one field dropped, renamed, doubled, added or swapped for another."""
    content = copy.deepcopy(content)
    places = list(_places(content))
    if not places:
        return random.choice(VALUES)
    holder, key = random.choice(places)
    way = random.choice(("swap", "swap", "drop", "rename", "add", "double", "nest", "quote"))
    if way == "drop":
        del holder[key]
    elif way == "rename" and isinstance(holder, dict):
        holder[random.choice((f"{key}s", str(key).upper(), "", "x" * 200))] = holder.pop(key)
    elif way == "add" and isinstance(holder, dict):
        holder["fields_that_nobody_knows"] = random.choice(VALUES)
    elif way == "double" and isinstance(holder, list):
        holder.insert(random.randint(0, len(holder)), copy.deepcopy(holder[key]))
    elif way == "nest":
        for _ in range(random.choice((1, 60))):
            holder[key] = [holder[key]]
    elif way == "quote":
        holder[key] = str(holder[key])
    else:
        holder[key] = random.choice(VALUES)
    return content


def _of_yaml(raw: bytes) -> Any:
    return yaml.load(raw, Loader=yaml.CBaseLoader)


def yaml_restructured(raw: bytes, random: Random) -> bytes:
    """The structure is changed by way of JSON, which is YAML too; numbers and truth values are told as YAML 1.2 tells them."""
    content = restructured(_typed(yaml.compose(raw, Loader=yaml.CBaseLoader)), random)
    return json.dumps(content, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")


def _typed(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _typed(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_typed(item) for item in node.value]
    if node is None or (not node.style and node.value in ("", "~", "null")):
        return None
    if not node.style and node.value in ("true", "false"):
        return node.value == "true"
    if not node.style:
        for kind in (int, float):
            try:
                number = kind(node.value)
            except ValueError:
                continue
            if repr(number) == node.value:
                return number
    return node.value


def yaml_tricked(raw: bytes, random: Random) -> bytes:
    text = raw.decode("utf-8", "replace")
    lines = text.splitlines()
    fields = [number for number, line in enumerate(lines) if ": " in line and not line.lstrip().startswith(("#", "- {", "{"))]
    if not fields:
        return raw + LAUGHS.encode()
    at = random.choice(fields)
    before, _, after = lines[at].partition(": ")
    lines[at] = random.choice((
        f"{before}: !!python/name:os.system {after}", f"{before}: !!str {after}", f"{before}: &anchor {after}", f"{before}: *anchor",
        f"{before}: !!binary aGVsbG8=", f"{before}: !!int 5", f"{before}: ! {after}", f"{lines[at]}\n{lines[at]}",
        f"{before}: {'[' * 60}{']' * 60}",
        f"{before}: {{<<: {{a: 1}}}}", f"{before}: |\n{after}", f"{before}:{after}", f"{before}: {after}\t#", f"{before}: \"{after}",
        f"{before}: %{after}",
        f"{before}: @{after}", f"{before}: {after}: {after}", f"? {before.strip()}\n: {after}",
    ))  # fmt: skip
    return random.choice(("", "", "", LAUGHS)).encode() + "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n"


def json_restructured(raw: bytes, random: Random) -> bytes:
    return json.dumps(restructured(json.loads(raw), random)).encode()


def json_doubled(raw: bytes, random: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    fields = [number for number, line in enumerate(lines) if b'": ' in line and line.rstrip().endswith(b",")]
    if not fields:
        return raw
    at = random.choice(fields)
    name, _, value = lines[at].partition(b": ")
    return b"".join((*lines[:at], name, b": ", random.choice((value, b"1,\n", b"NaN,\n", b"1e999,\n", b"9" * 5000 + b",\n")), *lines[at:]))


def csv_restructured(raw: bytes, random: Random) -> bytes:
    encoding = "cp1252" if _in_old_encoding(raw) else "utf-8-sig"
    rows = list(csv.reader(io.StringIO(raw.decode(encoding), newline="")))
    if not rows:
        return b"\xff"
    row = rows[random.randrange(len(rows))]
    column = random.randrange(len(rows[0]))
    way = random.choice(("cell", "cell", "cell", "row", "double", "drop column", "double column", "short", "long", "header"))
    if way == "cell" and column < len(row):
        row[column] = random.choice(
            (*(str(value) for value in VALUES), "1,000", "NaN", "inf", "1e9", "-5", "٣", "9" * 400, "\x00", row[column] + " ")
        )
    elif way == "row":
        rows.remove(row)
    elif way == "double":
        rows.append(list(row))
    elif way in ("drop column", "double column"):
        for each in rows:
            if column < len(each):
                each[column : column + 1] = [] if way == "drop column" else [each[column]] * 2
    elif way == "short" and row:
        row.pop()
    elif way == "long":
        row.append("x")
    else:
        rows[0][column] = f"{rows[0][column]}s"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(encoding.removesuffix("-sig"), "replace")


def _in_old_encoding(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def toml_restructured(raw: bytes, random: Random) -> bytes:
    lines = raw.decode().splitlines()
    fields = [number for number, line in enumerate(lines) if " = " in line]
    at = random.choice(fields)
    name, _, value = lines[at].partition(" = ")
    lines[at] = random.choice((
        f"{name} = 1", f"{name} = []", f'{name} = "../.."', f'{name} = ""', f"{name} = nan", f"{name} = {'[' * 3000}",
        f"{name}s = {value}", "",
        f"{name} = {value}\n{name} = {value}", f'{name} = "\\u0000"', f"{name} = 2026-01-01",
        f"{name} = {{ x = 1 }}", f'{name} = "/etc/passwd"',
    ))  # fmt: skip
    return "\n".join(lines).encode() + b"\n"


YAML: list[Callable[[bytes, Random], bytes]] = [
    yaml_restructured,
    yaml_restructured,
    yaml_restructured,
    yaml_restructured,
    yaml_tricked,
    yaml_tricked,
]
JSON: list[Callable[[bytes, Random], bytes]] = [json_restructured, json_restructured, json_restructured, json_doubled]
CSV: list[Callable[[bytes, Random], bytes]] = [csv_restructured] * 6
TOML: list[Callable[[bytes, Random], bytes]] = [toml_restructured] * 6


# The columns that the tables of the project have; another is nobody's.
COLUMNS = {
    cell.strip()
    for file in (Path(__file__).parents[2] / "evidence" / "fund").rglob("*.csv")
    for cell in next(csv.reader([file.read_text(encoding="utf-8-sig").partition("\n")[0]]), [])
}


class UnsayableError(Exception):
    """A text says nothing that its format allows."""


def said_by(name: str, raw: bytes) -> Any:
    """What a file says, told apart from the project's own readers. Raises UnsayableError where its format allows no such text."""
    try:
        text = raw.decode("utf-8-sig")
        ending = name.rpartition(".")[2]
        if ending == "yaml":
            return _untagged(yaml.compose(text, Loader=yaml.CBaseLoader))
        if ending == "json":
            return json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
        if ending == "toml":
            return tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))
        ]
        return _table(rows)
    except (ValueError, RecursionError, yaml.YAMLError, csv.Error, MemoryError) as error:
        raise UnsayableError from error


def _table(rows: list[list[str]]) -> Any:
    """Rows by the columns that tables have, in any order of rows."""
    header = rows[0] if rows else []
    if len(set(header)) < len(header) or any(len(row) != len(header) for row in rows):
        raise UnsayableError
    known = sorted(column for column in header if column in COLUMNS)
    return known, sorted([row[header.index(column)] for column in known] for row in rows[1:])


def _untagged(node: Any, depth: int = 0) -> Any:
    if depth > 60:
        raise UnsayableError
    if isinstance(node, yaml.MappingNode):
        return _once([(json.dumps(_untagged(key, depth + 1)), _untagged(value, depth + 1)) for key, value in node.value])
    if isinstance(node, yaml.SequenceNode):
        return [_untagged(item, depth + 1) for item in node.value]
    return None if node is None or (not node.style and node.value in ("", "~", "null", "Null", "NULL")) else node.value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise UnsayableError
    return dict(pairs)


def _refused(text: str) -> Any:
    raise UnsayableError
