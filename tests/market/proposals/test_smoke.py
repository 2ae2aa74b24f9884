from freehold.market.credits import queries as credits
from freehold.market.proposals import queries
from tests.market.proposals.factories import a_proposal, a_profile
from tests.market.jobs.factories import an_open_post, a_draft


def test_main(cast, at, run_jobs, client_for):
    post = an_open_post(cast, at)
    a_profile(cast.basil, at)
    for who, paths in (
        (cast.basil, ["/jobs", "/jobs?q=museum&kind=FIXED&min=100", "/jobs?q=zzzz&kind=HOURLY", f"/jobs/{post.pk}", f"/jobs/{post.pk}/apply", "/credits", "/proposals"]),
        (cast.ada, ["/jobs/new", "/jobs/mine", f"/jobs/{post.pk}", f"/jobs/{post.pk}/edit", f"/jobs/{post.pk}/proposals"]),
    ):
        c = client_for(who.account)
        for path in paths:
            r = c.get(path)
            assert r.status_code == 200, (path, r.content.decode()[-3000:])
    v = client_for()
    for path in ["/jobs", f"/jobs/{post.pk}", f"/jobs/{post.pk}.json"]:
        assert v.get(path).status_code == 200, path
    p = a_proposal(cast, at, post_id=post.pk)
    assert p.state == "SUBMITTED" and p.cost == 8
    assert credits.balance(cast.basil.party_id, at) == 32
    run_jobs()
    b, a = client_for(cast.basil.account), client_for(cast.ada.account)
    for path in ["/proposals", f"/proposals/{p.pk}", f"/proposals/{p.pk}/edit", f"/proposals/{p.pk}/withdraw", "/credits", "/jobs"]:
        r = b.get(path)
        assert r.status_code == 200, (path, r.content.decode()[-3000:])
    for path in [f"/jobs/{post.pk}/proposals", f"/proposals/{p.pk}", f"/proposals/{p.pk}/decline"]:
        r = a.get(path)
        assert r.status_code == 200, (path, r.content.decode()[-3000:])
    r = a.post(f"/proposals/{p.pk}/open", follow=True)
    assert "walk through your rooms" in r.content.decode()
