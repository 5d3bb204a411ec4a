"""A Ceph of our own: a monitor, one store in memory and its S3 gateway, in a temporary folder, on loopback alone."""

import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid

import requests

STEP_MAX_S = 60
ACCESS_KEY, SECRET_KEY = "tintype", "tintype-secret"
# A small cluster of one: nothing is kept twice, and nobody minds.
CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{mon_port}
auth allow insecure global id reclaim = false
keyring = {folder}/admin.keyring
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
crash dir = {folder}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
[mon.a]
mon data = {folder}/mon
mon data avail warn = 2
mon data avail crit = 1
[osd.0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd data = {folder}/osd
keyring = {folder}/osd/keyring
osd objectstore = memstore
memstore device bytes = 1073741824
osd max object name len = 256
osd max object namespace len = 64
[client.rgw.a]
rgw data = {folder}/rgw
keyring = {folder}/rgw/keyring
rgw frontends = beast endpoint=127.0.0.1:{port}
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Ceph:
    """`with Ceph() as ceph:` starts it and stops it by its process ids; `ceph.url` speaks S3."""

    def __init__(self):
        assert shutil.which("radosgw"), "no radosgw: install 'radosgw ceph-mon ceph-osd' (bin/setup test)"
        self.processes = []

    def run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=STEP_MAX_S, env=self.environment)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def serve(self, *command: str) -> None:
        with (self.folder / "output").open("ab") as output:
            self.processes.append(
                subprocess.Popen([*command, "-f"], stdout=output, stderr=output, env=self.environment)
            )

    def __enter__(self) -> "Ceph":
        self.folder = folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-ceph-"))
        try:
            self.start(folder)
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, folder: pathlib.Path) -> None:
        for name in ("mon", "osd", "rgw"):
            (folder / name).mkdir()
        port, mon_port, fsid = free_port(), free_port(), str(uuid.uuid4())
        configuration = folder / "ceph.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port, mon_port=mon_port, fsid=fsid))
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "CEPH_CONF": str(configuration)}
        self.url = f"http://127.0.0.1:{port}"

        self.run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{mon_port}]",
                 str(folder / "monmap"))
        mon_keys, admin_keys = str(folder / "mon.keyring"), str(folder / "admin.keyring")
        self.run("ceph-authtool", "-C", mon_keys, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        self.run("ceph-authtool", "-C", admin_keys, "--gen-key", "-n", "client.admin",
                 "--cap", "mon", "allow *", "--cap", "osd", "allow *")
        self.run("ceph-authtool", mon_keys, "--import-keyring", admin_keys)
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(folder / "monmap"), "--keyring", mon_keys)
        self.serve("ceph-mon", "-i", "a")

        osd_id = str(uuid.uuid4())
        ceph = ("ceph", "--connect-timeout", str(STEP_MAX_S))
        self.run(*ceph, "osd", "create", osd_id)
        keys = self.run(*ceph, "auth", "get-or-create", "osd.0", "mon", "allow profile osd", "osd", "allow *")
        (folder / "osd/keyring").write_text(keys)
        keys = self.run(*ceph, "auth", "get-or-create", "client.rgw.a", "mon", "allow rw", "osd", "allow rwx")
        (folder / "rgw/keyring").write_text(keys)
        self.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd_id)
        self.serve("ceph-osd", "-i", "0")
        self.run(*ceph, "osd", "crush", "add", "osd.0", "1.0", "host=localhost", "root=default")
        # Waits for the store by itself: it writes the account there.
        self.run("radosgw-admin", "-n", "client.rgw.a", "user", "create", "--uid", "tintype",
                 "--display-name", "tintype", "--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
        self.serve("radosgw", "-n", "client.rgw.a")
        retries = requests.adapters.Retry(connect=10, backoff_factor=0.05)
        with requests.Session() as session:
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
            assert session.get(self.url, timeout=STEP_MAX_S).status_code == 200

    def __exit__(self, *_) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
