"""Jobs, schools and pieces of work: a page to add or change one, a button to take it out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from freehold.kit.refusals import NotFound
from freehold.market.profiles import actions, queries
from freehold.market.profiles.forms import CaptionForm, JobForm, PieceForm, SchoolForm
from freehold.market.profiles.queries import OwnProfile, Station
from freehold.market.profiles.views.hub import answer, both, mine, sent
from freehold.talk.files import actions as files


def _station(rows: tuple[Station, ...], station_id: UUID) -> Station:
    for one in rows:
        if one.station_id == station_id:
            return one
    raise NotFound()


@mine
@both
def add_job(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    form = JobForm(*sent(request))

    def save() -> None:
        actions.add_employment(actor=request.actor, profile_id=own.profile_id, at=request.at, **form.cleaned_data)

    return answer(request, own, form, save, "profiles/station.html", kind="job", station=None)


@mine
@both
def edit_job(request: HttpRequest, own: OwnProfile, station_id: UUID) -> HttpResponse:
    station = _station(own.public.employment, station_id)
    form = JobForm(*sent(request), initial=_start(station, "title", "organization"))

    def save() -> None:
        actions.edit_employment(
            actor=request.actor, profile_id=own.profile_id, employment_id=station_id, at=request.at, **form.cleaned_data
        )

    return answer(request, own, form, save, "profiles/station.html", kind="job", station=station)


@mine
@require_POST
def remove_job(request: HttpRequest, own: OwnProfile, station_id: UUID) -> HttpResponse:
    actions.remove_employment(actor=request.actor, profile_id=own.profile_id, employment_id=station_id, at=request.at)
    return HttpResponseRedirect(reverse("profiles:edit"))


@mine
@both
def add_school(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    form = SchoolForm(*sent(request))

    def save() -> None:
        actions.add_education(actor=request.actor, profile_id=own.profile_id, at=request.at, **form.cleaned_data)

    return answer(request, own, form, save, "profiles/station.html", kind="school", station=None)


@mine
@both
def edit_school(request: HttpRequest, own: OwnProfile, station_id: UUID) -> HttpResponse:
    station = _station(own.public.education, station_id)
    form = SchoolForm(*sent(request), initial=_start(station, "degree", "school"))

    def save() -> None:
        actions.edit_education(
            actor=request.actor, profile_id=own.profile_id, education_id=station_id, at=request.at, **form.cleaned_data
        )

    return answer(request, own, form, save, "profiles/station.html", kind="school", station=station)


@mine
@require_POST
def remove_school(request: HttpRequest, own: OwnProfile, station_id: UUID) -> HttpResponse:
    actions.remove_education(actor=request.actor, profile_id=own.profile_id, education_id=station_id, at=request.at)
    return HttpResponseRedirect(reverse("profiles:edit"))


def _start(station: Station, what: str, where: str) -> dict[str, Any]:
    return {
        what: station.what,
        where: station.where,
        "place": station.place,
        "began_on": station.began_on,
        "ended_on": station.ended_on,
        "text": station.text,
    }


# --- pieces of work -------------------------------------------------------------------------------


def _stored(request: HttpRequest, form: PieceForm) -> dict[str, Any]:
    """Take the uploads first; what the form says goes on with their ids."""
    said = dict(form.cleaned_data)
    uploads = said.pop("files")
    taken = [files.store(actor=request.actor, upload=one, purpose="portfolio", at=request.at).pk for one in uploads]
    return {**said, "file_ids": taken}


@mine
@both
def add_piece(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    form = PieceForm(*sent(request, files=True))

    def save() -> None:
        actions.add_portfolio_item(
            actor=request.actor, profile_id=own.profile_id, at=request.at, **_stored(request, form)
        )

    return answer(request, own, form, save, "profiles/piece.html", piece=None, to=_after())


@mine
@both
def edit_piece(request: HttpRequest, own: OwnProfile, item_id: UUID) -> HttpResponse:
    piece = queries.piece(request.actor, item_id)
    start = {"title": piece.title, "role": piece.role, "text": piece.text, "done_on": piece.done_on}
    form = PieceForm(*sent(request, files=True), initial=start)

    def save() -> None:
        actions.edit_portfolio_item(
            actor=request.actor, profile_id=own.profile_id, item_id=item_id, at=request.at, **_stored(request, form)
        )

    here = reverse("profiles:edit_piece", kwargs={"item_id": item_id})
    return answer(request, own, form, save, "profiles/piece.html", piece=piece, to=here if request.FILES else _after())


def _after() -> str:
    return reverse("profiles:edit") + "#portfolio"


@mine
@require_POST
def remove_piece(request: HttpRequest, own: OwnProfile, item_id: UUID) -> HttpResponse:
    actions.remove_portfolio_item(actor=request.actor, profile_id=own.profile_id, item_id=item_id, at=request.at)
    return HttpResponseRedirect(_after())


@mine
@require_POST
def move_piece(request: HttpRequest, own: OwnProfile, item_id: UUID) -> HttpResponse:
    actions.move_portfolio_item(actor=request.actor, profile_id=own.profile_id, item_id=item_id, at=request.at)
    return HttpResponseRedirect(_after())


@mine
@both
def caption(request: HttpRequest, own: OwnProfile, item_id: UUID, file_id: UUID) -> HttpResponse:
    piece = queries.piece(request.actor, item_id)
    shown = next((f for f in piece.files if f.file_id == file_id), None)
    if shown is None:
        raise NotFound()
    form = CaptionForm(*sent(request), initial={"caption": shown.caption})

    def save() -> None:
        actions.caption_portfolio_file(
            actor=request.actor, profile_id=own.profile_id, item_id=item_id, file_id=file_id,
            caption=form.cleaned_data["caption"], at=request.at,
        )  # fmt: skip

    here = reverse("profiles:edit_piece", kwargs={"item_id": item_id})
    return answer(request, own, form, save, "profiles/caption.html", piece=piece, file=shown, to=here, done=_("Saved."))


@mine
@require_POST
def drop_file(request: HttpRequest, own: OwnProfile, item_id: UUID, file_id: UUID) -> HttpResponse:
    actions.drop_portfolio_file(
        actor=request.actor, profile_id=own.profile_id, item_id=item_id, file_id=file_id, at=request.at
    )
    return HttpResponseRedirect(reverse("profiles:edit_piece", kwargs={"item_id": item_id}))
