#!/usr/bin/env python3
"""Our backbones beside torchvision's and timm's: building the network, and one forward pass of a batch in evaluation mode.

usage: backbones.py [--bench build/tests/backbone_probe] [--batch 4] [--rounds 3] [--only NAME,...] [--precision fp32,bf16]
                    [--python PYTHON]

Every graph of tests/train/goldens/keys.csv that torchvision or timm has, at its native size, channels last, two threads; bf16 is
autocast. Ours and theirs take turns, each in a process of its own that prints the medians of its seconds, see peers/backbone_forward.py.

torch, torchvision and timm are installed into a throw-away virtual environment unless --python names an interpreter that has
them. Ratios compare the libtorch that we are built with, too: for one and the same, build with TORCH_ROOT in that environment.
"""

import argparse
import csv
import os
import pathlib
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GOLDENS = HERE.parent / "tests/train/goldens"
PACKAGES = ["torch==2.15.0", "torchvision==0.29.2", "timm==1.0.31"]


def references():
    """(backbone, variant) -> (native size, library, model)."""
    with open(GOLDENS / "backbones.csv") as file:
        sizes = {}
        for backbone, variant, size, *_ in csv.reader(file):
            sizes.setdefault((backbone, variant), size)
    with open(GOLDENS / "keys.csv") as file:
        result = {}
        for library, model, backbone, variant, *_ in csv.reader(file):
            # timm's EfficientNet-B0 is torchvision's graph.
            if library in ("torchvision", "timm") and (backbone, variant) != ("efficientnet_b0", "timm"):
                result.setdefault((backbone, variant), (sizes[backbone, variant], library, model))
    return result


def measured(command):
    """[seconds of building, of a forward pass], which the command prints last."""
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "2", "CUDA_VISIBLE_DEVICES": ""})
    return [float(word) for word in done.stdout.split()[-2:]]


def race(args, python):
    print(f"{'':36} {'build, ms':>23}   {'forward, ms':>23}")
    print(f"{'':36} {'ours':>7} {'theirs':>7} {'ratio':>7}   {'ours':>7} {'theirs':>7} {'ratio':>7}")
    ratios = []
    for (backbone, variant), (size, library, model) in references().items():
        if args.only and backbone not in args.only:
            continue
        for precision in args.precision:
            work = [size, args.batch, precision]
            ours, theirs = [], []
            for _ in range(args.rounds):
                ours.append(measured([args.bench, "bench", backbone, variant, *work]))
                theirs.append(measured([python, HERE / "peers/backbone_forward.py", library, model, *work]))
            cells = []
            for i in range(2):  # build, forward
                a, b = (1000 * statistics.median(run[i] for run in runs) for runs in (ours, theirs))
                cells.append(f"{a:7.1f} {b:7.1f} {a / b:7.2f}")
            ratios.append([float(cell.split()[-1]) for cell in cells])
            print(f"{backbone:19} {variant:11} {precision:4} {cells[0]}   {cells[1]}", flush=True)
    print(f"{'geometric mean of the ratios':36} {'':15} {statistics.geometric_mean(row[0] for row in ratios):7.2f}   "
          f"{'':15} {statistics.geometric_mean(row[1] for row in ratios):7.2f}   (wanted at most 1)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=pathlib.Path, default=HERE.parent / "build/tests/backbone_probe")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", type=lambda names: names.split(","))
    parser.add_argument("--precision", type=lambda names: names.split(","), default=["fp32", "bf16"])
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
