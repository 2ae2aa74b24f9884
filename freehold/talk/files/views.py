"""Pages of files: the bytes themselves, and one's own portrait."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from freehold.kit import pages
from freehold.kit.doors import safe_next, signed_in
from freehold.kit.refusals import Invalid, NotFound
from freehold.talk.files import actions, queries
from freehold.talk.files.forms import PhotoForm

#: what is shown in the page; everything else is a download
_INLINE = {"image/png", "image/jpeg", "image/webp", "image/gif"}
_MARKUP = {"text/html", "image/svg+xml", "text/xml", "application/xhtml+xml"}


@require_safe
def serve(request: HttpRequest, file_id: UUID, name: str) -> HttpResponse:
    file = queries.readable_by(request.actor, file_id)
    return _bytes(request, file.storage_name, file.media_type, file.name, f'"{file.sha256[:32]}"')


@require_safe
def thumb(request: HttpRequest, file_id: UUID) -> HttpResponse:
    file = queries.readable_by(request.actor, file_id)
    if not file.thumb_name:
        raise NotFound()
    return _bytes(request, file.thumb_name, "image/webp", "small.webp", f'"{file.sha256[:28]}-s"')


def _bytes(request: HttpRequest, stored: str, media_type: str, name: str, etag: str) -> HttpResponse:
    inline = media_type in _INLINE
    response: HttpResponse | FileResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        try:
            blob = default_storage.open(stored)
        except FileNotFoundError:
            raise NotFound() from None
        kind = "application/octet-stream" if media_type in _MARKUP else media_type
        kind += "; charset=utf-8" if kind.startswith("text/") else ""
        response = FileResponse(blob, as_attachment=not inline, filename=name, content_type=kind)
    response.headers["ETag"] = etag
    # Asked again each time, so that who lost sight of it does not keep it; small pictures stay a few minutes.
    response.headers["Cache-Control"] = "private, max-age=300" if inline else "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@signed_in
@require_http_methods(["GET", "POST"])
def photo(request: HttpRequest) -> HttpResponse:
    form = PhotoForm(request.POST or None, request.FILES or None) if request.method == "POST" else PhotoForm()
    if request.method == "POST" and form.is_valid():
        try:
            file = actions.store(actor=request.actor, upload=form.cleaned_data["photo"], purpose="photo", at=request.at)
            actions.change_photo(actor=request.actor, file_id=file.pk, at=request.at)
        except Invalid as refusal:
            form.add_error("photo", str(refusal))
        else:
            messages.success(request, _("Your picture is changed."))
            return HttpResponseRedirect(safe_next(request, request.POST.get("next", ""), "/settings/photo"))
    after = safe_next(request, request.POST.get("next") or request.GET.get("next") or "", "")
    me = request.user
    return pages.page(
        request,
        "files/photo.html",
        status=422 if form.errors else 200,
        form=form,
        next=after,
        thumb=queries.thumb_of(me.photo_id),
        seed=str(me.pk),
        name=me.name,
    )


@signed_in
@require_POST
def remove_photo(request: HttpRequest) -> HttpResponse:
    actions.remove_photo(actor=request.actor, at=request.at)
    messages.success(request, _("Your picture is gone; the drawn one stands in its place."))
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", ""), "/settings/photo"))
