from django.urls import path

from freehold.market.taxonomy import views

app_name = "taxonomy"
urlpatterns = [path("skills/suggest", views.suggest, name="suggest")]
