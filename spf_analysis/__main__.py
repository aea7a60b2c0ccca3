"""The `spf` command line: thin, and the only place where errors become exit codes.

What it imports takes a tenth of a second, and it may be told to end before: so it is imported when `main` has said what happens then.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click

    from spf_analysis.commands.verbs import Options
    from spf_analysis.errors import Problem

INTERRUPTED = 130
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; problems are printed, a traceback only under `--debug`."""
    as_json = "--json" in arguments
    try:
        return _run(arguments, as_json)
    except KeyboardInterrupt:
        return _interrupted(as_json)
    except BrokenPipeError:
        return 0


def _run(arguments: list[str], as_json: bool) -> int:
    import click

    from spf_analysis.commands.verbs import Options, spf
    from spf_analysis.errors import Problem, SpfError

    options = Options()
    try:
        result: Any = spf.main(args=_with_debug_first(arguments), prog_name="spf", standalone_mode=False, obj=options)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.Abort:
        return _interrupted(as_json)
    except click.ClickException as error:
        return _tell([Problem("usage", "", error.format_message(), _usage_hint(error))], as_json, options)
    except SpfError as error:
        return _tell(list(error.problems), as_json, options)
    except BrokenPipeError:
        raise
    except Exception as error:  # a bug: say so plainly, keep the details for whoever mends it
        return _bug(error, options, as_json)


def _with_debug_first(arguments: list[str]) -> list[str]:
    """`--debug` may stand after the command too, up to a bare `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [word for word in arguments[:end] if word != "--debug"]
    return [*(["--debug"] if len(kept) < end else []), *kept, *arguments[end:]]


def _interrupted(as_json: bool) -> int:
    from spf_analysis.errors import Problem

    hint = "What was published before stands; run the same command again to go on."
    _say([Problem("interrupted", "", "interrupted", hint)], as_json, f"Interrupted. {hint}")
    return INTERRUPTED


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"See '{context.command_path} --help'." if context else "See 'spf --help'."


def _tell(problems: list[Problem], as_json: bool, options: Options) -> int:
    from spf_analysis.errors import exit_code_for

    _say(problems, as_json, "\n".join(map(str, problems)))
    _log(options)
    return exit_code_for(problems)


def _bug(error: Exception, options: Options, as_json: bool) -> int:
    import traceback

    from spf_analysis.errors import Problem

    if options.debug:
        traceback.print_exc()
    hint = "Run it again with --debug and report what it prints."
    problem = Problem("workbench", "", f"this is a bug: {type(error).__name__}: {error}", hint)
    _say([problem], as_json, str(problem))
    _log(options)
    return 1


def _say(problems: list[Problem], as_json: bool, text: str) -> None:
    import click

    from spf_analysis.commands.output import problems_as_json

    click.echo(problems_as_json(problems) if as_json else text, err=not as_json)


def _log(options: Options) -> None:
    import traceback

    if options.log_file:
        options.log_file.write_text(traceback.format_exc(), encoding="utf-8")


def main() -> None:
    """The entry point of the `spf` command. Being told to end, by Ctrl-C or from elsewhere, ends what it started too."""
    _speak_utf8()
    for number in ENDINGS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)
    code = run(sys.argv[1:])
    _end_in_peace()
    sys.exit(code)


def _speak_utf8() -> None:
    """Begin again in Python's UTF-8 mode, where the locale would have names of files read and text printed in anything else."""
    if sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONUTF8": "1"})


def _end(number: int, _: FrameType | None) -> None:
    _end_in_peace()
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def _end_in_peace() -> None:
    """What is begun is cleared away now: being told to end once more changes nothing."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
