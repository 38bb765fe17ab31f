"""The parts of the command line that need more than the verifier does."""

import typer

from ledger.cli import (
    account,
    audit,
    catalog,
    certificate,
    chain,
    devnet,
    disclosure,
    grant,
    mirror,
    objection,
    organization,
    policy,
    product,
    proof,
    proposal,
    registration,
)


def add_parts(cli: typer.Typer) -> None:
    """Adds every group of commands."""
    for part in (devnet, chain, mirror, proof):
        part.add_to(cli)
    cli.add_typer(proposal.cli, name="proposal")
    cli.add_typer(policy.cli, name="policy")
    cli.add_typer(organization.cli, name="org")
    cli.add_typer(account.cli, name="account")
    cli.add_typer(catalog.cli, name="catalog")
    cli.add_typer(registration.cli, name="registration")
    cli.add_typer(certificate.cli, name="certificate")
    cli.add_typer(objection.cli, name="objection")
    cli.add_typer(grant.cli, name="grant")
    cli.add_typer(product.cli, name="product")
    cli.add_typer(disclosure.cli, name="disclosure")
    cli.add_typer(audit.cli, name="audit")
