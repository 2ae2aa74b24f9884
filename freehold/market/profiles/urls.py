from django.urls import path

from freehold.market.profiles.views import hub, lines, public

app_name = "profiles"
urlpatterns = [
    path("people", public.people, name="people"),
    path("people/<slug:handle>", public.person, name="person"),
    path("people/<slug:handle>/<uuid:item_id>", public.piece, name="public_piece"),
    path("profile", hub.edit, name="edit"),
    path("profile/basics", hub.basics, name="basics"),
    path("profile/skills", hub.skills, name="skills"),
    path("profile/rate", hub.rate, name="rate"),
    path("profile/rate/preview", hub.rate_preview, name="rate_preview"),
    path("profile/languages", hub.languages, name="languages"),
    path("profile/availability", hub.availability, name="availability"),
    path("profile/visibility", hub.visibility, name="visibility"),
    path("profile/publish", hub.publish, name="publish"),
    path("profile/hide", hub.hide, name="hide"),
    path("profile/show", hub.show, name="show"),
    path("profile/jobs/new", lines.add_job, name="add_job"),
    path("profile/jobs/<uuid:station_id>", lines.edit_job, name="edit_job"),
    path("profile/jobs/<uuid:station_id>/remove", lines.remove_job, name="remove_job"),
    path("profile/schools/new", lines.add_school, name="add_school"),
    path("profile/schools/<uuid:station_id>", lines.edit_school, name="edit_school"),
    path("profile/schools/<uuid:station_id>/remove", lines.remove_school, name="remove_school"),
    path("profile/portfolio/new", lines.add_piece, name="add_piece"),
    path("profile/portfolio/<uuid:item_id>", lines.edit_piece, name="edit_piece"),
    path("profile/portfolio/<uuid:item_id>/remove", lines.remove_piece, name="remove_piece"),
    path("profile/portfolio/<uuid:item_id>/earlier", lines.move_piece, name="move_piece"),
    path("profile/portfolio/<uuid:item_id>/files/<uuid:file_id>", lines.caption, name="caption"),
    path("profile/portfolio/<uuid:item_id>/files/<uuid:file_id>/remove", lines.drop_file, name="drop_file"),
]
