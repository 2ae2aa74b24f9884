from django.urls import path

from freehold.talk.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices", views.notices, name="list"),
    path("notices/read", views.read_all, name="read_all"),
    path("notices/<uuid:notice_id>", views.open_notice, name="open"),
    path("dev/mail", views.mails, name="mails"),
    path("dev/mail/<int:mail_id>", views.mail, name="mail"),
    path("dev/mail/<int:mail_id>/html", views.mail_html, name="mail_html"),
]
