"""Addresses of the portal that have to do with registrations."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, field_validator
from starlette.responses import RedirectResponse, Response

from ledger.errors import Malformed, NotFound
from ledger.indexer.registration_rows import RegistrationRow
from ledger.model.registration_number import require_number
from ledger.store.objection_queries import ObjectionFilter
from registry_api import registration_wire as wire
from registry_api.portal import frame, registration_listing
from registry_api.portal.certificate_page import certificate_content, lookup_content, unknown_content
from registry_api.portal.forgiving import Forgiving
from registry_api.portal.markup import element
from registry_api.portal.registration_page import registration_content
from registry_api.portal.registration_view import title_of
from registry_api.reading import Reader, Reading
from registry_api.registration_parameters import (
    CertificateQuery,
    NoticesQuery,
    NumberPath,
    RegistrationQuery,
    RegistrationsQuery,
    parse_notice,
)
from registry_api.routes.certificates import find_issued, status_act
from registry_api.routes.registrations import find_registration, registration_filter

PAGE: Final = 20
_OBJECTIONS: Final = 100
_LOCAL: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)
_MINUTES: Final = len("2026-05-01T12:00")


class ListQuery(Forgiving, RegistrationsQuery):
    """What the list is asked."""

    model_config = ConfigDict(extra="ignore")


class OneQuery(Forgiving, RegistrationQuery):
    """What the page of a registration is asked."""

    model_config = ConfigDict(extra="ignore")


class NoticeQuery(Forgiving, NoticesQuery):
    """What the page of notices is asked."""

    model_config = ConfigDict(extra="ignore")


class StatusQuery(Forgiving, CertificateQuery):
    """What the page of a certificate is asked. A form's time has no offset: it is a local one."""

    model_config = ConfigDict(extra="ignore")

    @field_validator("as_of", mode="before")
    @classmethod
    def _local(cls, given: object) -> object:
        if isinstance(given, str) and _LOCAL.fullmatch(given):
            return f"{given}:00+08:00" if len(given) == _MINUTES else f"{given}+08:00"
        return given


def make_router(reader: Reader) -> APIRouter:
    """The pages."""
    router = APIRouter(default_response_class=Response)

    @router.get("/registrations")
    async def list_page(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
        who = frame.reader_of(request)
        # What was superseded is found by its status; the list is of what stands.
        current = None if query.status or query.stage else True
        shown = query.model_copy(update={"limit": PAGE, "current": current})
        wanted = registration_filter(shown)

        def make(reading: Reading) -> Response:
            rows = reading.view.registrations(wanted, reading.clock, reading.at, query.after, PAGE + 1)
            count = reading.view.count_registrations(wanted, reading.clock, reading.at, registration_listing.COUNTED)
            by = wire.judged(reading, rows)
            results = registration_listing.results(who, shown, rows, by, count, reading.moment)
            return frame.page(
                who,
                query.q or who("登记", "Registrations"),
                element("div", registration_listing.search_form(who, shown), class_="hero"),
                element(
                    "div",
                    registration_listing.filters(who, shown),
                    element("div", results, class_="results"),
                    class_="listing",
                ),
                moment=reading.moment,
            )

        return await reader.in_thread(lambda: reader.read(query.moment, make, query.asked))

    @router.get("/registrations/{number}")
    async def registration_page(request: Request, number: NumberPath, query: Annotated[OneQuery, Query()]) -> Response:
        who = frame.reader_of(request)

        def make(reading: Reading) -> Response:
            view, at = reading.view, reading.at
            row = find_registration(reading, number, query.version)
            versions = view.registration_versions(number, at)
            steps = view.registration_steps(number, row.version, at)
            objections = view.objections(ObjectionFilter(registration=number), at, None, _OBJECTIONS)
            by = wire.judged(reading, [row, *versions], objections, steps)
            final_block = reading.position.final_block
            content = registration_content(
                who,
                row,
                versions,
                view.registration_content(row),
                steps,
                objections,
                _entries(who, reading, row),
                by,
                final_block is not None and row.from_block <= final_block,
            )
            return frame.page(who, title_of(who, row), content, moment=reading.moment)

        return await reader.in_thread(lambda: reader.read(query.moment, make, query.asked))

    @router.get("/notices")
    async def notices_page(request: Request, query: Annotated[NoticeQuery, Query()]) -> Response:
        who = frame.reader_of(request)

        def make(reading: Reading) -> Response:
            after = parse_notice(query.after) if query.after else None
            rows = reading.view.notices(reading.clock, query.registrar, reading.at, after, PAGE + 1)
            by = wire.judged(reading, rows)
            content = registration_listing.notices_content(who, rows, by, PAGE, reading.moment)
            return frame.page(who, who("公示", "Public notices"), content, moment=reading.moment)

        return await reader.in_thread(lambda: reader.read(query.moment, make, query.asked))

    @router.get("/certificates")
    async def lookup_page(request: Request, number: Annotated[str, Query(max_length=64)] = "") -> Response:
        who = frame.reader_of(request)
        wanted = "".join(number.split())
        if not wanted:
            return frame.page(who, who("查验凭证", "Check a certificate"), lookup_content(who))

        def make(reading: Reading) -> RegistrationRow | None:
            return reading.view.registration_of_code(wanted, reading.at)

        row = await reader.in_thread(lambda: reader.read(None, make))
        found = row.number if row is not None else wanted.upper()
        if not found.isascii() or not found.isalnum():
            return _unknown(who, found, None)
        return RedirectResponse(who.href(f"/certificates/{found}"), 303)

    @router.get("/certificates/{number}")
    async def certificate_page(request: Request, number: str, query: Annotated[StatusQuery, Query()]) -> Response:
        who = frame.reader_of(request)
        for_people = "text/html" in request.headers.get("accept", "")
        try:
            require_number(number, "registration number")
        except Malformed as error:
            if for_people:
                return _unknown(who, number, None)
            raise NotFound(str(error)) from error

        def make(reading: Reading) -> Response:
            try:
                row = find_issued(reading, number, query.version)
            except NotFound:
                if for_people:
                    return _unknown(who, number, reading)
                raise
            steps = reading.view.registration_steps(number, row.version, reading.at)
            by = wire.judged(reading, [row])
            # The code on a certificate names its version; whoever typed a number may hold another one.
            asked = query.version is not None
            versions = [] if asked else reading.view.registration_versions(number, reading.at)
            others = [one.version for one in versions if one.issued_time and one.version != row.version]
            act_index = status_act(reading, row)
            content = certificate_content(who, row, steps, by, reading.moment, act_index, query.as_of, others)
            return frame.page(who, who("登记凭证状态", "Certificate status"), content, moment=reading.moment)

        return await reader.in_thread(lambda: reader.read(query.moment, make, query.asked))

    return router


def _unknown(who: frame.Reader, number: str, reading: Reading | None) -> Response:
    """No such certificate, said so that nobody takes it for a fault of the page. `reading` None: no such number."""
    known = reading is not None and reading.view.registration(number, None, reading.at) is not None
    content = unknown_content(who, number, reading is None, known)
    moment = reading.moment if reading is not None else None
    return frame.page(who, who("登记凭证状态", "Certificate status"), content, moment=moment, status=404)


def _entries(who: frame.Reader, reading: Reading, row: RegistrationRow) -> list[tuple[str, str]]:
    """Address and title of each entry that a version registers."""
    found = []
    for id in row.entries:
        entry = reading.view.entry(bytes.fromhex(id[2:]), reading.at)
        if entry is not None:
            found.append((who.href(f"/entries/{id}"), entry.title or id))
    return found
