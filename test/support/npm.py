"""Programs of npm that tests run, as the package-lock.json beside them pins them."""

import pathlib
import subprocess


def install(folder: pathlib.Path) -> None:
    """Unless they are there already."""
    installed = folder / "node_modules/.package-lock.json"
    lock = folder / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci"], cwd=folder, check=True, capture_output=True)
        installed.touch()
