"""Settings: one frozen object, read from the environment once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. Every field has an environment variable of its own, named in `from_environment`."""

    rpc_url: str
    """JSON-RPC address of a node, or of several, separated by blanks; `MULU_RPC_URL`."""
    database_url: str
    """SQLAlchemy URL of the mirror; `MULU_DATABASE_URL`."""
    deployment: Path
    """File that `mulu deploy` writes: addresses, origin, genesis hash, code hashes; `MULU_DEPLOYMENT`."""
    trust: Path
    """Trust file of the verifier; `MULU_TRUST`."""
    keystore: Path
    """Directory of version 3 key files; `MULU_KEYSTORE`."""
    password_file: Path | None
    """File with the password of the keys; without it the password is asked for; `MULU_PASSWORD_FILE`."""
    signer_url: str | None
    """JSON-RPC address of the external signer that holds accounts which have no key file; `MULU_SIGNER_URL`."""
    font: Path | None
    """TrueType or OpenType file that certificates are printed with; `MULU_FONT`."""
    dossier_url: str
    """SQLAlchemy URL of the registration center's store of withheld values; `MULU_DOSSIER_URL`."""
    log_key_file: Path
    """File of the key that signs the journal's checkpoints; `MULU_LOG_KEY_FILE`."""
    suppression_file: Path
    """File of what the operator suppresses, outside the mirror; `MULU_SUPPRESSION_FILE`."""
    public_url: str
    """Where the public reaches the API, for the code on certificates; `MULU_PUBLIC_URL`."""

    log: str
    """How services log: `text` or `json`; `MULU_LOG`."""

    finality: str
    """How settled an act must be to be final: `depth:N`; `MULU_FINALITY`."""

    @property
    def home(self) -> Path:
        """Directory for what belongs to this deployment on this machine."""
        return self.deployment.parent


def is_chinese(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether messages are Chinese, by the usual locale variables."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return value.lower().startswith("zh")
    return False


def environment_of_programs(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a program that this one starts: settings can hold passwords and are not its business."""
    return {name: value for name, value in environment.items() if not name.startswith("MULU_")}


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; what is not set lies in `.mulu` below the working directory."""
    home = Path(".mulu")
    password_file = environment.get("MULU_PASSWORD_FILE")
    font = environment.get("MULU_FONT")
    return Settings(
        rpc_url=environment.get("MULU_RPC_URL", "http://127.0.0.1:8545"),
        database_url=environment.get("MULU_DATABASE_URL", f"sqlite:///{home / 'mirror.db'}"),
        deployment=Path(environment.get("MULU_DEPLOYMENT", home / "deployment.json")),
        trust=Path(environment.get("MULU_TRUST", home / "trust.json")),
        keystore=Path(environment.get("MULU_KEYSTORE", home / "keystore")),
        password_file=Path(password_file) if password_file else None,
        signer_url=environment.get("MULU_SIGNER_URL") or None,
        font=Path(font) if font else None,
        dossier_url=environment.get("MULU_DOSSIER_URL", f"sqlite:///{home / 'dossiers.db'}"),
        log_key_file=Path(environment.get("MULU_LOG_KEY_FILE", home / "log.key")),
        suppression_file=Path(environment.get("MULU_SUPPRESSION_FILE", home / "suppression.jsonl")),
        public_url=environment.get("MULU_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        log=environment.get("MULU_LOG", "text"),
        finality=environment.get("MULU_FINALITY", "depth:0"),
    )
