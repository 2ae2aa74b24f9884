from django.urls import path

from freehold.market.credits import views

app_name = "credits"
urlpatterns = [path("credits", views.credits, name="mine")]
