"""The command `mulu`: one sub-command for each part, one exit code for each kind of end (DESIGN §4)."""

import logging
import os
import sys
from importlib.util import find_spec
from typing import Annotated

import typer
from typer.exceptions import TyperException

from ledger.cli.output import NOTES, note
from ledger.cli.refusals import HINTS
from ledger.errors import LedgerError
from ledger.model.message import Message

USAGE = 2
UNEXPECTED = 70
INTERRUPTED = 130

WHOLE = find_spec("eth_abi") is not None
"""Whether the extra `ledger` is installed; without it this is the verifier alone."""


def command_line(word: str | None = None) -> typer.Typer:
    """The command line, or the part of it that has a command of this name."""
    cli = typer.Typer(
        name="mulu",
        help="目录: a public-data catalog on a permissioned ledger, with proofs anyone can check.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    cli.callback()(_root)
    if WHOLE:
        from ledger.cli.parts import add_parts

        add_parts(cli, word)
    else:
        from ledger.cli import proof

        proof.add_verifier_to(cli)
    return cli


def _version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        print(f"mulu {metadata.version('mulu')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the command line and exits with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs a command and returns its exit code; every error is one message on standard error."""
    logging.getLogger("ledger").addHandler(NOTES)
    try:
        cli = command_line(arguments[0] if arguments else None)
        outcome = cli(arguments, prog_name="mulu", standalone_mode=False)
    except LedgerError as error:
        message = getattr(error, "message", None)
        said = message.zh if isinstance(message, Message) else error
        note(f"error: {error}", f"错误：{said}")
        hint = HINTS.get(getattr(error, "reason", None) or "")
        if hint is not None:
            note(hint.en, hint.zh)
        return error.exit_code
    except typer.Abort:
        note("interrupted", "已中断")
        return INTERRUPTED
    except KeyboardInterrupt:
        note("interrupted", "已中断")
        return INTERRUPTED
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            note(error.format_message())
            return USAGE
        note(f"error: {error.format_message()}\n(mulu --help lists the commands, mulu COMMAND --help its options)")
        return USAGE
    except ModuleNotFoundError as error:
        if WHOLE:
            raise
        note(
            f"error: this needs {error.name}, which the verifier alone does not have: pip install 'mulu[ledger]'",
            f"错误：此功能需要 {error.name}，仅安装核验器时没有：pip install 'mulu[ledger]'",
        )
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # Never a traceback by default: it could show what it was working on, and helps nobody at a counter.
        if os.environ.get("MULU_TRACEBACK"):
            raise
        note(
            f"unexpected error: {type(error).__name__}: {error}. Set MULU_TRACEBACK=1 to see where",
            f"意外错误：{type(error).__name__}：{error}。设置 MULU_TRACEBACK=1 可查看位置",
        )
        return UNEXPECTED
    if outcome == INTERRUPTED:
        # Typer turns Ctrl-C into an exit code without a word.
        note("interrupted", "已中断")
    return outcome if isinstance(outcome, int) else 0
