"""A PostgreSQL server of our own: in a temporary folder, reached through a socket there alone."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

START_MAX_S = 60


class PostgreSQL:
    """`with PostgreSQL() as server:` starts it and stops it by its process id."""

    def __init__(self):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        assert programs, "no /usr/lib/postgresql/*/bin: install Debian's 'postgresql' (bin/setup test)"
        self.programs = programs[-1]
        self.databases = 0

    def __enter__(self) -> "PostgreSQL":
        # A short path: a socket's name has at most 107 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-pg-"))
        account = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        # ICU's English order is not that of bytes: what must sort by bytes has to say so.
        subprocess.run(
            [self.programs / "initdb", "-D", data, "-U", "tintype", "-A", "trust", "-E", "UTF8", "--no-sync",
             "--locale=C", "--locale-provider=icu", "--icu-locale=en"],
            check=True, capture_output=True, cwd="/", timeout=START_MAX_S, **account,
        )
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", data, "-k", self.folder, "-F", "-c", "listen_addresses=",
             "-c", "shared_buffers=16MB", "-c", "log_checkpoints=off"],
            stderr=subprocess.PIPE, text=True, cwd="/", **account,
        )
        seen = ""
        for line in self.process.stderr:
            seen += line
            if "ready to accept connections" in line:
                return self
        raise AssertionError(f"PostgreSQL did not start:\n{seen}")

    def __exit__(self, *_) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=START_MAX_S)
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """The URL of an empty database."""
        self.databases += 1
        name = f"test{self.databases}"
        self.query("postgres", f"CREATE DATABASE {name}")
        return f"postgresql:///{name}?user=tintype&host={self.folder}"

    def query(self, database: str, statement: str) -> list[str]:
        """Its rows, columns separated by |."""
        return subprocess.run(
            [self.programs / "psql", "-h", self.folder, "-U", "tintype", "-d", database, "-qAtc", statement],
            check=True, capture_output=True, text=True, timeout=START_MAX_S,
        ).stdout.splitlines()
