"""Jobs and schools before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action
from freehold.kit.actors import Actor
from freehold.kit.refusals import Invalid, NotFound
from freehold.market.profiles.actions.checks import changed, own_profile, period, words
from freehold.market.profiles.models import Education, Employment, Profile

EMPLOYMENTS_MAX, EDUCATIONS_MAX = 30, 20


@action
def add_employment(
    *, actor: Actor, profile_id: UUID, organization: str, title: str, place: str = "", began_on: date | None = None,
    ended_on: date | None = None, text: str = "", at: datetime,
) -> Employment:  # fmt: skip
    """
    Add a job.

    :raises NotFound: when the profile is somebody else's
    :raises Invalid: when something is missing or too long, or there are 30 already
    """
    profile = own_profile(actor, profile_id)
    if profile.employment_rows.count() >= EMPLOYMENTS_MAX:
        raise Invalid(_("A profile holds %(most)s jobs at most."), most=EMPLOYMENTS_MAX)
    job = Employment.objects.create(profile=profile, **_job(organization, title, place, began_on, ended_on, text))
    changed(profile, actor, at)
    return job


@action
def edit_employment(
    *, actor: Actor, profile_id: UUID, employment_id: UUID, organization: str, title: str, place: str = "",
    began_on: date | None = None, ended_on: date | None = None, text: str = "", at: datetime,
) -> Employment:  # fmt: skip
    """
    Change a job.

    :raises NotFound: when it is somebody else's
    :raises Invalid: when something is missing or too long
    """
    profile = own_profile(actor, profile_id)
    job: Employment = _row(profile.employment_rows, employment_id)
    _write(job, _job(organization, title, place, began_on, ended_on, text))
    changed(profile, actor, at)
    return job


@action
def remove_employment(*, actor: Actor, profile_id: UUID, employment_id: UUID, at: datetime) -> Profile:
    """
    Take a job out; one that is not there is no complaint.

    :raises NotFound: when the profile is somebody else's
    """
    profile = own_profile(actor, profile_id)
    if profile.employment_rows.filter(pk=employment_id).delete()[0]:
        changed(profile, actor, at)
    return profile


@action
def add_education(
    *, actor: Actor, profile_id: UUID, school: str, degree: str = "", place: str = "", began_on: date | None = None,
    ended_on: date | None = None, text: str = "", at: datetime,
) -> Education:  # fmt: skip
    """
    Add a school.

    :raises NotFound: when the profile is somebody else's
    :raises Invalid: when something is missing or too long, or there are 20 already
    """
    profile = own_profile(actor, profile_id)
    if profile.education_rows.count() >= EDUCATIONS_MAX:
        raise Invalid(_("A profile holds %(most)s schools at most."), most=EDUCATIONS_MAX)
    school_row = Education.objects.create(profile=profile, **_school(school, degree, place, began_on, ended_on, text))
    changed(profile, actor, at)
    return school_row


@action
def edit_education(
    *, actor: Actor, profile_id: UUID, education_id: UUID, school: str, degree: str = "", place: str = "",
    began_on: date | None = None, ended_on: date | None = None, text: str = "", at: datetime,
) -> Education:  # fmt: skip
    """
    Change a school.

    :raises NotFound: when it is somebody else's
    :raises Invalid: when something is missing or too long
    """
    profile = own_profile(actor, profile_id)
    row: Education = _row(profile.education_rows, education_id)
    _write(row, _school(school, degree, place, began_on, ended_on, text))
    changed(profile, actor, at)
    return row


@action
def remove_education(*, actor: Actor, profile_id: UUID, education_id: UUID, at: datetime) -> Profile:
    """
    Take a school out; one that is not there is no complaint.

    :raises NotFound: when the profile is somebody else's
    """
    profile = own_profile(actor, profile_id)
    if profile.education_rows.filter(pk=education_id).delete()[0]:
        changed(profile, actor, at)
    return profile


def _job(
    organization: str, title: str, place: str, began: date | None, ended: date | None, text: str
) -> dict[str, Any]:
    return {
        "organization": words("organization", organization, most=100, needed=True),
        "title": words("title", title, most=100, needed=True),
        "place": words("place", place, most=100),
        "text": words("text", text, most=2000),
        **period(began, ended),
    }


def _school(school: str, degree: str, place: str, began: date | None, ended: date | None, text: str) -> dict[str, Any]:
    return {
        "school": words("school", school, most=100, needed=True),
        "degree": words("degree", degree, most=100),
        "place": words("place", place, most=100),
        "text": words("text", text, most=2000),
        **period(began, ended),
    }


def _row(rows: Any, pk: UUID) -> Any:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def _write(row: Any, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
