#!/usr/bin/env python3
"""Training on a GPU: ResNet50 from shards beside the same step on data that stays on the device, and beside PyTorch.

usage: gpu.py [--bin build/bin] [--probe build/tests/step_probe] [--backbone resnet50] [--size 224] [--batch 128] [--steps 60]
              [--precision bf16] [--flowers PHOTOS --weights FILE] [--python PYTHON]

It needs a GPU, and dstools built with a libtorch that sees it; without one it says so and ends. dtrain streams noise from shards and
trains all layers; images/s are those of its second epoch, data wait the part of it in which a step waited for its batch while the
device had nothing to do. The same step on one batch that stays on the device is step_probe's, and PyTorch's (--python: an interpreter
with torch and torchvision for this GPU) has its pictures on the device, too. From shards at least 95 % of the resident step is wanted.
With --flowers (class folders) and --weights (of mobilenet_v2) a training with the default options tells its time by phase.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import tempfile
import time

from steps import make_dataset

HERE = pathlib.Path(__file__).resolve().parent
DEVICE = "cuda"
WANTED = 0.95


def has_gpu(args):
    """Whether our libtorch sees one."""
    command = [args.probe, "mobilenet_v2", "32", "2", "1", "fp32", DEVICE]
    return args.probe.exists() and subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def epochs(run):
    lines = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == "epoch"]


def train(args, *words):
    subprocess.run([str(word) for word in (args.bin / "dtrain", *words, "--device", DEVICE, "-q")], stdout=subprocess.DEVNULL,
                   check=True)


def from_shards(args, folder):
    """The second epoch's event."""
    make_dataset(args, args.size, folder)
    run = folder / "run"
    train(args, folder / "data.ds", "-o", run, "--backbone", args.backbone, "--image-size", args.size, "--augment", "flip",
          "--batch-size", args.batch, "--steps-per-epoch", args.steps, "--finetune-epochs", 2, "--precision", args.precision, "--no-fsync")
    return epochs(run)[1]


def printed(command):
    """The last number that a program prints."""
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])


def flowers(args, folder):
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    subprocess.run([args.bin / "dsplit", args.flowers, "-o", folder / "splits", "-q"], **quiet)
    subprocess.run([args.bin / "dscompile", folder / "splits/manifest.csv", "-o", folder / "flowers.ds", "--resize", "256", "-q"], **quiet)
    begin = time.monotonic()
    train(args, folder / "flowers.ds", "-o", folder / "flowers", "--backbone", "mobilenet_v2", "--weights", args.weights)
    whole = time.monotonic() - begin
    seconds = collections.Counter()
    for event in epochs(folder / "flowers"):
        seconds[event["phase"]] += event["seconds"]
    best = max(event["val_f1"] for event in epochs(folder / "flowers"))
    print(f"flowers: head {seconds['head']:.1f} s, finetune {seconds['finetune']:.1f} s, all in {whole:.1f} s, val F1 {best:.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--probe", type=pathlib.Path, default=HERE.parent / "build/tests/step_probe")
    parser.add_argument("--backbone", default="resnet50")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--flowers", type=pathlib.Path)
    parser.add_argument("--weights", type=pathlib.Path)
    parser.add_argument("--python")
    args = parser.parse_args()
    if not has_gpu(args):
        print("gpu.py needs a GPU that dtrain's libtorch sees, and step_probe (a build with tests); skipped")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shards = from_shards(args, folder)
        resident = printed([args.probe, args.backbone, args.size, args.batch, args.steps, args.precision, DEVICE])
        rate = shards["images_per_second"]
        print(f"{args.backbone}, {args.size} px, batch {args.batch}, {args.precision}, images/s")
        print(f"from shards           {rate:9.1f}   data wait {shards['data_wait']:.1%}")
        print(f"on the device         {resident:9.1f}   ratio {rate / resident:.3f}, wanted {WANTED}")
        if args.python:
            peer = printed([args.python, HERE / "peers/training_steps.py", args.backbone, args.size, args.batch, args.steps,
                            args.precision, DEVICE])
            print(f"PyTorch, on the device{peer:9.1f}   ratio {rate / peer:.3f}")
        if args.flowers and args.weights:
            flowers(args, folder)


if __name__ == "__main__":
    main()
