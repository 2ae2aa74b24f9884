from freehold.market.credits import queries as credits
from freehold.market.proposals import queries
from tests.market.proposals.factories import a_proposal


def test_main(cast, at, run_jobs):
    p = a_proposal(cast, at)
    assert p.state == "SUBMITTED" and p.cost == 8
    assert credits.balance(cast.basil.party_id, at) == 32
    run_jobs()
