from django.urls import path

from freehold.market.proposals.views import client, worker

app_name = "proposals"
urlpatterns = [
    path("jobs/<uuid:post_id>/apply", worker.apply, name="apply"),
    path("jobs/<uuid:post_id>/apply/fee", worker.fee, name="fee"),
    path("jobs/<uuid:post_id>/apply/save", worker.save, name="save"),
    path("jobs/<uuid:post_id>/proposals", client.candidates, name="candidates"),
    path("proposals", worker.mine, name="mine"),
    path("proposals/<uuid:proposal_id>", client.detail, name="detail"),
    path("proposals/<uuid:proposal_id>/open", client.open_proposal, name="open"),
    path("proposals/<uuid:proposal_id>/edit", worker.edit, name="edit"),
    path("proposals/<uuid:proposal_id>/delete", worker.delete, name="delete"),
    path("proposals/<uuid:proposal_id>/withdraw", worker.withdraw, name="withdraw"),
    path("proposals/<uuid:proposal_id>/decline", client.decline, name="decline"),
    path("proposals/<uuid:proposal_id>/rate", client.rate, name="rate"),
    path("proposals/<uuid:proposal_id>/files/<uuid:file_id>/remove", worker.remove_file, name="remove-file"),
    path("proposals/<uuid:proposal_id>/mark/<slug:what>", client.mark, name="mark"),
]
