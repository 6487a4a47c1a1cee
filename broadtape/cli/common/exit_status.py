"""How a command ends: every error as one sentence on standard error, and the exit status that belongs to it."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import TextIO

import click
from click.shell_completion import shell_complete

from broadtape.cli.app import app
from broadtape.cli.common.context import Invocation
from broadtape.cli.common.log_lines import log
from broadtape.cli.common.terminal_text import one_line
from broadtape.deprecation import Told
from broadtape.errors import BroadtapeError
from broadtape.prefect_server.proxies import spare_loopback

__all__ = ["run"]

_INTERRUPTED = 130
_CRAWLING = {"flows", "spiders", "prefect", "scrapy", "twisted", "pebble", "cronsim"}
"""Packages that the wheel alone neither has nor asks for."""
_NEEDS_CHECKOUT = (
    "Crawling and flows run from a checkout of broadtape, where scrapy.cfg and prefect.yaml lie; this environment has "
    "the package for reading and cleaning alone. 'make run' in a checkout sets all of it up."
)
_COMPLETION = "_BROADTAPE_COMPLETE"
"""Set by a shell that asks for completions."""


def run(args: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status; raises nothing but KeyboardInterrupt while it reports."""
    invocation = Invocation()
    spare_loopback()  # a store or a server on this machine, too
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            status = _call(sys.argv[1:] if args is None else list(args), invocation)
    except BrokenPipeError:
        return _reader_left()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:  # an interrupt at a prompt
        return _INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _report(error, _usage(error), error.exit_code, debug=invocation.debug)
    except BroadtapeError as error:
        return _report(error, str(error), error.exit_status, debug=invocation.debug)
    except OSError as error:
        return _report(error, _system(error), 1, debug=invocation.debug)
    except Exception as error:
        return _report(error, *_unforeseen(error), debug=invocation.debug)
    return status if isinstance(status, int) else 0


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """What we tell is one sentence; what libraries warn of keeps Python's own form."""
    if issubclass(category, Told):
        log(one_line(str(message)), level="warning")
    else:
        (file or sys.stderr).write(warnings.formatwarning(message, category, filename, lineno, line))


def _call(args: list[str], invocation: Invocation) -> object:
    # Not `app.main`, which answers a reader that left, and an interrupt, in its own way.
    wanted = os.environ.get(_COMPLETION)
    if wanted:
        return shell_complete(app, {}, "broadtape", _COMPLETION, wanted)
    try:
        with app.make_context("broadtape", args, obj=invocation) as context:
            return app.invoke(context)
    finally:
        sys.stdout.flush()  # however it ends: what nobody reads is told here, not as Python leaves


def _report(error: BaseException, sentence: str, status: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    log(one_line(sentence), level="error", status=status)
    return status


def _usage(error: click.ClickException) -> str:
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "broadtape"
    return f"{_sentence(error.format_message())} '{where} --help' shows how to call it."


def _sentence(message: str) -> str:
    return message if message.endswith((".", "?")) else f"{message}."


def _system(error: OSError) -> str:
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}." if error.filename else f"The system refused: {what}."


def _unforeseen(error: Exception) -> tuple[str, int]:
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in _CRAWLING:
        return _NEEDS_CHECKOUT, 2
    return (
        f"{type(error).__name__}: {error}. This is a bug in broadtape: run it again as 'broadtape --debug …' for the "
        "traceback and report it."
    ), 1


def _reader_left() -> int:
    """Ends quietly when whoever read our output has left, as `head` does."""
    # Python flushes standard output once more on its way out, which would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
