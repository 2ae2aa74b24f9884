from django.urls import path

from freehold.market.proposals import views

app_name = "proposals"
urlpatterns = [
    path("jobs/<uuid:post_id>/apply", views.apply, name="apply"),
    path("jobs/<uuid:post_id>/apply/fee", views.fee, name="fee"),
    path("jobs/<uuid:post_id>/apply/save", views.save, name="save"),
    path("jobs/<uuid:post_id>/proposals", views.candidates, name="candidates"),
    path("proposals", views.mine, name="mine"),
    path("proposals/<uuid:proposal_id>", views.detail, name="detail"),
    path("proposals/<uuid:proposal_id>/open", views.open_proposal, name="open"),
    path("proposals/<uuid:proposal_id>/edit", views.edit, name="edit"),
    path("proposals/<uuid:proposal_id>/delete", views.delete, name="delete"),
    path("proposals/<uuid:proposal_id>/withdraw", views.withdraw, name="withdraw"),
    path("proposals/<uuid:proposal_id>/decline", views.decline, name="decline"),
    path("proposals/<uuid:proposal_id>/rate", views.rate, name="rate"),
    path("proposals/<uuid:proposal_id>/files/<uuid:file_id>/remove", views.remove_file, name="remove-file"),
    path("proposals/<uuid:proposal_id>/mark/<slug:what>", views.mark, name="mark"),
]
