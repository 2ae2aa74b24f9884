"""Addresses of leaving."""

from django.urls import path

from freehold.trust.closure import views

app_name = "closure"
urlpatterns = [
    path("settings/account/leaving", views.leaving, name="leaving"),
    path("settings/account/close", views.close, name="close"),
    path("settings/account/close/settle", views.settle, name="settle"),
    path("settings/account/close/confirm", views.confirm, name="confirm"),
    path("settings/account/closing", views.closing, name="closing"),
    path("settings/account/closing/cancel", views.cancel, name="cancel"),
    path("settings/account/export", views.export, name="export"),
    path("closed", views.closed, name="closed"),
    path("closed/link", views.send_link, name="send_link"),
    path("closed/why", views.why, name="why"),
    path("reopen/<str:token>", views.reopen, name="reopen"),
    path("goodbye", views.goodbye, name="goodbye"),
    path("receipts/verify", views.verify, name="verify"),
    path("receipts/keys.json", views.keys, name="keys"),
    path("privacy/data", views.privacy_data, name="data"),
]
