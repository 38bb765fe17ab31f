"""Importing the dossiers of applications into the registration center's own store."""

from datetime import UTC, datetime
from pathlib import Path

from ledger.app import App
from ledger.certificate.dossier import Dossier, check_fields, check_root
from ledger.cli.output import note
from ledger.errors import Contradicted, Rejected
from ledger.registration.dossiers import DossierFolder, one_dossier
from ledger.registration.filing import Step


def import_dossiers(
    app: App, steps: tuple[Step, ...], file: Path | None, folder: Path | None, *, required: bool
) -> None:
    """Imports the dossier of each application, after every leaf of it was compared with the chain.

    Raises Contradicted when a dossier is not that of the application, Rejected when one is missing.
    """
    if file is not None and len(steps) != 1:
        raise Rejected("--dossier is for one application: name the folder of several with --dossiers")
    own = DossierFolder(folder) if folder is not None else None
    given = one_dossier(file) if file is not None else None
    found: list[tuple[str, int, Dossier]] = []
    missing: list[str] = []
    for step in steps:
        drawn = app.registry.version(step.number, step.version)
        dossier = given or (own.with_root(drawn.certificate_root) if own else None)
        dossier = dossier or app.dossiers.with_root(drawn.certificate_root)
        if dossier is None:
            missing.append(step.number)
            continue
        if dossier.origin != app.deployment.origin:
            raise Contradicted("origin", f"the dossier of {step.number} is of another ledger")
        if dossier.root != drawn.certificate_root:
            # Says which field it is, which the root alone cannot.
            check_fields(dossier, app.registry.sent_fields(step.number, step.version))
        check_root(dossier, drawn.certificate_root, drawn.field_count)
        found.append((step.number, step.version, dossier))
    if missing and required:
        named = ", ".join(missing[:10]) + ("…" if len(missing) > 10 else "")
        raise Rejected(
            f"no dossier of {named} ({len(missing)}): give it with --dossier or --dossiers, or accept --without-dossier"
        )
    fresh = app.dossiers.keep(found, datetime.now(UTC))
    if found:
        note(
            f"{len(found)} dossiers agree with the chain leaf by leaf; {fresh} imported into the center's own store",
            f"{len(found)} 份卷宗逐项与链上一致，其中 {fresh} 份新导入登记机构自有库",
        )
