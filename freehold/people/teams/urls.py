from django.urls import path

from freehold.people.teams import views

app_name = "teams"
urlpatterns = [
    path("confirm/<str:token>", views.confirm, name="confirm"),
    path("welcome", views.welcome, name="welcome"),
    path("settings/company", views.company, name="company"),
    path("settings/company/billing", views.billing, name="billing"),
    path("settings/sides", views.sides, name="sides"),
    path("settings/sides/freelancer", views.add_freelancer, name="add_freelancer"),
    path("settings/sides/company", views.add_company, name="add_company"),
    path("settings/sides/<uuid:party_id>/members/remove", views.remove_members, name="remove_members"),
    path("switch/<uuid:party_id>", views.switch, name="switch"),
]
