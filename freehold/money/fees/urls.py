"""Addresses of the fees."""

from django.urls import path

from freehold.money.fees import views

app_name = "fees"
urlpatterns = [path("fees", views.fees, name="fees")]
