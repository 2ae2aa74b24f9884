from django.urls import path

from freehold.market.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/new", views.new, name="new"),
    path("jobs/mine", views.mine, name="mine"),
    path("jobs/<uuid:post_id>", views.detail, name="detail"),
    path("jobs/<uuid:post_id>.json", views.posting, name="posting"),
    path("jobs/<uuid:post_id>/edit", views.edit, name="edit"),
    path("jobs/<uuid:post_id>/save", views.save, name="save"),
    path("jobs/<uuid:post_id>/delete", views.delete, name="delete"),
    path("jobs/<uuid:post_id>/close", views.close, name="close"),
    path("jobs/<uuid:post_id>/reopen", views.reopen, name="reopen"),
    path("jobs/<uuid:post_id>/reuse", views.reuse, name="reuse"),
    path("jobs/<uuid:post_id>/files/<uuid:file_id>/remove", views.remove_file, name="remove-file"),
]
