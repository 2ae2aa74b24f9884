"""A proposal brings its author's profile along."""

from __future__ import annotations

import pytest

from freehold.kit.refusals import NotFound
from freehold.market.profiles import queries
from freehold.market.profiles.models import Profile
from tests.market.proposals.factories import a_proposal


def test_the_client_sees_a_hidden_profile_and_nobody_else_does(cast, at):
    proposal = a_proposal(cast, at)
    profile = Profile.objects.get(party_id=proposal.worker_id)
    Profile.objects.filter(pk=profile.pk).update(state="PRIVATE")
    assert queries.public(profile.handle, cast.ada.actor).card.party_id == proposal.worker_id
    with pytest.raises(NotFound):
        queries.public(profile.handle, cast.edna.actor)
