"""The command line."""

from __future__ import annotations

import argparse
import os
import socket
from datetime import timedelta

import pytest

from freehold.config import cli, data, up
from freehold.config.binaries import Missing
from freehold.config.processes import words


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("14d", timedelta(days=14)),
        ("36h", timedelta(hours=36)),
        ("2w", timedelta(weeks=2)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1d 30m", timedelta(days=1, minutes=30)),
    ],
)
def test_a_length_of_time_is_read(text, length):
    assert cli.span(text) == length


@pytest.mark.parametrize("text", ["", "14", "d", "14 fortnights", "14d!", "-3d"])
def test_no_length_of_time_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="14d"):
        cli.span(text)


def test_a_length_of_time_is_told():
    assert words(timedelta(days=1, hours=12)) == "1 day 12 hours"


def test_without_a_command_it_shows_its_help(capsys):
    assert cli.main([]) == 2
    assert "check-books" in capsys.readouterr().out


def test_an_unknown_option_is_refused():
    with pytest.raises(SystemExit):
        cli.main(["up", "--prot", "8000"])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FREEHOLD_DATA", str(tmp_path))
    monkeypatch.delenv("FREEHOLD_MODE", raising=False)
    monkeypatch.delenv("FREEHOLD_DATABASE_URL", raising=False)
    yield tmp_path
    os.environ["FREEHOLD_MODE"] = "test"


def test_a_command_without_a_market_says_how_to_make_one(folder, capsys):
    assert cli.main(["check-books"]) == 1
    assert "freehold up --demo" in capsys.readouterr().err


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Missing, match=f"--port {port + 1}"):
            up._free("127.0.0.1", port)


def test_an_address_of_somebody_else_is_refused():
    with pytest.raises(Missing, match="--host"):
        up._free("203.0.113.9", 8000)


def test_a_demo_never_turns_into_a_market(folder):
    up._decide_mode(folder, True)
    assert data.mode() == "demo"
    del os.environ["FREEHOLD_MODE"]
    up._decide_mode(folder, False)
    assert data.mode() == "demo", "up without --demo keeps what the folder was made for"


def test_a_market_never_turns_into_a_demo(folder):
    up._decide_mode(folder, False)
    with pytest.raises(Missing, match="--data"):
        up._decide_mode(folder, True)


def test_a_data_folder_has_one_keeper(folder):
    with data.alone() as first, data.alone() as second:
        assert (first, second) == (True, False)


def test_the_secret_key_stays_the_same_and_private(folder, monkeypatch):
    monkeypatch.delenv("FREEHOLD_SECRET_KEY", raising=False)
    key = data.secret_key()
    assert data.secret_key() == key
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600
    assert len(key) > 60
