"""Addresses of feedback."""

from django.urls import path

from freehold.trust.feedback import views

app_name = "feedback"
urlpatterns = [
    path("contracts/<uuid:contract_id>/review", views.review, name="review"),
    path("contracts/<uuid:contract_id>/review/reply", views.reply, name="reply"),
]
