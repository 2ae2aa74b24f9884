"""Addresses of offers."""

from __future__ import annotations

from django.urls import path

from freehold.work.offers import views

app_name = "offers"

_O = "offers/<uuid:offer_id>"

urlpatterns = [
    path("proposals/<uuid:proposal_id>/offer", views.new, name="new"),
    path("offers", views.mine, name="mine"),
    path(_O, views.detail, name="detail"),
    path(f"{_O}/send", views.send, name="send"),
    path(f"{_O}/revise", views.revise, name="revise"),
    path(f"{_O}/accept", views.accept, name="accept"),
    path(f"{_O}/decline", views.decline, name="decline"),
    path(f"{_O}/withdraw", views.withdraw, name="withdraw"),
]
