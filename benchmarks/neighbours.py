#!/usr/bin/env python3
"""dtrain alone, and two dtrain at once on the same cores: small_cnn at 28 pixels and MobileNetV2 at 160.

usage: neighbours.py [--bin build/bin] [--before BIN] [--rounds 3] [--epochs 5]

Pictures are made up: a training's speed does not depend on what they show. Images/s are those of the epochs after the first while
both train, without validation. With --before the programs of another build take turns with ours, for the same quiet speed.
Prints medians and ratios.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = {
    "small_cnn": ["--image-size", "28", "--augment", "flip", "--batch-size", "128", "--steps-per-epoch", "60"],
    "mobilenet_v2": ["--image-size", "160", "--batch-size", "64", "--steps-per-epoch", "3"],
}
SHAPES = {"small_cnn": (28, 1, 1200), "mobilenet_v2": (176, 3, 100)}


def png(side, channels, draw):
    """Noise, as a PNG."""

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes([8, 0 if channels == 1 else 2, 0, 0, 0])
    rows = b"".join(b"\0" + draw.randbytes(side * channels) for _ in range(side))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def make_dataset(args, network, folder):
    """Two classes of noise; MobileNetV2's stored as JPEG, which the loader has to decode."""
    side, channels, images = SHAPES[network]
    draw = random.Random(1)
    for number in range(images):
        path = folder / "photos" / f"class{number % 2}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(side, channels, draw))
    store = ["--store", "raw", "--channels", "1"] if channels == 1 else ["--resize", str(side), "--quality", "90"]
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    subprocess.run([args.bin / "dsplit", folder / "photos", "-o", folder / "splits", "--ratio", "80,20,0", "-q"], **quiet)
    subprocess.run([args.bin / "dscompile", folder / "splits/manifest.csv", "-o", folder / "data.ds", *store, "-q"], **quiet)


def rates(run):
    lines = (json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines())
    return [line["images_per_second"] for line in lines if "images_per_second" in line]


def train(args, binaries, network, folder, count):
    """Images/s of `count` trainings at once, together."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        runs = [pathlib.Path(name) / str(number) for number in range(count)]
        flags = ["--backbone", network, *NETWORKS[network], "--finetune-epochs", str(args.epochs), "--no-fsync", "-q"]
        processes = [subprocess.Popen([binaries / "dtrain", folder / "data.ds", "-o", run, *flags], stdout=subprocess.DEVNULL) for run in runs]
        while all(process.poll() is None for process in processes):
            time.sleep(0.05)
        for process in processes:
            if process.poll() is None:
                process.terminate()
        if 0 not in [process.wait() for process in processes]:
            sys.exit("neighbours.py: dtrain failed")
        # The first epoch has the start in it, the ones after the other's end have a quiet machine.
        together = min(len(rates(run)) for run in runs)
        return sum(statistics.median(rates(run)[1:together]) for run in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--before", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()

    for variable in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        os.environ.pop(variable, None)
    builds = {"ours": args.bin} | ({"before": args.before} if args.before else {})
    print(f"{'network':14}{'build':8}{'alone':>9}{'two at once':>13}{'ratio':>8}  images/s, medians; ratio wanted: 0.95")
    for network in NETWORKS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            make_dataset(args, network, folder)
            speed = {(build, count): [] for build in builds for count in (1, 2)}
            for _ in range(args.rounds):
                for (build, count), values in speed.items():
                    values.append(train(args, builds[build], network, folder, count))
                    print(f"{network}, {build}, {count}: {values[-1]:.0f} images/s", file=sys.stderr)
            median = {key: statistics.median(values) for key, values in speed.items()}
            for build in builds:
                alone, two = median[build, 1], median[build, 2]
                print(f"{network:14}{build:8}{alone:9.0f}{two:13.0f}{two / alone:8.2f}")
            if args.before:
                print(f"{network:14}alone, ours / before: {median['ours', 1] / median['before', 1]:.3f} (wanted 0.97)")


if __name__ == "__main__":
    main()
