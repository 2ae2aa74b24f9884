"""Pages of contracts: what each side reads and presses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from tests.work.contracts.factories import (
    a_card,
    a_carry,
    a_contract,
    a_funded_milestone,
    a_refund_request,
    a_released_milestone,
    a_sent_back_milestone,
    a_submitted_milestone,
    an_ended_contract,
    milestone_of,
)


def at_(name: str, milestone: Milestone) -> str:
    return reverse(f"contracts:{name}", kwargs={"contract_id": milestone.contract_id, "milestone_id": milestone.pk})


def of_(name: str, contract: Contract) -> str:
    return reverse(f"contracts:{name}", kwargs={"contract_id": contract.pk})


def text(response: Any) -> str:
    """The answer as it is read: amounts without their marks."""
    return re.sub(r"</?(bdi|data|b)\b[^>]*>", "", response.content.decode())


class TestDetail:
    def test_the_client_sees_clock_amounts_and_the_button(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        answer = client_for(cast.ada.account).get(of_("detail", milestone.contract))
        assert answer.status_code == 200
        seen = text(answer)
        assert "Release $1,600.00 to Basil" in seen
        assert "Your turn: until" in seen
        assert "is released to Basil in full" in seen
        assert "$1,440.00" in seen
        assert "Billing zone: UTC." in seen
        assert milestone.contract.number in seen

    def test_the_worker_sees_the_form_to_hand_in(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        seen = text(client_for(cast.basil.account).get(of_("detail", milestone.contract)))
        assert "Hand in for $1,600.00" in seen
        assert "Release $1,600.00" not in seen

    @pytest.mark.parametrize(
        "make",
        [a_contract, a_funded_milestone, a_submitted_milestone, a_sent_back_milestone, a_released_milestone, a_carry,
         a_refund_request, an_ended_contract],
    )  # fmt: skip
    @pytest.mark.parametrize("who", ["ada", "basil"])
    def test_every_state_has_a_page_for_both(self, make: Any, who: str, cast: Any, at: Any, client_for: Any) -> None:
        made = make(cast, at)
        contract = made if isinstance(made, Contract) else made.contract
        answer = client_for(getattr(cast, who).account).get(of_("detail", contract))
        assert answer.status_code == 200

    @pytest.mark.parametrize("who", ["chiara", "edna", "dora"])
    def test_strangers_get_404(self, who: str, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_contract(cast, at)
        client = client_for(getattr(cast, who).account)
        assert client.get(of_("detail", contract)).status_code == 404
        assert client.get(of_("end", contract)).status_code == 404
        assert client.get(of_("dates", contract)).status_code == 404

    def test_visitors_are_sent_to_sign_in(self, cast: Any, at: Any, client_for: Any) -> None:
        answer = client_for().get(of_("detail", a_contract(cast, at)))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")

    def test_it_asks_the_database_at_most_twenty_times(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_released_milestone(cast, at)
        client = client_for(cast.ada.account)
        client.get(of_("detail", milestone.contract))
        assert queries_of(lambda: client.get(of_("detail", milestone.contract))) <= 20

    def test_its_dates_go_into_a_calendar(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        answer = client_for(cast.ada.account).get(of_("dates", milestone.contract))
        assert answer["Content-Type"].startswith("text/calendar")
        assert "DTSTART:20260120T000000Z" in text(answer)


class TestList:
    def test_it_shows_whose_turn_it_is(self, cast: Any, at: Any, client_for: Any) -> None:
        a_submitted_milestone(cast, at)
        assert "You review “Part 1”" in text(client_for(cast.ada.account).get(reverse("contracts:mine")))
        assert "reviews “Part 1”" in text(client_for(cast.basil.account).get(reverse("contracts:mine")))

    def test_it_is_empty_for_strangers(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_contract(cast, at)
        assert contract.title not in text(client_for(cast.chiara.account).get(reverse("contracts:mine")))

    def test_ended_ones_have_their_tab(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = an_ended_contract(cast, at)
        client = client_for(cast.ada.account)
        assert contract.title not in text(client.get(reverse("contracts:mine")))
        assert contract.title in text(client.get(reverse("contracts:mine") + "?show=ended"))

    def test_it_asks_the_database_at_most_twelve_times(self, cast: Any, at: Any, client_for: Any) -> None:
        for _n in range(3):
            a_submitted_milestone(cast, at)
        client = client_for(cast.ada.account)
        client.get(reverse("contracts:mine"))
        assert queries_of(lambda: client.get(reverse("contracts:mine"))) <= 12


class TestActs:
    def test_release(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        client = client_for(cast.ada.account)
        assert client.post(at_("release", milestone)).status_code == 302
        assert milestone_of(milestone.contract).state == "PAID"
        again = client.post(at_("release", milestone))
        assert again.status_code == 409
        assert "No money moved" in text(again)

    def test_release_refuses_get_strangers_and_the_worker(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        assert client_for(cast.ada.account).get(at_("release", milestone)).status_code == 405
        assert client_for(cast.edna.account).post(at_("release", milestone)).status_code == 404
        assert client_for(cast.basil.account).post(at_("release", milestone)).status_code == 403
        assert milestone_of(milestone.contract).state == "SUBMITTED"

    def test_a_milestone_of_another_contract_is_not_here(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone, other = a_submitted_milestone(cast, at), a_contract(cast, at)
        place = reverse("contracts:release", kwargs={"contract_id": other.pk, "milestone_id": milestone.pk})
        assert client_for(cast.ada.account).post(place).status_code == 404

    def test_hand_in_with_a_file(self, cast: Any, at: Any, client_for: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        milestone = a_funded_milestone(cast, at)
        client = client_for(cast.basil.account)
        upload = SimpleUploadedFile("plan.txt", b"the plan", content_type="text/plain")
        answer = client.post(at_("hand_in", milestone), {"message": "Done.", "files": [upload]})
        assert answer.status_code == 302
        seen = text(client_for(cast.ada.account).get(of_("detail", milestone.contract)))
        assert "plan.txt" in seen
        link = seen.split('href="/files/')[1].split('"')[0]
        file = client_for(cast.ada.account).get(f"/files/{link}")
        assert b"".join(file.streaming_content) == b"the plan"
        for let_go in file._resource_closers:
            let_go()
        assert client_for(cast.edna.account).get(f"/files/{link}").status_code == 404

    def test_hand_in_without_anything_says_so(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        answer = client_for(cast.basil.account).post(at_("hand_in", milestone), {"message": " "})
        assert answer.status_code == 422
        assert "something to review" in text(answer)

    def test_ask_for_changes(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        client = client_for(cast.ada.account)
        short = client.post(at_("ask_changes", milestone), {"text": "Bigger!"})
        assert short.status_code == 422
        assert "at least 20 characters" in text(short)
        wish = "Please make the letters larger."
        assert client.post(at_("ask_changes", milestone), {"text": wish}).status_code == 302
        assert wish in text(client_for(cast.basil.account).get(of_("detail", milestone.contract)))

    def test_take_back(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        assert client_for(cast.basil.account).post(at_("take_back", milestone)).status_code == 302
        assert milestone_of(milestone.contract).state == "FUNDED"

    def test_fund_shows_the_total_before_the_button(
        self, cast: Any, at: Any, client_for: Any, run_jobs: Any
    ) -> None:
        contract = a_contract(cast, at)
        milestone, card = milestone_of(contract, 3), a_card(cast, at)
        client = client_for(cast.ada.account)
        seen = text(client.get(at_("fund", milestone)))
        assert "Fund $400.00" in seen
        assert "$412.00" in seen
        answer = client.post(at_("fund", milestone), {"method": str(card)})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/money/charges/")
        run_jobs()
        assert milestone_of(contract, 3).state == "FUNDED"
        assert client.post(at_("fund", milestone), {"method": str(card)}).status_code == 409

    def test_fund_wants_a_card(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_contract(cast, at)
        answer = client_for(cast.ada.account).post(at_("fund", milestone_of(contract, 2)), {})
        assert answer.status_code == 422
        assert "Choose the card" in text(answer)

    def test_release_a_part(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        client = client_for(cast.ada.account)
        assert client.get(at_("release_part", milestone)).status_code == 200
        more = client.post(at_("release_part", milestone), {"amount": "1,600.01"})
        assert more.status_code == 422
        assert "Only $1,600.00 is held" in text(more)
        assert client.post(at_("release_part", milestone), {"amount": "1,000"}).status_code == 302
        assert "$600.00 is kept aside" in text(client.get(of_("detail", milestone.contract)))

    def test_return_a_part(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        client = client_for(cast.basil.account)
        assert client.get(at_("give_back", milestone)).status_code == 200
        assert client.post(at_("give_back", milestone), {"amount": "600"}).status_code == 302
        assert milestone_of(milestone.contract).amount == 100_000

    def test_refund_asked_and_answered(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        ada, basil = client_for(cast.ada.account), client_for(cast.basil.account)
        assert ada.get(at_("ask_refund", milestone)).status_code == 200
        asked = ada.post(at_("ask_refund", milestone), {"amount": "600", "text": "The plan changed."})
        assert asked.status_code == 302
        request = RefundRequest.objects.get()
        place = {"contract_id": milestone.contract_id, "request_id": request.pk}
        assert "The plan changed." in text(basil.get(reverse("contracts:answer_refund", kwargs=place)))
        assert basil.post(reverse("contracts:refuse_refund", kwargs=place), {"text": ""}).status_code == 422
        assert basil.post(reverse("contracts:answer_refund", kwargs=place), {"amount": "600"}).status_code == 302
        assert milestone_of(milestone.contract).amount == 100_000
        assert ada.post(reverse("contracts:withdraw_refund", kwargs=place)).status_code == 409

    def test_return_what_is_kept_aside(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_carry(cast, at)
        client = client_for(cast.basil.account)
        assert client.get(of_("give_carry_back", contract)).status_code == 200
        assert client.post(of_("give_carry_back", contract), {"amount": "40"}).status_code == 302
        assert client_for(cast.ada.account).get(of_("ask_carry_refund", contract)).status_code == 409

    def test_plan_and_change_a_milestone(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_contract(cast, at)
        client = client_for(cast.ada.account)
        assert client.get(of_("add", contract)).status_code == 200
        low = client.post(of_("add", contract), {"title": "Handover", "amount": "1"})
        assert low.status_code == 422
        assert client.post(of_("add", contract), {"title": "Handover", "amount": "250"}).status_code == 302
        made = milestone_of(contract, 4)
        form = {"title": "Handover", "amount": "300", "version": "1"}
        assert client.post(at_("edit", made), form).status_code == 302
        stale = client.post(at_("edit", made), form)
        assert stale.status_code == 409
        assert client.post(at_("cancel", made)).status_code == 302

    def test_propose_and_agree(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_contract(cast, at)
        proposed = client_for(cast.basil.account).post(of_("add", contract), {"title": "Extra", "amount": "50"})
        assert proposed.status_code == 302
        made = milestone_of(contract, 4)
        assert made.state == "PROPOSED"
        assert client_for(cast.ada.account).post(at_("agree", made)).status_code == 302
        assert client_for(cast.ada.account).post(at_("decline", made)).status_code == 409

    def test_pause_and_resume(self, cast: Any, at: Any, client_for: Any) -> None:
        contract = a_contract(cast, at)
        ada, basil = client_for(cast.ada.account), client_for(cast.basil.account)
        assert ada.get(of_("pause", contract)).status_code == 200
        assert ada.post(of_("pause", contract), {"text": "Summer break."}).status_code == 302
        assert "Summer break." in text(basil.get(of_("detail", contract)))
        assert basil.post(of_("resume", contract)).status_code == 403
        assert ada.post(of_("resume", contract)).status_code == 302

    def test_the_client_ends(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        client = client_for(cast.ada.account)
        assert "1,600.00" in text(client.get(of_("end", milestone.contract)))
        form = {"reason": "SCOPE", "pay-1": "600"}
        assert client.post(of_("end", milestone.contract), form).status_code == 302
        assert milestone_of(milestone.contract).released_amount == 60_000
        assert client.get(of_("end", milestone.contract)).status_code == 409

    def test_the_worker_is_warned_before_losing_reviewed_work(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        client = client_for(cast.basil.account)
        assert "is being reviewed" in text(client.get(of_("end", milestone.contract)))
        warned = client.post(of_("end", milestone.contract), {"reason": "OTHER"})
        assert warned.status_code == 422
        ended = client.post(of_("end", milestone.contract), {"reason": "OTHER", "amount": "1600"})
        assert ended.status_code == 302
        assert milestone_of(milestone.contract).state == "REFUNDED"

    def test_a_form_for_what_is_impossible_is_not_shown(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_released_milestone(cast, at)
        assert client_for(cast.ada.account).get(at_("release_part", milestone)).status_code == 409
        assert client_for(cast.basil.account).get(at_("hand_in", milestone)).status_code == 409


def queries_of(run: Any) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        run()
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


