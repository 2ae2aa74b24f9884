"""Every address: each app's own, then the frame around them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.staticfiles.views import serve as serve_found
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

from freehold.config.apps import exists, our_apps


def static_file(request, path):  # type: ignore[no-untyped-def]
    """Serve a file where no server in front does: from its app while developing, else as collected."""
    if settings.FREEHOLD_MODE in ("test", "development"):
        return serve_found(request, path, insecure=True)
    return serve(request, path, document_root=str(settings.STATIC_ROOT))


urlpatterns: list[URLPattern | URLResolver] = [re_path(r"^static/(?P<path>.+)$", static_file)]
urlpatterns += [path("", include(f"{app}.urls")) for app in our_apps() if exists(f"{app}.urls")]

if exists("freehold.web.views"):
    handler400 = "freehold.web.views.bad_request"
    handler403 = "freehold.web.views.forbidden"
    handler404 = "freehold.web.views.not_found"
    handler500 = "freehold.web.views.broken"
