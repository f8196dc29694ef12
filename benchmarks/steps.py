#!/usr/bin/env python3
"""Steps of training beside PyTorch's: a head epoch on a frozen backbone, and a finetune epoch with frozen norms.

usage: steps.py [--bin build/bin] [--only mobilenet_v2,resnet50] [--precision fp32,bf16] [--batch 32] [--steps 6] [--rounds 3]
                [--python PYTHON]

dtrain streams noise from shards, which hold pixels of the network's size. PyTorch's pictures lie in memory already. Both begin with the
same weights, are channels last, use Adam and two threads, and take turns, each in a process of its own. Images/s are those of an
epoch after a first one, medians over the rounds.

torch and torchvision are installed into a throw-away virtual environment unless --python names an interpreter that has them. Ratios
compare the libtorch that we are built with, too: for one and the same, build with TORCH_ROOT in that environment.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

from neighbours import png

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["torch==2.15.0", "torchvision==0.29.2"]
SIZES = {"mobilenet_v2": 224, "resnet50": 224}
WANTED = {"head": 2.5, "finetune": 1.2}


def make_dataset(args, side, folder):
    draw = random.Random(1)
    for number in range(2 * args.batch):
        path = folder / "photos" / f"class{number % 2}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(side, 3, draw))
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    subprocess.run([args.bin / "dsplit", folder / "photos", "-o", folder / "splits", "--ratio", "90,10,0", "-q"], **quiet)
    subprocess.run([args.bin / "dscompile", folder / "splits/manifest.csv", "-o", folder / "data.ds", "--store", "raw", "-q"], **quiet)


def ours(args, network, precision, folder):
    """{phase: images/s}"""
    with tempfile.TemporaryDirectory(dir=folder) as run:
        flags = ["--backbone", network, "--weights", folder / "weights.pth", "--image-size", str(SIZES[network]), "--augment", "flip",
                 "--batch-size", str(args.batch), "--steps-per-epoch", str(args.steps), "--head-epochs", "2", "--finetune-epochs", "2",
                 "--head-solver", "gradient", "--precision", precision, "--compute-threads", "2", "--no-fsync", "-q"]
        subprocess.run([args.bin / "dtrain", folder / "data.ds", "-o", run, *flags], stdout=subprocess.DEVNULL, check=True)
        lines = map(json.loads, (pathlib.Path(run) / "metrics.jsonl").read_text().splitlines())
        return {line["phase"]: line["images_per_second"] for line in lines if line["event"] == "epoch"}


def theirs(args, network, precision, python):
    command = [python, HERE / "peers/training_steps.py", network, SIZES[network], args.batch, args.steps, precision]
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "2", "CUDA_VISIBLE_DEVICES": ""})
    return dict(zip(("head", "finetune"), map(float, done.stdout.split()[-2:])))


def race(args, python):
    print(f"{'network':14}{'precision':11}{'phase':10}{'ours':>8}{'PyTorch':>9}{'ratio':>8}{'wanted':>8}   images/s, medians")
    for network in args.only:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            make_dataset(args, SIZES[network], folder)
            subprocess.run([python, "-c", "import sys, torch, torchvision; torch.manual_seed(1); "
                            "torch.save(torchvision.models.get_model(sys.argv[1]).state_dict(), sys.argv[2])",
                            network, folder / "weights.pth"], check=True)
            for precision in args.precision:
                mine, other = [], []
                for _ in range(args.rounds):
                    mine.append(ours(args, network, precision, folder))
                    other.append(theirs(args, network, precision, python))
                for phase, wanted in WANTED.items():
                    a, b = (statistics.median(run[phase] for run in runs) for runs in (mine, other))
                    print(f"{network:14}{precision:11}{phase:10}{a:8.1f}{b:9.1f}{a / b:8.2f}{wanted:8.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--only", type=lambda names: names.split(","), default=list(SIZES))
    parser.add_argument("--precision", type=lambda names: names.split(","), default=["fp32", "bf16"])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python")
    args = parser.parse_args()
    if args.python:
        race(args, args.python)
        return
    with tempfile.TemporaryDirectory() as venv:
        subprocess.run(["python3", "-m", "venv", venv], check=True)
        subprocess.run([f"{venv}/bin/python", "-m", "pip", "install", "-q", *PACKAGES], check=True)
        race(args, f"{venv}/bin/python")


if __name__ == "__main__":
    main()
