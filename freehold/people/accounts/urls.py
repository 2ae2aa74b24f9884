from django.urls import path

from freehold.people.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-up", views.sign_up, name="sign_up"),
    path("confirm", views.check_mail, name="check_mail"),
    path("confirm/resend", views.resend, name="resend"),
    path("confirm/address", views.correct_address, name="correct_address"),
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in/code", views.sign_in_code, name="sign_in_code"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("forgot", views.forgot, name="forgot"),
    path("reset/<str:token>", views.reset, name="reset"),
    path("recheck", views.recheck, name="recheck"),
    path("first-run/<str:token>", views.first_run, name="first_run"),
    path("settings", views.you, name="you"),
    path("settings/security", views.security, name="security"),
    path("settings/security/password", views.password, name="password"),
    path("settings/security/second-step", views.second_step, name="second_step"),
    path("settings/security/second-step/off", views.second_step_off, name="second_step_off"),
    path("settings/security/codes", views.codes, name="codes"),
    path("settings/security/codes/renew", views.renew_codes, name="renew_codes"),
    path("settings/security/sessions/end-others", views.end_other_sessions, name="end_other_sessions"),
    path("settings/security/sessions/<int:session_id>/end", views.end_session, name="end_session"),
    path("settings/account", views.account, name="account"),
    path("settings/account/email", views.email, name="email"),
    path("settings/account/staff", views.name_administrator, name="name_administrator"),
    path("settings/account/staff/lay-down", views.lay_down, name="lay_down"),
    path("change-address/<str:token>", views.change_email, name="change_email"),
    path("keep-address/<str:token>", views.restore_email, name="restore_email"),
    path("avatars/<path:seed>.svg", views.avatar, name="avatar"),
]
