from django.urls import path

from freehold.talk.files import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:file_id>/thumb", views.thumb, name="thumb"),
    path("files/<uuid:file_id>/<str:name>", views.serve, name="serve"),
    path("settings/photo", views.photo, name="photo"),
    path("settings/photo/remove", views.remove_photo, name="remove_photo"),
]
