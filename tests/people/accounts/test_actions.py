"""What people can do with their accounts: it does it, refuses strangers, tells, and twice is once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession

from freehold.kit import deadlines
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound
from freehold.people.accounts import actions, queries
from freehold.people.accounts.models import Account, Attempt, MailedLink, TermsAcceptance
from tests.cast import PASSWORD

#: the app's clock stands still, so that no code grows old while a test runs
STEP = 60_000_000


@pytest.fixture(autouse=True)
def still_codes(monkeypatch):
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: STEP * 30 + 7))


NEW = {
    "email": "noor@example.com", "password": "plum river lantern", "first_name": "Noor", "last_name": "Haddad",
    "country": "JO", "purpose": "WORK",
}
YOU = {
    "first_name": "Basilio", "last_name": "Thorne", "country": "AT", "time_zone": "Europe/Vienna", "language": "en",
    "theme": "dark",
}


def told(name: str) -> int:
    return Fact.objects.filter(name=name).count()


def again(player) -> Account:
    return Account.objects.get(pk=player.account.pk)


def confirm_link(account: Account) -> str:
    return MailedLink.objects.filter(account=account, purpose="CONFIRM").latest("made_at", "pk").token


class TestSignUp:
    def test_makes_an_account_that_waits_for_its_mailbox(self, db, at):
        account = actions.sign_up(**NEW, marketing=True, at=at)
        assert (account.state, account.marketing_at, account.age_confirmed_at) == ("NEW", at, at)
        assert account.confirm_due_at - at > timedelta(days=14)
        assert not EmailAddress.objects.get(user=account).verified
        assert {t.document for t in TermsAcceptance.objects.filter(account=account)} == {"terms", "privacy"}
        assert told("people.account.created") == told("people.account.confirmation_asked") == 1

    def test_twice_is_once(self, db, at):
        actions.sign_up(**NEW, at=at)
        assert actions.sign_up(**NEW | {"email": "NOOR@example.com "}, at=at) is None
        assert Account.objects.count() == 1
        assert told("people.account.created") == 1

    def test_facts_hold_no_name_and_no_address(self, db, at):
        actions.sign_up(**NEW, at=at)
        for fact in Fact.objects.all():
            assert "noor" not in str(fact.data).lower() and "haddad" not in str(fact.data).lower()

    @pytest.mark.parametrize(
        "changes, field",
        [
            ({"first_name": " "}, "first_name"), ({"last_name": "a" * 51}, "last_name"), ({"email": "no"}, "email"),
            ({"password": "short"}, "password"), ({"password": "x" * 129}, "password"), ({"country": "ZZ"}, "country"),
            ({"password": "password1234"}, "password"), ({"password": "Noor Haddad 1990"}, "password"),
        ],
    )
    def test_refuses_what_cannot_be(self, db, at, changes, field):
        with pytest.raises(Invalid) as refused:
            actions.sign_up(**NEW | changes, at=at)
        assert set(refused.value.fields) == {field}
        assert not Account.objects.exists()


class TestConfirmEmail:
    def test_makes_the_account_active(self, db, at):
        account = actions.sign_up(**NEW, at=at)
        confirmed = actions.confirm_email(token=confirm_link(account), at=at)
        assert (confirmed.state, confirmed.confirmed_at, confirmed.confirm_due_at) == ("ACTIVE", at, None)
        assert EmailAddress.objects.get(user=account).verified
        assert told("people.account.email_confirmed") == 1

    def test_twice_is_once(self, db, at):
        token = confirm_link(actions.sign_up(**NEW, at=at))
        actions.confirm_email(token=token, at=at)
        assert actions.confirm_email(token=token, at=at).state == "ACTIVE"
        assert told("people.account.email_confirmed") == 1

    def test_refuses_a_late_or_invented_link(self, db, at):
        account = actions.sign_up(**NEW, at=at)
        with pytest.raises(actions.LinkSpent):
            actions.confirm_email(token=confirm_link(account), at=at + timedelta(hours=48))
        with pytest.raises(NotFound):
            actions.confirm_email(token="invented", at=at)
        assert Account.objects.get(pk=account.pk).state == "NEW"
        assert actions.confirm_email(token=confirm_link(account), at=at + timedelta(hours=47, minutes=59)).state == "ACTIVE"

    def test_a_link_for_something_else_confirms_nothing(self, db, at):
        account = actions.sign_up(**NEW, at=at)
        token = actions.mail_link(account_id=account.pk, purpose="RESET", at=at)
        with pytest.raises(NotFound):
            actions.confirm_email(token=token, at=at)


class TestDeleteUnconfirmed:
    def test_forgets_after_fourteen_days(self, db, at):
        account = actions.sign_up(**NEW, at=at)
        due = account.confirm_due_at
        deadlines.run_due(due - timedelta(seconds=1))
        assert Account.objects.filter(pk=account.pk).exists()
        deadlines.run_due(due)
        assert not Account.objects.exists() and not EmailAddress.objects.exists() and not MailedLink.objects.exists()
        assert told("people.account.deleted") == 1

    def test_leaves_members_alone(self, cast, at):
        actions.delete_unconfirmed(account_id=cast.basil.account.pk, at=at)
        assert again(cast.basil).state == "ACTIVE"


class TestMailedLinks:
    def test_only_the_digest_is_kept(self, cast, at):
        token = actions.mail_link(account_id=cast.basil.account.pk, purpose="REOPEN", at=at)
        row = MailedLink.objects.get()
        stored = {k: v for k, v in row.__dict__.items() if not k.startswith("_")}
        assert token not in str(stored) and bytes(row.digest) == MailedLink.digest_of(token)
        assert queries.newest_token(cast.basil.account.pk, "REOPEN", at) == token

    def test_works_once_and_voids_its_siblings(self, cast, at):
        tokens = [actions.mail_link(account_id=cast.basil.account.pk, purpose="REOPEN", at=at) for _ in range(2)]
        assert actions.use_link(token=tokens[1], purpose="REOPEN", at=at).pk == cast.basil.account.pk
        for token in tokens:
            with pytest.raises(actions.LinkSpent):
                actions.use_link(token=token, purpose="REOPEN", at=at)
        assert queries.newest_token(cast.basil.account.pk, "REOPEN", at) == ""

    def test_ends_on_time(self, cast, at):
        token = actions.mail_link(account_id=cast.basil.account.pk, purpose="REOPEN", at=at)
        with pytest.raises(actions.LinkSpent):
            actions.use_link(token=token, purpose="REOPEN", at=at + timedelta(hours=4))
        with pytest.raises(NotFound):
            actions.use_link(token=token, purpose="CLOSE", at=at)


class TestSignIn:
    def go(self, at, email="basil@example.com", password=PASSWORD, place="192.0.2.1"):
        return actions.sign_in(email=email, password=password, place=place, at=at)

    def test_finds_the_account_whatever_the_case(self, cast, at):
        assert self.go(at, email=" BASIL@example.com").pk == cast.basil.account.pk

    @pytest.mark.parametrize("email, password", [("basil@example.com", "wrong"), ("nobody@example.com", PASSWORD)])
    def test_says_the_same_about_wrong_and_unknown(self, cast, at, email, password):
        with pytest.raises(actions.WrongCredentials) as refused:
            self.go(at, email=email, password=password)
        assert "do not belong together" in str(refused.value)

    @pytest.mark.parametrize("state", ["LIMITED", "SUSPENDED"])
    def test_lets_limited_and_suspended_members_in(self, cast, at, state):
        Account.objects.filter(pk=cast.basil.account.pk).update(state=state)
        assert self.go(at).state == state

    def test_never_lets_closed_accounts_in(self, cast, at):
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        with pytest.raises(actions.ClosedAccount) as refused:
            self.go(at)
        assert refused.value.account_id == cast.basil.account.pk
        with pytest.raises(actions.WrongCredentials):
            self.go(at, password="wrong")

    def test_counts_every_try_before_it_looks(self, cast, at):
        for _ in range(10):
            with pytest.raises(actions.WrongCredentials):
                self.go(at, password="wrong")
        with pytest.raises(actions.TooManySignIns):
            self.go(at)
        assert self.go(at + timedelta(minutes=15)).pk == cast.basil.account.pk
        assert not Attempt.objects.filter(account_id=cast.basil.account.pk).exists()

    def test_does_not_lock_the_owner_out_elsewhere(self, cast, at):
        for _ in range(11):
            with pytest.raises((actions.WrongCredentials, actions.TooManySignIns)):
                self.go(at, password="wrong")
        assert self.go(at, place="198.51.100.7").pk == cast.basil.account.pk

    def test_keeps_no_address_of_those_who_tried(self, cast, at):
        with pytest.raises(actions.WrongCredentials):
            self.go(at, email="nobody@example.com")
        assert all(len(bytes(a.digest)) == 32 for a in Attempt.objects.all())
        actions.sweep_attempts(at=at + timedelta(hours=1))
        assert not Attempt.objects.exists()


class TestSessions:
    def note(self, cast, at, key, agent="Mozilla/5.0 (X11; Linux) Firefox/140"):
        return actions.note_session(
            account_id=cast.basil.account.pk, session_key=key, place="192.0.2.1", user_agent=agent, at=at
        )

    def test_tells_of_a_new_browser_only(self, cast, at):
        self.note(cast, at, "a")
        self.note(cast, at, "b")
        assert told("people.signin.new_device") == 0
        self.note(cast, at, "c", agent="Mozilla/5.0 (iPhone) Safari")
        assert told("people.signin.new_device") == 1

    def test_ends_one(self, cast, at):
        row = self.note(cast, at, "a")
        actions.end_session(actor=cast.basil.actor, session_id=row.pk)
        actions.end_session(actor=cast.basil.actor, session_id=row.pk)
        assert not UserSession.objects.exists()

    def test_ends_all_others(self, cast, at):
        for key in "abc":
            self.note(cast, at, key)
        assert actions.end_other_sessions(actor=cast.basil.actor, account_id=cast.basil.account.pk, keep="b") == 2
        assert UserSession.objects.get().session_key == "b"

    def test_refuses_a_stranger(self, cast, at):
        row = self.note(cast, at, "a")
        with pytest.raises(NotAllowed):
            actions.end_session(actor=cast.chiara.actor, session_id=row.pk)
        with pytest.raises(NotAllowed):
            actions.end_other_sessions(actor=cast.chiara.actor, account_id=cast.basil.account.pk, keep=None)
        assert UserSession.objects.count() == 1

    def test_names_devices_so_that_people_know_them(self):
        assert queries.device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Safari/604") == "Safari, iPhone"
        assert queries.device_of("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140") == "Edge, Windows"
        assert queries.device_of("") == "Unknown browser"


class TestPassword:
    def change(self, cast, at, actor=None, old=PASSWORD, new="quiet harbor morning"):
        return actions.change_password(
            actor=actor or cast.basil.actor, account_id=cast.basil.account.pk, old=old, new=new, place="192.0.2.1", at=at
        )

    def test_changes_and_ends_all_other_sessions(self, cast, at):
        UserSession.objects.create(user=cast.basil.account, ip="192.0.2.1", session_key="other", user_agent="x")
        self.change(cast, at)
        assert again(cast.basil).check_password("quiet harbor morning")
        assert not UserSession.objects.exists()
        assert told("people.password.changed") == 1

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            self.change(cast, at, actor=cast.chiara.actor)
        with pytest.raises(NotAllowed):
            actions.set_new_password(
                actor=cast.chiara.actor, account_id=cast.basil.account.pk, new="quiet harbor morning", at=at
            )
        assert again(cast.basil).check_password(PASSWORD)

    @pytest.mark.parametrize("changes, field", [({"old": "wrong"}, "old"), ({"new": "short"}, "new"), ({"new": "basil thorne"}, "new")])
    def test_refuses_what_cannot_be(self, cast, at, changes, field):
        with pytest.raises(Invalid) as refused:
            self.change(cast, at, **changes)
        assert field in refused.value.fields
        assert again(cast.basil).check_password(PASSWORD)

    def test_a_reset_leaves_the_second_step(self, cast, at):
        actions.turn_on(actor=cast.basil.actor, account_id=cast.basil.account.pk, secret=SECRET, code=code(), at=at)
        token = actions.mail_link(account_id=cast.basil.account.pk, purpose="RESET", at=at)
        actions.reset_password(token=token, password="quiet harbor morning", at=at)
        assert queries.has_second_step(cast.basil.account.pk)
        with pytest.raises(actions.LinkSpent):
            actions.reset_password(token=token, password="other harbor morning", at=at)
        assert told("people.password.changed") == 1

    def test_a_failed_reset_leaves_the_link(self, cast, at):
        token = actions.mail_link(account_id=cast.basil.account.pk, purpose="RESET", at=at)
        with pytest.raises(Invalid):
            actions.reset_password(token=token, password="short", at=at)
        with pytest.raises(actions.LinkSpent):
            actions.reset_password(token=token, password="quiet harbor morning", at=at + timedelta(minutes=60))
        assert again(cast.basil).check_password(PASSWORD)

    def test_a_closed_account_gets_no_reset(self, cast, at):
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        actions.request_reset(email="basil@example.com", place="192.0.2.1", at=at)
        assert told("people.password.reset_asked") == 0 and told("people.account.address_tried") == 1


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(step: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, STEP + step))


class TestSecondStep:
    @pytest.fixture
    def codes(self, cast, at):
        return actions.turn_on(
            actor=cast.basil.actor, account_id=cast.basil.account.pk, secret=SECRET, code=code(-1), at=at
        )

    def check(self, cast, at, digits):
        actions.check_code(account_id=cast.basil.account.pk, code=digits, place="192.0.2.1", at=at)

    def test_is_on_once_the_app_knows_the_secret(self, cast, at, codes):
        assert queries.has_second_step(cast.basil.account.pk)
        assert len(set(codes)) == 10 == queries.codes_left(cast.basil.account.pk)
        assert told("people.method.added") == 1
        with pytest.raises(IllegalMove):
            actions.turn_on(actor=cast.basil.actor, account_id=cast.basil.account.pk, secret=SECRET, code=code(), at=at)

    def test_the_secret_lies_encrypted(self, cast, codes):
        for row in Authenticator.objects.all():
            assert SECRET not in str(row.data)

    def test_refuses_a_wrong_first_code_and_a_stranger(self, cast, at):
        with pytest.raises(Invalid):
            actions.turn_on(actor=cast.basil.actor, account_id=cast.basil.account.pk, secret=SECRET, code="000000", at=at)
        with pytest.raises(NotAllowed):
            actions.turn_on(actor=cast.chiara.actor, account_id=cast.basil.account.pk, secret=SECRET, code=code(), at=at)
        assert not queries.has_second_step(cast.basil.account.pk)

    def test_each_code_counts_once(self, cast, at, codes):
        digits = code()
        self.check(cast, at, digits)
        with pytest.raises(Invalid):
            self.check(cast, at, digits)
        with pytest.raises(Invalid):  # nor one of an earlier step
            self.check(cast, at, code(-1))

    def test_a_recovery_code_counts_once(self, cast, at, codes):
        self.check(cast, at, f"{codes[3][:5]} {codes[3][5:]}")
        with pytest.raises(Invalid):
            self.check(cast, at, codes[3])
        assert queries.codes_left(cast.basil.account.pk) == 9

    def test_stops_guessing(self, cast, at, codes):
        for _ in range(10):
            with pytest.raises(Invalid):
                self.check(cast, at, "111111")
        with pytest.raises(actions.TooManySignIns):
            self.check(cast, at, code())

    def test_new_codes_void_the_old(self, cast, at, codes):
        with pytest.raises(NotAllowed):
            actions.renew_codes(actor=cast.chiara.actor, account_id=cast.basil.account.pk, at=at)
        fresh = actions.renew_codes(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
        assert not set(fresh) & set(codes)
        with pytest.raises(Invalid):
            self.check(cast, at, codes[0])

    def test_turns_off(self, cast, at, codes):
        with pytest.raises(NotAllowed):
            actions.turn_off(actor=cast.chiara.actor, account_id=cast.basil.account.pk, at=at)
        actions.turn_off(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
        assert not Authenticator.objects.exists() and told("people.method.removed") == 1
        for late in (actions.turn_off, actions.renew_codes):
            with pytest.raises(IllegalMove):
                late(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)


class TestChangeProfile:
    def test_changes_and_tells(self, cast, at):
        actions.change_profile(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at, **YOU)
        account = again(cast.basil)
        assert {name: getattr(account, name) for name in YOU} == YOU
        assert told("people.account.changed") == 1

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.change_profile(actor=cast.chiara.actor, account_id=cast.basil.account.pk, at=at, **YOU)
        assert again(cast.basil).first_name == "Basil"

    @pytest.mark.parametrize(
        "changes", [{"first_name": "http://x"}, {"country": "ZZ"}, {"time_zone": "Moon/Base"}, {"last_name": ""}]
    )
    def test_refuses_what_cannot_be(self, cast, at, changes):
        with pytest.raises(Invalid) as refused:
            actions.change_profile(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at, **YOU | changes)
        assert set(refused.value.fields) == set(changes)

    def test_consent_keeps_its_moment_and_can_be_taken_back(self, cast, at):
        me = {"actor": cast.basil.actor, "account_id": cast.basil.account.pk, **YOU}
        actions.change_profile(**me, marketing=True, at=at)
        actions.change_profile(**me, marketing=True, at=at + timedelta(days=1))
        assert again(cast.basil).marketing_at == at
        actions.change_profile(**me, marketing=False, at=at)
        assert again(cast.basil).marketing_at is None


class TestSetPhoto:
    def test_sets_and_takes_away(self, cast, at):
        picture = cast.ada.account.pk
        actions.set_photo(actor=cast.basil.actor, account_id=cast.basil.account.pk, photo_id=picture, at=at)
        assert again(cast.basil).photo_id == picture
        actions.set_photo(actor=cast.basil.actor, account_id=cast.basil.account.pk, photo_id=None, at=at)
        assert again(cast.basil).photo_id is None
        assert told("people.account.changed") == 2

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.set_photo(actor=cast.chiara.actor, account_id=cast.basil.account.pk, photo_id=None, at=at)


class TestEmailChange:
    def ask(self, cast, at, email="basil@new.example"):
        actions.ask_email_change(actor=cast.basil.actor, account_id=cast.basil.account.pk, email=email, at=at)
        return queries.newest_token(cast.basil.account.pk, "EMAIL", at)

    def test_nothing_changes_before_the_new_mailbox_answered(self, cast, at):
        token = self.ask(cast, at)
        assert again(cast.basil).email == "basil@example.com"
        actions.change_email(token=token, at=at)
        assert again(cast.basil).email == "basil@new.example"
        assert actions.sign_in(email="basil@new.example", password=PASSWORD, place="192.0.2.1", at=at)
        with pytest.raises(actions.WrongCredentials):
            actions.sign_in(email="basil@example.com", password=PASSWORD, place="192.0.2.1", at=at)
        assert told("people.email.changed") == 1

    def test_the_old_mailbox_can_take_it_back(self, cast, at):
        UserSession.objects.create(user=cast.basil.account, ip="192.0.2.1", session_key="thief", user_agent="x")
        actions.change_email(token=self.ask(cast, at), at=at)
        account_id, later = cast.basil.account.pk, at + timedelta(days=6)
        assert queries.undo_open_until(account_id, later)
        assert queries.replaced_addresses(account_id, at) == ("basil@example.com",)
        actions.restore_email(token=queries.newest_token(account_id, "UNDO", later), at=later)
        account = again(cast.basil)
        assert account.email == "basil@example.com" and not account.has_usable_password()
        assert not UserSession.objects.exists() and queries.undo_open_until(account_id, later) is None

    def test_but_not_after_eight_days(self, cast, at):
        actions.change_email(token=self.ask(cast, at), at=at)
        token = queries.newest_token(cast.basil.account.pk, "UNDO", at)
        with pytest.raises(actions.LinkSpent):
            actions.restore_email(token=token, at=at + timedelta(days=8))

    def test_a_used_address_tells_only_its_owner(self, cast, at):
        assert self.ask(cast, at, "ada@example.com") == ""
        assert told("people.account.address_tried") == 1 and told("people.email.change_asked") == 0

    def test_an_address_taken_meanwhile_is_refused(self, cast, at):
        token = self.ask(cast, at)
        Account.objects.filter(pk=cast.chiara.account.pk).update(email="basil@new.example")
        with pytest.raises(actions.LinkSpent):
            actions.change_email(token=token, at=at)

    def test_refuses_a_stranger_and_ones_own_address(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.ask_email_change(
                actor=cast.chiara.actor, account_id=cast.basil.account.pk, email="x@example.com", at=at
            )
        with pytest.raises(Invalid):
            self.ask(cast, at, "Basil@example.com")


class TestStaff:
    def test_an_administrator_names_another(self, cast, at):
        actions.name_administrator(actor=cast.dora.actor, email="chiara@example.com", at=at)
        actions.name_administrator(actor=cast.dora.actor, email="chiara@example.com", at=at)
        assert again(cast.chiara).staff_roles == ["admin"] and told("people.account.staff_changed") == 1

    def test_refuses_a_stranger_and_unknown_addresses(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.name_administrator(actor=cast.basil.actor, email="basil@example.com", at=at)
        with pytest.raises(Invalid):
            actions.name_administrator(actor=cast.dora.actor, email="nobody@example.com", at=at)
        assert again(cast.basil).staff_roles == []

    def test_the_last_one_stays(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.lay_down_staff_roles(actor=cast.basil.actor, account_id=cast.dora.account.pk, at=at)
        with pytest.raises(actions.LastAdministrator):
            actions.lay_down_staff_roles(actor=cast.dora.actor, account_id=cast.dora.account.pk, at=at)
        actions.name_administrator(actor=cast.dora.actor, email="chiara@example.com", at=at)
        actions.lay_down_staff_roles(actor=cast.dora.actor, account_id=cast.dora.account.pk, at=at)
        assert again(cast.dora).staff_roles == []
