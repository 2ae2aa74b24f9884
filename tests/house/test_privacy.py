"""Every model says what it knows about people, or why it knows nothing; every declaration speaks of what exists."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from freehold.kit import privacy, settings
from freehold.kit.privacy import Basis, Fate, Subject

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOBODY = Subject(account_id=uuid.uuid4(), party_ids=(uuid.uuid4(),), pseudonym="Former member 22222")
PEOPLE = ("accounts.Account", "teams.Party")

MODELS = sorted(apps.get_models(), key=lambda m: m._meta.label)
PERSONAL = sorted(privacy.DECLARED, key=lambda d: d.model._meta.label)


def wordy(column: models.Field) -> bool:
    if isinstance(column, ArrayField):
        return wordy(column.base_field)
    kinds = (
        models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField,
        models.GenericIPAddressField,
    )
    return isinstance(column, kinds) and not column.choices


def links(model: type[models.Model]) -> list[str]:
    return [
        f.name for f in model._meta.concrete_fields
        if f.is_relation and f.related_model is not None and f.related_model._meta.label in PEOPLE
    ]


def columns(model: type[models.Model]) -> set[str]:
    return {n for f in model._meta.concrete_fields for n in (f.name, f.attname)}


def named(declared: privacy.Personal) -> str:
    return f"{declared.model._meta.label} ({declared.label})"


def declarations(model: type[models.Model]) -> list[privacy.Personal]:
    return [d for d in privacy.DECLARED if d.model is model]


def test_there_is_something_to_look_at():
    assert len(MODELS) > 40 and len(PERSONAL) > 20


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_a_model_is_declared(model):
    """One that links to a person or can hold words needs a declaration, personal or impersonal."""
    if model._meta.auto_created or model._meta.proxy or not model._meta.managed:
        return
    could = links(model) or [f.name for f in model._meta.concrete_fields if wordy(f)]
    known = declarations(model) or model in privacy.IMPERSONAL
    assert known or not could, f"{model._meta.label} says nothing about {could}"


@pytest.mark.parametrize("model", sorted({d.model for d in PERSONAL}, key=lambda m: m._meta.label),
                         ids=lambda m: m._meta.label)
def test_every_column_with_words_has_a_fate(model):
    """Rows that are erased take everything along; of rows that stay each column is spoken of."""
    found = declarations(model)
    if all(d.fate == Fate.ERASE for d in found):
        return
    spoken = {c for d in found for c in (*d.export, *d.columns, *d.impersonal)}
    silent = [f.name for f in model._meta.concrete_fields if wordy(f) and not {f.name, f.attname} & spoken]
    assert silent == [], f"{model._meta.label}: nobody says what becomes of {silent}"


@pytest.mark.parametrize("declared", PERSONAL, ids=named)
def test_a_declaration_names_columns_that_exist(declared):
    spoken = {*declared.export, *declared.columns, *declared.impersonal, *declared.blank_with}
    spoken |= {declared.since} if declared.since else set()
    assert spoken - columns(declared.model) == set()


@pytest.mark.parametrize("declared", PERSONAL, ids=named)
def test_a_declaration_is_complete(declared):
    assert str(declared.label).strip()
    if declared.fate in (Fate.KEEP, Fate.PSEUDONYM):
        assert declared.basis != Basis.NONE, "what stays needs a reason"
        assert str(declared.seen_by).strip(), "what stays is seen by somebody"
    if declared.fate == Fate.BLANK:
        assert declared.columns or declared.erase, "what is emptied has columns"
    if declared.keep_years:
        area, _dot, key = declared.keep_years.partition(".")
        assert isinstance(getattr(getattr(settings.Settings(), area), key), int)


@pytest.mark.parametrize("declared", PERSONAL, ids=named)
def test_a_declaration_finds_and_erases_nothing_of_a_stranger(db, cast, declared):
    assert declared.rows(NOBODY).count() == 0
    before = declared.model._default_manager.count()
    from freehold.trust.closure.actions.erasure import carry_out

    if declared.erase is None or declared.model._meta.label not in PEOPLE:
        for _ in range(2):
            carry_out(declared, NOBODY, AT)
    assert declared.model._default_manager.count() == before


def test_a_model_is_not_both():
    both = {d.model for d in privacy.DECLARED} & set(privacy.IMPERSONAL)
    assert {m._meta.label for m in both} == set()


def test_impersonal_has_a_reason():
    assert [m._meta.label for m, why in privacy.IMPERSONAL.items() if len(why) < 10] == []


def test_every_blocker_speaks_of_nothing_for_a_stranger(db):
    for blocker in privacy.BLOCKERS.values():
        assert list(blocker.find(NOBODY, AT)) == [], blocker.key
        if blocker.settle is not None:
            blocker.settle(NOBODY, None, AT)


def test_what_clears_a_blocker_is_listened_to():
    from freehold.kit.events import REACTIONS

    for blocker in privacy.BLOCKERS.values():
        for fact in blocker.clears_on:
            assert any("closure" in name for name in REACTIONS.get(fact.name, {})), f"{blocker.key}: {fact.name}"
