"""What every benchmark prints, and the photographs it needs."""

import json
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test"))

AS_JSON = "--json" in sys.argv[1:]


def emit(bench: str, case: str, unit: str, ours: float, peer: str, theirs: float, **more) -> None:
    line = {
        "bench": bench, "case": case, "unit": unit, "ours": round(ours, 3), "peer": peer,
        "theirs": round(theirs, 3), "ratio": round(ours / theirs, 3) if theirs else None, **more,
    }
    if AS_JSON:
        print(json.dumps(line), flush=True)
        return
    extra = "".join(f"  {key} {value}" for key, value in more.items())
    print(f"{case}: {ours:.2f} {unit}, {peer}: {theirs:.2f} {unit}{extra}", flush=True)


def median(values: list[float]) -> float:
    return statistics.median(values)


def photograph_12mp() -> pathlib.Path:
    """A 4000x3000 baseline JPEG made from a photograph of Debian's mate-backgrounds."""
    folder = ROOT / "build/photographs"
    target = folder / "12mp.jpg"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "usr/share/backgrounds/mate/abstract/Elephants_5640x3172.jpg"
    if not source.exists():
        subprocess.run(["apt-get", "-q", "download", "mate-backgrounds"], cwd=folder, check=True, stdout=sys.stderr)
        package = next(folder.glob("mate-backgrounds_*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    subprocess.run(
        ["vips", "thumbnail", source, f"{target}[Q=85,strip]", "4000", "--height", "3000", "--crop", "centre"],
        check=True,
    )
    return target
