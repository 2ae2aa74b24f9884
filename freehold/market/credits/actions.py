"""Granting, spending, giving back and letting lapse."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of, days_after
from freehold.kit.events import publish
from freehold.kit.refusals import Refusal
from freehold.kit.settings import current
from freehold.market.credits import queries
from freehold.market.credits.events import (
    CreditsExpiring,
    CreditsGranted,
    CreditsLapsed,
    CreditsReturned,
    CreditsSpent,
)
from freehold.market.credits.models import Entry, Lot, Pool
from freehold.market.credits.states import Mode, Reason, Source
from freehold.market.profiles.models import Profile
from freehold.market.profiles.states import S as ProfileState
from freehold.people.teams.models import Party

#: a member is warned so many days before credits lapse
WARN_DAYS = 14
#: monthly grants go to those seen within so many days
SEEN_DAYS = 60

Ref = tuple[str, UUID]


class NotEnoughCredits(Refusal):
    """The pool holds less than this costs."""

    title = _("Not enough credits")
    sentence = _(
        "This takes %(cost)s credits and you have %(balance)s. Nothing was sent and no credits were spent. "
        "New ones come with the monthly grant; your credits page says when."
    )


class PoolFrozen(Refusal):
    """The account is on its way out."""

    title = _("Credits are frozen")
    sentence = _("Credits stand still while an account is closing. Nothing was sent and no credits were spent.")


@action
def grant_signup(*, actor: Actor, party_id: UUID, at: datetime) -> int:
    """
    Open a freelancer side's pool with its first credits; a second call grants nothing.

    :returns: how many came in
    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    pool = _pool(party_id, at)
    return _grant(actor, pool, Source.SIGNUP, "signup", current().credits.signup_free, at)


@action
def grant(*, actor: Actor, party_id: UUID, count: int, source: str, key: str, at: datetime) -> int:
    """
    Give credits out of turn; the same key grants once.

    :returns: how many came in
    :raises NotAllowed: unless the machine or staff acts
    """
    require(actor.is_system or actor.is_staff())
    return _grant(actor, _pool(party_id, at), Source(source), key, count, at)


@action
def grant_monthly(*, actor: Actor, pool_id: UUID, at: datetime) -> int:
    """
    Give the month's credits to a published and present member, and set the clock to the next month.

    :returns: how many came in
    :raises NotAllowed: unless the machine acts
    """
    pool = Pool.objects.locked(pool_id)
    require(actor.is_system)
    due = pool.grant_due_at
    if due is None or due > at:
        return 0
    owner = pool.party.owner
    pool.grant_due_at = queries.next_grant_after(owner.joined_at or pool.opened_at, due)
    pool.save(update_fields=["grant_due_at"])
    if pool.frozen_at or pool.party.closed_at or not (_is_published(pool.party_id) and _was_seen(pool, due)):
        return 0
    return _grant(actor, pool, Source.MONTHLY, f"monthly:{day_of(due)}", queries.monthly_count(), due)


@action
def spend(*, actor: Actor, party_id: UUID, count: int, ref: Ref, at: datetime) -> int:
    """
    Take credits for something, those that lapse first first; the same thing is paid once.

    :param ref: what for, e.g. ``("proposal", id)``
    :returns: the balance afterwards
    :raises NotAllowed: unless the actor acts for the party
    :raises NotEnoughCredits: when the balance is smaller
    """
    pool = Pool.objects.of(party_id)
    require(actor.is_system or actor.acts_for(party_id))
    lots = list(_spendable(pool, at)) if pool else []
    balance = sum(lot.left for lot in lots)
    if pool is not None and Entry.objects.filter(ref_kind=ref[0], ref_id=ref[1], reason=Reason.SPENT).exists():
        return balance
    if count <= 0:
        return balance
    if pool is not None and pool.frozen_at:
        raise PoolFrozen()
    if balance < count:
        raise NotEnoughCredits(cost=count, balance=balance)
    rest = count
    for lot in lots:
        part = min(rest, lot.left)
        _enter(lot, -part, Reason.SPENT, at, ref)
        rest -= part
        if not rest:
            break
    publish(CreditsSpent(party_id=party_id, count=count, ref_kind=ref[0], ref_id=ref[1]), actor=actor, at=at)
    return balance - count


@action
def give_back(*, actor: Actor, ref: Ref, at: datetime) -> int:
    """
    Put what something cost back into the lots it came from; each lives ``credits.return_min_days`` more at least.

    :returns: how many came back; 0 when they had come back before, or nothing was spent
    :raises NotAllowed: unless the machine acts
    """
    spent = Entry.objects.filter(ref_kind=ref[0], ref_id=ref[1], reason=Reason.SPENT).select_related("lot").first()
    if spent is None:
        return 0
    pool = Pool.objects.locked(spent.lot.pool_id)
    require(actor.is_system)
    rows = Entry.objects.filter(ref_kind=ref[0], ref_id=ref[1]).order_by("pk")
    entries = list(rows.values_list("lot_id", "reason", "count"))
    back = {lot_id for lot_id, reason, _count in entries if reason == Reason.RETURNED}
    owed = {lot_id: -count for lot_id, reason, count in entries if reason == Reason.SPENT and lot_id not in back}
    least = days_after(at, current().credits.return_min_days)
    for lot in Lot.objects.filter(pk__in=owed).order_by("pk"):
        if lot.expires_at < least:
            lot.expires_at, lot.warn_due_at = least, _warn_at(least, at)
            lot.save(update_fields=["expires_at", "warn_due_at"])
        _enter(lot, owed[lot.pk], Reason.RETURNED, at, ref)
    count = sum(owed.values())
    if count:
        fact = CreditsReturned(party_id=pool.party_id, count=count, ref_kind=ref[0], ref_id=ref[1])
        publish(fact, actor=actor, at=at)
    return count


@action
def lapse_lot(*, actor: Actor, lot_id: UUID, at: datetime) -> int:
    """
    Let what is left of a lot lapse at its end.

    :returns: how many lapsed
    :raises NotAllowed: unless the machine acts
    """
    pool_id = Lot.objects.found(pk=lot_id).pool_id
    pool = Pool.objects.locked(pool_id)
    lot = Lot.objects.locked(lot_id)
    require(actor.is_system)
    count = lot.left
    if not count or lot.expires_at > at:
        return 0
    _enter(lot, -count, Reason.LAPSED, at)
    lot.warn_due_at = None
    lot.save(update_fields=["warn_due_at"])
    publish(CreditsLapsed(party_id=pool.party_id, count=count, lot_id=lot.pk), actor=actor, at=at)
    return count


@action
def lapse_all(*, actor: Actor, party_id: UUID, at: datetime) -> int:
    """
    Let everything a party has left lapse, because its owner is gone for good.

    :returns: how many lapsed
    :raises NotAllowed: unless the machine acts
    """
    pool = Pool.objects.of(party_id)
    require(actor.is_system)
    lots = list(Lot.objects.filter(pool=pool, left__gt=0).order_by("pk")) if pool else []
    for lot in lots:
        publish(CreditsLapsed(party_id=party_id, count=lot.left, lot_id=lot.pk), actor=actor, at=at)
        _enter(lot, -lot.left, Reason.LAPSED, at)
    if pool is not None:
        pool.grant_due_at = None
        pool.save(update_fields=["grant_due_at"])
    return len(lots)


@action
def warn_of_lapse(*, actor: Actor, lot_id: UUID, at: datetime) -> None:
    """
    Say that a lot lapses soon.

    :raises NotAllowed: unless the machine acts
    """
    lot = Lot.objects.locked(lot_id)
    require(actor.is_system)
    lot.warn_due_at = None
    lot.save(update_fields=["warn_due_at"])
    if lot.left:
        publish(CreditsExpiring(party_id=lot.pool.party_id, count=lot.left, lot_id=lot.pk), actor=actor, at=at)


@action
def freeze(*, actor: Actor, party_id: UUID, at: datetime) -> None:
    """
    Stop a pool while its owner is leaving: nothing is spent and nothing granted.

    :raises NotAllowed: unless the machine acts, or the party's owner
    """
    pool = Pool.objects.of(party_id)
    require(actor.is_system or _owns(actor, party_id))
    if pool is not None and pool.frozen_at is None:
        pool.frozen_at = at
        pool.save(update_fields=["frozen_at"])


@action
def thaw(*, actor: Actor, party_id: UUID, at: datetime) -> None:
    """
    Let a pool be spent again because its owner came back.

    :raises NotAllowed: unless the machine acts
    """
    pool = Pool.objects.of(party_id)
    require(actor.is_system)
    if pool is not None and pool.frozen_at is not None:
        pool.frozen_at = None
        pool.save(update_fields=["frozen_at"])


def _pool(party_id: UUID, at: datetime) -> Pool:
    pool = Pool.objects.of(party_id)
    if pool is None:
        party = Party.objects.select_related("owner").get(pk=party_id)
        due = queries.next_grant_after(party.owner.joined_at or at, at)
        Pool.objects.get_or_create(party=party, defaults={"opened_at": at, "grant_due_at": due})
        pool = Pool.objects.of(party_id)
        assert pool is not None
    return pool


def _grant(actor: Actor, pool: Pool, source: Source, key: str, count: int, at: datetime) -> int:
    settings = current().credits
    if count <= 0 or settings.mode == Mode.FREE or Lot.objects.filter(pool=pool, key=key).exists():
        return 0
    quota = settings.mode == Mode.QUOTA and source == Source.MONTHLY and pool.grant_due_at
    expires_at = pool.grant_due_at if quota else days_after(at, settings.expiry_days)
    assert expires_at is not None
    lot = Lot.objects.create(
        pool=pool,
        source=source,
        key=key,
        count=count,
        left=count,
        granted_at=at,
        expires_at=expires_at,
        warn_due_at=None if quota else _warn_at(expires_at, at),
    )
    Entry.objects.create(lot=lot, count=count, reason=Reason.GRANT, at=at)
    fact = CreditsGranted(party_id=pool.party_id, count=count, source=str(source), lot_id=lot.pk)
    publish(fact, actor=actor, at=at)
    return count


def _enter(lot: Lot, count: int, reason: Reason, at: datetime, ref: Ref | None = None) -> None:
    kind, ref_id = ref or ("", None)
    Entry.objects.create(lot=lot, count=count, reason=reason, ref_kind=kind, ref_id=ref_id, at=at)
    Lot.objects.filter(pk=lot.pk).update(left=F("left") + count)
    lot.left += count


def _spendable(pool: Pool, at: datetime) -> list[Lot]:
    rows = Lot.objects.filter(pool=pool, left__gt=0, expires_at__gt=at)
    return list(rows.order_by("expires_at", "granted_at", "pk"))


def _warn_at(expires_at: datetime, at: datetime) -> datetime | None:
    warn = expires_at - timedelta(days=WARN_DAYS)
    return warn if warn > at else None


def _is_published(party_id: UUID) -> bool:
    return Profile.objects.filter(party_id=party_id, state=ProfileState.PUBLISHED).exists()


def _was_seen(pool: Pool, at: datetime) -> bool:
    owner = pool.party.owner
    spent = Entry.objects.filter(lot__pool=pool, reason=Reason.SPENT).aggregate(last=Max("at"))["last"]
    seen = [moment for moment in (owner.last_login, owner.joined_at, spent) if moment]
    return bool(seen) and max(seen) >= at - timedelta(days=SEEN_DAYS)


def _owns(actor: Actor, party_id: UUID) -> bool:
    return Party.objects.filter(pk=party_id, owner_id=actor.account_id).exists() and actor.is_known
