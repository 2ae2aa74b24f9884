"""Pages of offers: written, looked at, sent, answered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from freehold.kit import jobs
from freehold.work.contracts.models import Contract
from freehold.work.offers.models import Offer
from tests.market.proposals.factories import a_proposal, in_parts
from tests.work.contracts.factories import a_card
from tests.work.offers.factories import a_draft, a_funding_offer, a_sent_offer, an_accepted_offer


def place(name: str, offer: Offer) -> str:
    return reverse(f"offers:{name}", kwargs={"offer_id": offer.pk})


def text(response: Any) -> str:
    return re.sub(r"</?(bdi|data|b)\b[^>]*>", "", response.content.decode())


def form(**more: Any) -> dict[str, Any]:
    return {
        "title": "Guide", "text": "As proposed.", "close_post": "on", "0-title": "Design", "0-amount": "500",
        "1-title": "Prototype", "1-amount": "300", "2-title": "", "2-amount": "", **more,
    }  # fmt: skip


class TestWriting:
    def test_the_form_begins_with_the_proposals_milestones(self, cast: Any, at: Any, client_for: Any) -> None:
        proposal = a_proposal(cast, at, terms="MILESTONES", amount=90_000, parts=in_parts(60_000, 30_000))
        seen = text(client_for(cast.ada.account).get(reverse("offers:new", kwargs={"proposal_id": proposal.pk})))
        assert 'value="600.00"' in seen
        assert 'value="300.00"' in seen

    def test_it_is_looked_at_before_it_is_sent(self, cast: Any, at: Any, client_for: Any) -> None:
        proposal, card = a_proposal(cast, at), a_card(cast, at)
        client = client_for(cast.ada.account)
        new = reverse("offers:new", kwargs={"proposal_id": proposal.pk})
        answer = client.post(new, form())
        offer = Offer.objects.get()
        assert answer["Location"] == place("detail", offer)
        assert offer.state == "DRAFT"
        seen = text(client.get(place("detail", offer)))
        assert "Send the offer and fund $500.00" in seen
        assert "$515.00" in seen
        sent = client.post(place("send", offer), {"method": str(card)})
        assert sent["Location"].startswith("/money/charges/")
        jobs.drain()
        offer.refresh_from_db()
        assert offer.state == "SENT"
        assert client.get(new)["Location"] == place("detail", offer)

    def test_wrong_rows_are_named(self, cast: Any, at: Any, client_for: Any) -> None:
        proposal = a_proposal(cast, at)
        new = reverse("offers:new", kwargs={"proposal_id": proposal.pk})
        answer = client_for(cast.ada.account).post(new, form(**{"1-amount": "1"}))
        assert answer.status_code == 422
        assert "at least $5.00" in text(answer)
        assert not Offer.objects.exists()

    def test_another_row_without_losing_what_was_typed(self, cast: Any, at: Any, client_for: Any) -> None:
        proposal = a_proposal(cast, at)
        new = reverse("offers:new", kwargs={"proposal_id": proposal.pk})
        answer = client_for(cast.ada.account).post(new, form(more="1"))
        assert answer.status_code == 200
        seen = text(answer)
        assert 'value="Prototype"' in seen
        assert 'name="3-title"' in seen

    @pytest.mark.parametrize("who", ["basil", "chiara", "edna"])
    def test_strangers_write_none(self, who: str, cast: Any, at: Any, client_for: Any) -> None:
        proposal = a_proposal(cast, at)
        new = reverse("offers:new", kwargs={"proposal_id": proposal.pk})
        assert client_for(getattr(cast, who).account).get(new).status_code == 404

    def test_without_a_card_one_is_asked_for(self, cast: Any, at: Any, client_for: Any) -> None:
        offer = a_draft(cast, at)
        client = client_for(cast.ada.account)
        assert "Add a card" in text(client.get(place("detail", offer)))
        assert client.post(place("send", offer), {}).status_code == 422


class TestReading:
    @pytest.mark.parametrize("make", [a_draft, a_funding_offer, a_sent_offer, an_accepted_offer])
    def test_every_state_has_a_page(self, make: Any, cast: Any, at: Any, client_for: Any) -> None:
        offer = make(cast, at)
        assert client_for(cast.ada.account).get(place("detail", offer)).status_code == 200
        assert client_for(cast.ada.account).get(reverse("offers:mine")).status_code == 200
        seen = make in (a_sent_offer, an_accepted_offer)
        assert client_for(cast.basil.account).get(place("detail", offer)).status_code == (200 if seen else 404)
        assert client_for(cast.edna.account).get(place("detail", offer)).status_code == 404

    def test_the_worker_sees_net_clock_and_silence(self, cast: Any, at: Any, client_for: Any) -> None:
        seen = text(client_for(cast.basil.account).get(place("detail", a_sent_offer(cast, at))))
        assert "Accept the offer over $800.00" in seen
        assert "You receive $450.00" in seen
        assert "the offer expires" in seen
        assert "$500.00 is already held for you" in seen


class TestAnswering:
    def test_accept(self, cast: Any, at: Any, client_for: Any) -> None:
        offer = a_sent_offer(cast, at)
        client = client_for(cast.basil.account)
        assert client.post(place("accept", offer), {"version": "0"}).status_code == 409
        answer = client.post(place("accept", offer), {"version": "1"})
        contract = Contract.objects.get()
        assert answer["Location"] == reverse("contracts:detail", kwargs={"contract_id": contract.pk})
        assert client.get(answer["Location"]).status_code == 200
        assert client.post(place("accept", offer), {"version": "1"}).status_code == 409

    def test_decline(self, cast: Any, at: Any, client_for: Any) -> None:
        offer = a_sent_offer(cast, at)
        client = client_for(cast.basil.account)
        assert client.get(place("decline", offer)).status_code == 200
        assert client.post(place("decline", offer), {"text": "No time."}).status_code == 302
        assert "No time." in text(client_for(cast.ada.account).get(place("detail", offer)))

    def test_withdraw(self, cast: Any, at: Any, client_for: Any) -> None:
        offer = a_sent_offer(cast, at)
        assert client_for(cast.basil.account).post(place("withdraw", offer)).status_code == 403
        assert client_for(cast.ada.account).post(place("withdraw", offer)).status_code == 302
        assert client_for(cast.basil.account).get(place("detail", offer)).status_code == 200

    def test_revise(self, cast: Any, at: Any, client_for: Any) -> None:
        offer = a_sent_offer(cast, at)
        client = client_for(cast.ada.account)
        assert client.get(place("revise", offer)).status_code == 200
        assert client.post(place("revise", offer), form(version="1")).status_code == 302
        assert "version 2" in text(client_for(cast.basil.account).get(place("detail", offer)))
        assert client.post(place("revise", offer), form(version="1")).status_code == 409
        assert client.post(place("revise", offer), form(**{"version": "2", "0-amount": "900"})).status_code == 422
