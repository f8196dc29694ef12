#!/usr/bin/env python3
"""TensorBoard reads what dtrain wrote: every scalar of a run that was killed and resumed, against metrics.jsonl.

usage: scalars.py [--bin build/bin] [RUN ...]

Without a RUN a small one is trained. TensorBoard is installed into a throw-away virtual environment. Ends with 0 if all
agree.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["tensorboard", "setuptools<81"]


def train(args, python, work):
    """Trains a run, kills it once in the middle, and goes on."""
    subprocess.run([python, "-m", "pip", "install", "-q", "pillow", "numpy"], check=True)
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([python, HERE / "peers/make_photos.py", work / "photos"], **quiet)
    subprocess.run([args.bin / "dsplit", work / "photos", "-o", work / "splits", "--ratio", "60,20,20", "-q"], **quiet)
    subprocess.run([args.bin / "dscompile", work / "splits/manifest.csv", "-o", work / "photos.ds", "-q"], **quiet)
    run = work / "run"
    first = subprocess.Popen([args.bin / "dtrain", work / "photos.ds", "-o", run, "--backbone", "small_cnn", "--image-size",
                              "32", "--batch-size", "4", "--finetune-epochs", "200", "-q"], stdout=subprocess.DEVNULL)
    metrics = run / "metrics.jsonl"
    while first.poll() is None and not (metrics.exists() and metrics.read_text().count('"event":"epoch"') > 20):
        time.sleep(0.01)
    first.kill()
    first.wait()
    subprocess.run([args.bin / "dtrain", "--resume", "-o", run, "-q"], **quiet)
    return [run]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", type=pathlib.Path, metavar="RUN")
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        python = work / "venv/bin/python"
        subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        failed = [run for run in args.runs or train(args, python, work)
                  if subprocess.run([python, HERE / "peers/read_tensorboard.py", run]).returncode != 0]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
