"""Addresses of contracts: they read like sentences."""

from __future__ import annotations

from django.urls import path

from freehold.work.contracts import views
from freehold.work.contracts.views import acts, endings, money

app_name = "contracts"

_C = "contracts/<uuid:contract_id>"
_M = f"{_C}/milestones/<uuid:milestone_id>"
_R = f"{_C}/refunds/<uuid:request_id>"

urlpatterns = [
    path("contracts", views.mine, name="mine"),
    path(_C, views.detail, name="detail"),
    path(f"{_C}/dates.ics", views.dates, name="dates"),
    path(f"{_C}/milestones/add", acts.add, name="add"),
    path(f"{_M}/edit", acts.edit, name="edit"),
    path(f"{_M}/agree", acts.agree, name="agree"),
    path(f"{_M}/decline", acts.decline, name="decline"),
    path(f"{_M}/drop", acts.cancel, name="cancel"),
    path(f"{_M}/hand-in", acts.hand_in, name="hand_in"),
    path(f"{_M}/take-back", acts.take_back, name="take_back"),
    path(f"{_M}/changes", acts.ask_changes, name="ask_changes"),
    path(f"{_M}/fund", money.fund, name="fund"),
    path(f"{_M}/release", money.release, name="release"),
    path(f"{_M}/release-part", money.release_part, name="release_part"),
    path(f"{_M}/return", money.give_back, name="give_back"),
    path(f"{_M}/refund", money.ask_refund, name="ask_refund"),
    path(f"{_C}/kept-aside/return", money.give_carry_back, name="give_carry_back"),
    path(f"{_C}/kept-aside/refund", money.ask_carry_refund, name="ask_carry_refund"),
    path(_R, money.answer_refund, name="answer_refund"),
    path(f"{_R}/refuse", money.refuse_refund, name="refuse_refund"),
    path(f"{_R}/withdraw", money.withdraw_refund, name="withdraw_refund"),
    path(f"{_C}/pause", endings.pause, name="pause"),
    path(f"{_C}/resume", endings.resume, name="resume"),
    path(f"{_C}/end", endings.end, name="end"),
]
