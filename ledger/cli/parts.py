"""The commands and what they need: a command imports its own part only, so that it starts fast."""

from importlib import import_module
from typing import Any, Final

import typer

COMMANDS: Final = {
    "devnet": ("devnet",),
    "chain": ("deploy", "doctor"),
    "mirror": ("index", "serve", "status", "sentinel"),
    "proof": ("prove", "verify", "trust"),
}
"""Modules that add commands by themselves, and which."""
GROUPS: Final = {
    "proposal": "proposal",
    "policy": "policy",
    "org": "organization",
    "account": "account",
    "catalog": "catalog",
    "registration": "registration",
    "certificate": "certificate",
    "objection": "objection",
    "grant": "grant",
    "product": "product",
    "disclosure": "disclosure",
    "audit": "audit",
    "suppression": "suppression",
}
"""Groups of commands, and their modules."""


def add_parts(cli: typer.Typer, word: str | None) -> None:
    """Adds the part that has a command of this name; all of them when none has."""
    known = {word} & {*GROUPS, *(name for names in COMMANDS.values() for name in names)}
    for module, names in COMMANDS.items():
        if not known or word in names:
            _load(module).add_to(cli)
    for name, module in GROUPS.items():
        if not known or word == name:
            cli.add_typer(_load(module).cli, name=name)


def _load(module: str) -> Any:
    return import_module(f"ledger.cli.{module}")
