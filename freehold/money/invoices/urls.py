"""Addresses of papers."""

from __future__ import annotations

from django.urls import path

from freehold.money.invoices import views

app_name = "invoices"

urlpatterns = [
    path("money/documents", views.documents, name="documents"),
    path("money/documents/<uuid:document_id>", views.document, name="document"),
    path("money/documents/<uuid:document_id>.pdf", views.pdf, name="pdf"),
]
