"""The ground tests stand on."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from freehold.kit import clock
from freehold.kit.models import SettingChange


def rows() -> int:
    return SettingChange.objects.count()


def write(at) -> None:
    with transaction.atomic(durable=True):
        SettingChange.objects.create(key="job.open_max", value=1, at=at)


@pytest.mark.parametrize("_again", [1, 2])
def test_a_test_starts_without_what_the_one_before_wrote(db, at, _again):
    assert rows() == 0
    write(at)
    assert rows() == 1


@pytest.mark.parametrize("_again", [1, 2])
def test_a_live_test_commits_and_is_put_back(live_db, at, _again):
    seen = []
    assert rows() == 0
    write(at)

    def look() -> None:
        seen.append(rows())
        connection.close()

    other = threading.Thread(target=look)
    other.start()
    other.join()
    assert seen == [1]


def test_the_clock_stands_still(db, at):
    assert clock.now() == at == clock.now()


def test_a_test_without_a_database_has_none():
    with pytest.raises(RuntimeError, match="fixture db"):
        connection.cursor()
