"""Migrations through the scripts of bin/db and bin/generate, on both engines."""

import os
import pathlib
import re
import sqlite3
import subprocess

import pytest
from support.node import PROGRAM, ROOT, Node
from support.postgresql import PostgreSQL

TIMEOUT_S = 120


class Migrated:
    """An empty database and a folder of migrations of our own."""

    def __init__(self, url: str, folder: pathlib.Path, query):
        self.url = url
        self.folder = folder
        self.query = query

    def write(self, id_: str, up: str, down: str) -> None:
        (self.folder / f"{id_}.up.sql").write_text(up)
        (self.folder / f"{id_}.down.sql").write_text(down)

    def table(self, id_: str) -> None:
        """A migration that makes the table of its name."""
        name = "t" + id_
        self.write(id_, f"CREATE TABLE {name} (id BIGINT);\n", f"DROP TABLE {name};\n")

    def command(self, task: str) -> list[str]:
        return [str(ROOT / "bin/db" / task), "--database", self.url, "--migrations", str(self.folder)]

    def run(self, task: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(task), capture_output=True, text=True, timeout=TIMEOUT_S,
            env={**os.environ, "TINTYPE_PROGRAM": str(PROGRAM)}, check=False,
        )

    def done(self, task: str) -> list[str]:
        """What a task that succeeds prints."""
        ran = self.run(task)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.splitlines()

    def refused(self, task: str) -> str:
        """What a task that fails says."""
        ran = self.run(task)
        assert ran.returncode != 0, ran.stdout
        assert ran.stderr.startswith("tintype: ") and ran.stderr.count("\n") == 1, ran.stderr
        return ran.stderr

    def standing(self) -> dict[str, str]:
        """{id: "applied"} as bin/db/status prints it, whether it is content or not."""
        lines = self.run("status").stdout.splitlines()
        return {re.search(r"\d\S+", line)[0]: re.split(r" {2,}| (?=\d)", line)[0] for line in lines}

    def ledger(self) -> list[str]:
        return self.query("SELECT id FROM schema_migrations ORDER BY id")


@pytest.fixture(scope="module")
def postgresql():
    with PostgreSQL() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.new_database()
        name = f"test{server.databases}"
        return Migrated(url, folder, lambda statement: server.query(name, statement))
    path = tmp_path / "test.db"

    def query(statement: str) -> list[str]:
        with sqlite3.connect(path) as connection:
            return ["|".join(map(str, row)) for row in connection.execute(statement)]

    return Migrated(f"sqlite://{path}", folder, query)


def test_migrations_sort(database):
    """Pitfall 25: ids of different width sorted wrongly, and one was skipped."""
    for _ in range(11):
        made = subprocess.run(
            [ROOT / "bin/generate/migration", "step", "--in", database.folder],
            capture_output=True, text=True, check=True, timeout=TIMEOUT_S,
        ).stdout.splitlines()
        up, down = map(pathlib.Path, made)
        number = up.name[:4]
        # Each needs the one before it: out of order, it would fail.
        before = f"INSERT INTO t{int(number) - 1:04d} (id) VALUES (1);\n" if number != "0001" else ""
        up.write_text(f"{before}CREATE TABLE t{number} (id BIGINT);\n")
        down.write_text(f"DROP TABLE t{number};\n")
    ids = [f"{number:04d}_step" for number in range(1, 12)]

    assert database.done("migrate") == [f"applied {id_}" for id_ in ids]
    assert database.ledger() == ids
    assert [database.done("rollback") for _ in ids] == [[f"rolled back {id_}"] for id_ in reversed(ids)]

    database.table("12_narrow")
    assert "12_narrow" in database.refused("migrate")
    assert database.ledger() == []


def test_migrations_are_a_ledger(database):
    """Pitfall 26: one "last run" row; a failed migration recorded as applied; rollback missed the newest."""
    database.table("0001_a")
    database.write("0002_b", "CREATE TABLE half (id BIGINT);\nCREATE TABEL oops;\n", "DROP TABLE half;\n")
    database.table("0003_c")

    assert "'0002_b'" in database.refused("migrate")
    assert database.ledger() == ["0001_a"]
    assert database.standing() == {"0001_a": "applied", "0002_b": "pending", "0003_c": "pending"}

    database.write("0002_b", "CREATE TABLE half (id BIGINT);\n", "DROP TABLE half;\n")  # Nothing is left of it.
    assert database.done("migrate") == ["applied 0002_b", "applied 0003_c"]
    assert database.done("migrate") == ["nothing to apply"]
    for id_ in ("0003_c", "0002_b", "0001_a"):
        assert database.done("rollback") == [f"rolled back {id_}"]
    assert database.done("rollback") == ["nothing to roll back"]
    assert len(database.done("migrate")) == 3
    checksums = database.query("SELECT checksum FROM schema_migrations")
    assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in checksums)
    assert len(set(checksums)) == 3


@pytest.mark.parametrize("direction", ["up", "down"])
def test_an_edited_file_is_found(database, direction):
    database.table("0001_a")
    database.table("0002_b")
    database.done("migrate")
    file = database.folder / f"0001_a.{direction}.sql"
    before = file.read_text()
    file.write_text(before + "-- A comment is an edit too.\n")

    assert database.standing() == {"0001_a": "edited", "0002_b": "applied"}
    for task in ("migrate", "rollback", "status"):
        said = database.refused(task)
        assert "'0001_a' was edited" in said and "put its files back" in said

    file.write_text(before)
    assert database.done("migrate") == ["nothing to apply"]


def test_a_missing_file_is_found(database):
    for id_ in ("0001_a", "0002_b"):
        database.table(id_)
    database.done("migrate")
    for file in database.folder.glob("0002_b.*"):
        file.rename(file.with_suffix(".away"))

    assert database.standing() == {"0001_a": "applied", "0002_b": "missing"}
    for task in ("migrate", "rollback", "status"):
        said = database.refused(task)
        assert "'0002_b' ran here but is missing" in said and "put its files back" in said
    assert database.ledger() == ["0001_a", "0002_b"]


def test_an_up_needs_its_down(database):
    database.table("0001_a")
    (database.folder / "0001_a.down.sql").unlink()
    assert "0001_a.down.sql" in database.refused("migrate")


def test_one_that_comes_too_late_is_found(database):
    database.table("0002_b")
    database.done("migrate")
    database.table("0001_a")

    assert database.standing() == {"0001_a": "out of order", "0002_b": "applied"}
    assert "'0001_a'" in database.refused("migrate")
    assert database.ledger() == ["0002_b"]


def test_two_at_once_run_each_once(database):
    ids = [f"{number:04d}_t" for number in range(1, 31)]
    for id_ in ids:
        database.table(id_)
    environment = {**os.environ, "TINTYPE_PROGRAM": str(PROGRAM)}
    both = [
        subprocess.Popen(
            database.command("migrate"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(2)
    ]
    ran = []
    for process in both:
        out, err = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 0, err
        ran += [line.removeprefix("applied ") for line in out.splitlines() if line.startswith("applied ")]

    assert sorted(ran) == ids
    assert database.ledger() == ids


def test_the_programs_own_go_up_down_and_up(database):
    def run(task: str) -> list[str]:
        return subprocess.run(
            [ROOT / "bin/db" / task, "--database", database.url], capture_output=True, text=True, check=True,
            timeout=TIMEOUT_S, env={**os.environ, "TINTYPE_PROGRAM": str(PROGRAM)},
        ).stdout.splitlines()

    ups = sorted({file.name.split(".")[0] for file in (ROOT / "db/migrations").glob("*.sql")})
    assert run("migrate") == [f"applied {id_}" for id_ in ups]
    for id_ in reversed(ups):
        assert run("rollback") == [f"rolled back {id_}"]
    assert run("rollback") == ["nothing to roll back"]
    assert run("migrate") == [f"applied {id_}" for id_ in ups]
    assert all(line.startswith("applied ") for line in run("status"))


def test_a_node_does_not_start_on_an_edited_ledger(tmp_path):
    with Node(tmp_path) as node:
        node.stop()
        with sqlite3.connect(node.data / "tintype.db") as connection:
            connection.execute("UPDATE schema_migrations SET checksum = 'x' WHERE id = '0001_base'")
        refused = node.run("serve", "--data", str(node.data), "--gateway", "127.0.0.1:0", "--edge", "127.0.0.1:0",
                           "--s3", "127.0.0.1:0", "--ops", "127.0.0.1:0", check=False)
        assert refused.returncode != 0
        assert "'0001_base' was edited" in refused.stderr


@pytest.mark.parametrize("task", ["db/migrate", "db/rollback", "db/status", "generate/migration"])
def test_scripts_explain_themselves(task):
    said = subprocess.run([ROOT / "bin" / task, "--help"], capture_output=True, text=True, check=True).stdout
    assert f"bin/{task}" in said


@pytest.mark.parametrize("arguments", [[], ["Add-Bio"], ["add bio"], ["a", "b"], ["a", "--what"], ["--in", "."], ["1a"]])
def test_a_migration_has_a_name(tmp_path, arguments):
    ran = subprocess.run(
        [ROOT / "bin/generate/migration", "--in", tmp_path, *arguments], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 64, ran.stdout
    assert list(tmp_path.iterdir()) == []
