"""Addresses of the wallet and of payouts."""

from __future__ import annotations

from django.urls import path

from freehold.money.payouts import views

app_name = "payouts"

urlpatterns = [
    path("money", views.wallet, name="wallet"),
    path("money/payout", views.request, name="request"),
    path("money/payouts/<uuid:payout_id>", views.payout, name="payout"),
    path("money/payouts/<uuid:payout_id>/cancel", views.cancel, name="cancel"),
    path("money/payout-methods", views.methods, name="methods"),
    path("money/payout-methods/new", views.add_method, name="add_method"),
    path("money/payout-methods/<uuid:method_id>/remove", views.remove_method, name="remove_method"),
]
