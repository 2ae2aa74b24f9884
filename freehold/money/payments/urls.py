"""Addresses of what comes in."""

from __future__ import annotations

from django.urls import path

from freehold.money.payments import views

app_name = "payments"

urlpatterns = [
    path("money/billing", views.billing, name="billing"),
    path("money/cards/new", views.new_card, name="new_card"),
    path("money/cards/<uuid:method_id>/prefer", views.prefer_card, name="prefer_card"),
    path("money/cards/<uuid:method_id>/remove", views.remove_card, name="remove_card"),
    path("money/charges/<uuid:charge_id>", views.charge, name="charge"),
    path("money/charges/<uuid:charge_id>/confirm", views.confirm, name="confirm"),
]
