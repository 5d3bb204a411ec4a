"""The app in Chromium: Lighthouse on a profile page, and how long a photograph of 12 megapixels takes.

choice_to_preview: from the moment in which the browser hands the file over to its first drawing. choice_to_everywhere:
from the choice of the frame to the new picture being there in another window, beside the pixel work alone
(all variants of the avatars of what the page sent).
"""

import json
import pathlib
import subprocess
import tempfile

import photographs
import report

ROOT = report.ROOT
ROUNDS = 9
SCORE_GOAL = 95
PREVIEW_MS_GOAL = 100
# The built-in avatars.
VARIANTS = [(512, ("jpg", "webp", "avif")), (128, ("jpg", "webp", "avif")), (48, ("jpg", "webp"))]


def pixels_ms(source: pathlib.Path, folder: pathlib.Path) -> float:
    command = [report.PROGRAM, "image", source, "--repeat", "3", "--json"]
    for side, formats in VARIANTS:
        for kind in formats:
            plan = f"width={side},height={side},fit=cover,gravity=smart"
            command += ["--variant", f"{folder / f'{side}.{kind}'}={plan}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])["ms"]


def main() -> None:
    node = subprocess.run([ROOT / "web/find_node", "22.19"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sent = folder / "sent.jpg"
        done = subprocess.run(
            [node, ROOT / "bench/app/run.mjs", photographs.baseline("12mp"), str(ROUNDS), sent],
            capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"bench/app/run.mjs failed:\n{done.stdout}{done.stderr}")
        seen = json.loads(done.stdout.splitlines()[-1])
        pixels = pixels_ms(sent, folder)
    for form, scores in seen["scores"].items():
        for category, score in scores.items():
            report.emit_difference("app", f"lighthouse_{category}_{form}", "points", score, "goal", SCORE_GOAL)
    report.emit("app", "choice_to_preview_12mp", "ms", report.median(seen["previews"]), "goal", PREVIEW_MS_GOAL, rounds=ROUNDS)
    report.emit("app", "choice_to_everywhere", "ms", report.median(seen["everywhere"]), "pixel work alone", pixels, rounds=ROUNDS)


if __name__ == "__main__":
    main()
