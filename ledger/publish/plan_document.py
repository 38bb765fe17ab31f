"""A plan as plain values, for `--json` and for comparing."""

from typing import Any, Final

from ledger.model.ids import to_hex
from ledger.publish.plan import Action, Plan, PlannedPublication, PlannedRetirement
from ledger.publish.refusal import Refusal, RowWarning

FORMAT: Final = "mulu-plan/1"


def plan_to_json(plan: Plan, language: str = "en") -> dict[str, Any]:
    """The plan as JSON values; messages in `en` or `zh`. Contents are left out, differences are in."""
    confirmation = plan.confirmation
    return {
        "format": FORMAT,
        "file": plan.file,
        "source": plan.source,
        "submitter": plan.submitter,
        "fingerprint": to_hex(plan.fingerprint),
        "counts": counts(plan),
        "added": [_publication(planned) for planned in plan.of(Action.ADD)],
        "changed": [_publication(planned) for planned in plan.of(Action.CHANGE)],
        "republished": [_publication(planned) for planned in plan.of(Action.REPUBLISH)],
        "retired": [_retirement(planned) for planned in plan.retirements],
        "refused": [refusal_to_json(refusal, language) for refusal in plan.refusals],
        "warnings": [_warning(warning, language) for warning in plan.warnings],
        "notes": [getattr(note, language) for note in plan.notes],
        "confirmation": None
        if confirmation is None
        else {"retired": confirmation.retired_count, "active": confirmation.active_count},
    }


def counts(plan: Plan) -> dict[str, int]:
    """How many rows and entries each part of the plan has; `refused` counts rows."""
    return {
        "rows": plan.row_count,
        "added": len(plan.of(Action.ADD)),
        "changed": len(plan.of(Action.CHANGE)),
        "republished": len(plan.of(Action.REPUBLISH)),
        "retired": len(plan.retirements),
        "unchanged": plan.unchanged_count,
        "refused": len({refusal.row for refusal in plan.refusals}),
        "warnings": len(plan.warnings),
    }


def refusal_to_json(refusal: Refusal, language: str = "en") -> dict[str, Any]:
    """One refusal as JSON values."""
    return {
        "file": refusal.file,
        "row": refusal.row,
        "column": refusal.column,
        "value": refusal.value,
        "code": refusal.code,
        "why": getattr(refusal.why, language),
        "what_to_do": getattr(refusal.what_to_do, language),
    }


def _publication(planned: PlannedPublication) -> dict[str, Any]:
    publication = planned.publication
    return {
        "row": planned.row,
        "id": to_hex(publication.id),
        "provider": publication.provider,
        "provider_name": planned.provider_name,
        "local_code": publication.local_code,
        "title": planned.title,
        "version": publication.expected_version + 1,
        "replaces": to_hex(planned.replaces) if planned.replaces else None,
        "differences": [{"field": d.field, "before": d.before, "after": d.after} for d in planned.differences],
    }


def _retirement(planned: PlannedRetirement) -> dict[str, Any]:
    return {
        "id": to_hex(planned.retirement.id),
        "provider": planned.provider,
        "local_code": planned.local_code,
        "title": planned.title,
        "cause": str(planned.cause),
    }


def _warning(warning: RowWarning, language: str) -> dict[str, Any]:
    return {
        "file": warning.file,
        "row": warning.row,
        "column": warning.column,
        "code": warning.code,
        "message": getattr(warning.message, language),
    }
