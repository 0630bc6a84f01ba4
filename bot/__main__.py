"""The `ai-strategy` command: parse the arguments, read the settings, run one subcommand, say what went wrong."""

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import cast

from bot.domain.brief import LANGUAGES, Language
from bot.domain.errors import BotError, UserError

# In the order a newcomer needs them; each is a module of `bot.commands` with `add_parser` and `run`.
COMMANDS = (
    "ask",
    "chat",
    "understand",
    "prompt",
    "tco",
    "prices",
    "verify",
    "evaluate",
    "run",
    "web",
    "worker",
    "jobs",
    "feedback",
    "audit",
    "check",
    "manifest",
)
BAD_INPUT = 2
DEPENDENCY_FAILED = 3
INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of all subcommands; nothing heavy is imported for it."""
    parser = argparse.ArgumentParser(
        prog="ai-strategy",
        description="Board-ready plans to move from closed LLM APIs to open models, with computed figures.",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"bot.commands.{name}")
        module.add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> None:
    """Run the command and exit: 0 done, 2 bad input, 3 a dependency failed."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # both are text streams
    words = sys.argv[1:] if argv is None else argv
    variables = os.environ if environ is None else environ
    args = argparse.Namespace(lang=_asked_language(words))
    try:
        args = build_parser().parse_args(words)
        status = _run(args, variables)
    except BotError as error:
        sys.stderr.write(_sentence(error, args, variables) + "\n")
        status = BAD_INPUT if isinstance(error, UserError) else DEPENDENCY_FAILED
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing is left to say, and flushing again would only complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        status = INTERRUPTED
    sys.exit(status)


def _asked_language(words: Sequence[str]) -> str | None:
    """Return the language named among the words, for what is wrong with the words themselves."""
    for place, word in enumerate(words):
        option, _, told = word.partition("=")
        if option in ("--lang", "--language"):
            return told or next(iter(words[place + 1 :]), None)
    return None


def _run(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from bot.settings import read_settings

    settings = read_settings(environ)
    module = importlib.import_module(f"bot.commands.{args.command}")
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        return cast("int", runner.run(module.run(args, settings)))


def _new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop, the faster one where the system has it."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _sentence(error: BotError, args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from bot.services.texts import load_texts

    wanted = getattr(args, "lang", None) or environ.get("DEFAULT_LANGUAGE")
    language: Language = cast("Language", wanted) if wanted in LANGUAGES else "es"
    return load_texts().say(error.text, language, **error.params)


if __name__ == "__main__":
    main()
