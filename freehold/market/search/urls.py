from django.urls import path

from freehold.market.search import views

app_name = "search"
urlpatterns = [path("jobs", views.jobs, name="jobs")]
