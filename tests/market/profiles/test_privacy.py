"""What is left of a profile when somebody leaves."""

from __future__ import annotations

from datetime import date

import pytest

from freehold.kit import privacy
from freehold.kit.actors import Actor
from freehold.kit.privacy import Subject
from freehold.kit.refusals import NotFound
from freehold.market.profiles import actions, queries
from freehold.market.profiles.models import Employment, Profile, ProfileSkill
from freehold.market.profiles.queries import ProfileGone
from freehold.talk.files import actions as files
from freehold.talk.files.models import StoredFile
from freehold.talk.notifications.models import Notification
from tests.market.profiles.factories import OVERVIEW, a_profile
from tests.talk.files.factories import picture, text


def erase(cast, at, *models):
    subject = Subject(account_id=cast.basil.account.pk, party_ids=(cast.basil.party_id,), pseudonym="Former member 1")
    for declared in privacy.DECLARED:
        if declared.model in models:
            if declared.erase:
                declared.erase(subject, at)
            elif declared.fate == privacy.Fate.ERASE:
                declared.rows(subject).delete()


def test_the_address_answers_gone(cast, at):
    profile = a_profile(cast.basil, at)
    actions.change_handle(actor=cast.basil.actor, profile_id=profile.pk, handle="basilbuilds", at=at)
    actions.add_employment(actor=cast.basil.actor, profile_id=profile.pk, organization="Kestrel", title="Engineer",
                           began_on=date(2020, 1, 1), at=at)
    for _ in range(2):
        erase(cast, at, Profile)
    for handle in ("basilt", "BasilBuilds"):
        with pytest.raises(ProfileGone):
            queries.public(handle, cast.ada.actor)
    assert not Employment.objects.exists()
    assert not ProfileSkill.objects.exists()
    profile.refresh_from_db()
    assert (profile.title, profile.overview, profile.rate) == ("", "", None)
    assert OVERVIEW not in str(vars(profile))
    assert profile.handle.startswith("gone")


def test_gone_addresses_stay_gone(cast, at):
    a_profile(cast.basil, at)
    erase(cast, at, Profile)
    assert actions.free_handle("basilt") != "basilt"


def test_own_files_go_and_handed_over_ones_stay(cast, at, run_jobs):
    import uuid

    from freehold.talk.files.policies import STAYING

    STAYING.add("things")
    actor = cast.basil.actor
    mine = files.store(actor=actor, upload=picture(), purpose="photo", at=at)
    files.change_photo(actor=actor, file_id=mine.pk, at=at)
    loose = files.store(actor=actor, upload=text(), purpose="work", at=at)
    given = files.store(actor=actor, upload=text(), purpose="work", at=at)
    files.attach(actor=actor, file_ids=[given.pk], subject=("things", uuid.uuid4()), at=at)
    erase(cast, at, StoredFile)
    run_jobs()
    STAYING.discard("things")
    assert list(StoredFile.objects.all()) == [given]
    assert loose.pk != given.pk


def test_marking_hides_and_reopening_keeps_it_hidden(cast, at):
    a_profile(cast.basil, at)
    subject = Subject(account_id=cast.basil.account.pk)
    from freehold.market.profiles import privacy as ours

    ours.hide(subject, at)
    with pytest.raises(NotFound):
        queries.public("basilt", Actor.visitor())
    ours.come_back_hidden(subject, at)
    assert queries.own(cast.basil.actor).state == "PRIVATE"


def test_everything_of_ours_is_declared(db):
    from django.apps import apps

    declared = {d.model for d in privacy.DECLARED} | set(privacy.IMPERSONAL)
    for label in ("files", "notifications", "taxonomy", "profiles"):
        assert not set(apps.get_app_config(label).get_models()) - declared


def test_notices_go(cast, at):
    Notification.objects.create(account=cast.basil.account, event="x", words="x", fact_id=1, title="x", at=at)
    erase(cast, at, Notification)
    assert not Notification.objects.exists()
