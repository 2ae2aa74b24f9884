from django.urls import path

from freehold.web import home, landing, reading, views

app_name = "web"

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("home", home.home, name="home"),
    path("kit", reading.kit, name="kit"),
    path("rules", reading.rules, name="rules"),
    path("accessibility", reading.accessibility, name="accessibility"),
    path("privacy", reading.privacy, name="privacy"),
    path("menu", views.menu, name="menu"),
    path("notices/count", views.notices_count, name="notices_count"),
    path("theme", views.theme, name="theme"),
    path("robots.txt", views.robots, name="robots"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.favicon, name="favicon"),
]
