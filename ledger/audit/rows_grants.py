"""Rows of grants and of the registrations that speak for entries."""

from collections.abc import Callable, Iterator
from typing import Any

from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.row import Hashed, digest_or_none, instant, organization_of, span
from ledger.model.grant import Approval, Basis, Stage, Status

Row = tuple[str, dict[str, Any]]
"""A table, and the values of a row that never ends."""


def _grant(book: Book, act: Act, number: int) -> dict[str, Any]:
    grant = book.grants[number]
    return {
        "from_index": act.index,
        "grant": number,
        "planned_index": grant.planned_index,
        "grantor": code_text(grant.grantor),
        "kind": grant.kind.name,
        "mode": grant.mode.name if grant.mode else None,
        "parent": grant.parent or None,
        "depth": grant.depth,
        "implementer": code_text(grant.implementer),
        "grantee": code_text(grant.grantee),
        "versions": len(grant.versions),
        "current": grant.current or None,
        "status": grant.status.name if grant.status else None,
        "status_since": grant.status_since or None,
        "suspended_by_authority": grant.suspended_by_authority,
        "valid_from": instant(grant.valid_from) if grant.current else None,
        "valid_until": instant(grant.valid_until) if grant.current else None,
        "title": grant.title,
        "reason": digest_or_none(act.reason),
        "organization": code_text(act["organization"]),
        "account": act.account,
        **span(act),
    }


def _version(book: Book, act: Act, key: tuple[int, int]) -> dict[str, Any]:
    drawn = book.grants[key[0]].versions[key[1] - 1]
    terms = drawn.terms
    return {
        "from_index": act.index,
        "version": drawn.version,
        "grant": drawn.grant,
        "planned_index": drawn.planned_index,
        "basis": drawn.basis.name,
        "stage": drawn.stage.name,
        "open": drawn.open,
        "required": drawn.required,
        "taken": drawn.taken,
        "consents_missing": drawn.consents_missing,
        "agreement": digest_or_none(drawn.agreement),
        "scope_of": drawn.scope_of,
        "scope_count": drawn.scope_count,
        "scope_digest": digest_or_none(drawn.scope_digest),
        "held_count": drawn.held_count,
        "start": instant(terms.start),
        "end": instant(terms.end),
        "area": terms.area,
        "level": terms.level,
        "export_level": terms.export_level,
        "purposes": terms.purposes,
        "delegations": terms.delegations,
        "title": drawn.title,
        "content_digest": drawn.content_digest,
        "malformed": drawn.malformed,
        "account": act.account,
        **span(act),
    }


def appended(book: Book, act: Act) -> Iterator[Row]:
    """The rows that an act adds once and for all."""
    if act.event == "GrantPlanned":
        yield "grant_content", _content(book, act)
        yield _step(book, act, "PLANNED", Basis(act["basis"]).name)
    elif act.event in ("GrantScoped", "GrantProvidersScoped"):
        listed = act.fields.get("entries", act.fields.get("providers", ()))
        yield from _scope(book, act, listed)
        yield _step(book, act, "SCOPED", str(len(listed)))
    elif act.event == "GrantApproved":
        yield "grant_approval", _approval(act)
        yield _step(book, act, "APPROVED", Approval(act["approval"]).name)
        if act["entered"]:
            yield _record(book, act)
    elif act.event in ("GrantRefused", "GrantWithdrawn"):
        refused = act.event == "GrantRefused"
        stage = Stage.REFUSED if refused else Stage.WITHDRAWN
        yield _step(book, act, stage.name, Approval(act["approval"]).name if refused else None)
    elif act.event == "GrantSettled":
        yield _step(book, act, "SETTLED", str(len(act["entries"])))
    else:
        status = Status(act["status"])
        yield _record(book, act)
        yield _step(book, act, "RESUMED" if status is Status.ACTIVE else status.name, None)


def speaker(act: Act, key: tuple[bytes, bytes]) -> dict[str, Any]:
    """From an issue on, a registration speaks for an entry."""
    id, number = key
    return {
        "act_index": act.index,
        "entry_id": id,
        "number": code_text(number),
        "time": act.time,
        "block_number": act.block,
    }


def _content(book: Book, act: Act) -> dict[str, Any]:
    drawn = book.grants[act["grant"]].versions[-1]
    return {
        "act_index": act.index,
        "grant": drawn.grant,
        "version": drawn.version,
        "content": Hashed(drawn.content_digest),
        "content_digest": drawn.content_digest,
        "malformed": drawn.malformed,
    }


def _scope(book: Book, act: Act, listed: list[dict[str, Any]]) -> Iterator[Row]:
    drawn = book.grants[act["grant"]].versions[act["version"] - 1]
    for position, one in enumerate(listed, drawn.scope_count - len(listed)):
        id = one.get("entry")
        entry = book.entries.get(id) if id is not None else None
        yield (
            "grant_scope",
            {
                "act_index": act.index,
                "position": position,
                "grant": drawn.grant,
                "version": drawn.version,
                "provider": code_text(entry.provider if entry else one["provider"]),
                "entry_id": id,
                "entry_version": one.get("version"),
                "operations": one["operations"],
                "items": one.get("items"),
                "level": one.get("level"),
                "time": act.time,
                "block_number": act.block,
            },
        )


def _approval(act: Act) -> dict[str, Any]:
    return {
        "act_index": act.index,
        "grant": act["grant"],
        "version": act["version"],
        "approval": Approval(act["approval"]).name,
        "provider": code_text(act["provider"]),
        "document": digest_or_none(act["document"]),
        "date": act["date"] or None,
        "scope_count": act["scopeCount"],
        "scope_digest": digest_or_none(act["scopeDigest"]),
        "entered": act["entered"],
        "valid_from": instant(act["from"]) if act["entered"] else None,
        "organization": code_text(act["organization"]),
        "account": act.account,
        "time": act.time,
        "block_number": act.block,
    }


def _record(book: Book, act: Act) -> Row:
    record = book.grants[act["grant"]].records[-1]
    return (
        "grant_record",
        {
            "act_index": act.index,
            "grant": act["grant"],
            "version": record.version,
            "status": record.status.name,
            "time": record.time,
            "valid_from": instant(record.valid_from),
            "valid_until": instant(record.valid_until),
            "block_number": act.block,
        },
    )


def _step(book: Book, act: Act, step: str, detail: str | None) -> Row:
    stated = act.fields.get("organization")
    return (
        "grant_step",
        {
            "act_index": act.index,
            "grant": act["grant"],
            "version": act["version"],
            "step": step,
            "detail": detail,
            "organization": organization_of(book, act) if stated is None else code_text(stated),
            "account": act.account,
            "time": act.time,
            "reason": digest_or_none(act.reason),
            "block_number": act.block,
        },
    )


ROWS: dict[str, Callable[[Book, Act, Any], dict[str, Any]]] = {"grant": _grant, "grant_version": _version}
