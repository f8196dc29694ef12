#!/usr/bin/env python3
"""dscompile beside cp, TensorFlow's TFRecordWriter, WebDataset and FFCV: the same photos, one run, interleaved.

usage: compile.py PHOTOS [--bin build/bin] [--images 4000] [--rounds 3] [--peers tensorflow,webdataset,ffcv]

PHOTOS is a folder of JPEGs; they are linked IMAGES times over into class folders. The peers are installed into a throw-away
virtual environment. Two threads each, files in the page cache, nobody syncs. A peer's time is that of its loop, without
the start of Python; ours is the whole process. Prints medians and ratios.
"""

import argparse
import csv
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from timing import reported, timed

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = {
    "tensorflow": ["tensorflow-cpu"],
    "webdataset": ["webdataset"],
    # Its other dependencies (torch among them) come from the system, see README.md.
    "ffcv": ["--no-deps", "ffcv", "numba", "llvmlite", "opencv-python-headless", "terminaltables", "pytorch-pfn-extras", "fastargs",
             "assertpy", "tqdm", "psutil", "packaging", "typing-extensions", "numpy<2"],
}


def photos_of(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg"))


def make_raw(sources, raw, images):
    for i in range(images):
        folder = raw / f"class_{i % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{i:06}.jpg"
        shutil.copyfile(sources[i % len(sources)], target)


def write_manifest(raw, path):
    with open(path, "w", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["path", "label", "split"])
        for photo in photos_of(raw):
            rows.writerow([photo.relative_to(raw), photo.parent.name, "train"])


def make_venv(folder, peers):
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--system-site-packages", folder], check=True)
    installed = []
    for peer in peers:
        command = [folder / "bin/python", "-m", "pip", "install", "-q", *PACKAGES[peer]]
        if subprocess.run(command).returncode == 0:
            installed.append(peer)
        else:
            print(f"{peer}: cannot be installed, left out", file=sys.stderr)
    return installed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="tensorflow,webdataset,ffcv")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        raw, manifest, out = work / "raw", work / "manifest.csv", work / "out"
        make_raw(photos_of(args.photos), raw, args.images)
        write_manifest(raw, manifest)
        peers = make_venv(work / "venv", [p for p in args.peers.split(",") if p])
        python = work / "venv/bin/python"
        compile_ = [args.bin / "dscompile", manifest, "--root", raw, "-o", out, "--jobs", "2", "--shards", "4", "--no-fsync", "-q"]

        def peer(script, *arguments):
            return lambda: reported([python, HERE / "peers" / script, raw, out, *arguments])

        runs = {
            "cp -r": lambda: timed(["cp", "-r", raw, out]),
            "dscompile, bytes kept": lambda: timed(compile_),
            "dscompile, JPEG 256 q90": lambda: timed([*compile_, "--resize", "256", "--quality", "90"]),
            "dscompile, raw 256": lambda: timed([*compile_, "--store", "raw", "--resize", "256"]),
        }
        if "tensorflow" in peers:
            runs["TFRecordWriter, bytes kept"] = peer("tfrecord_writer.py")
        if "webdataset" in peers:
            runs["WebDataset, bytes kept"] = peer("webdataset_writer.py")
        if "ffcv" in peers:
            runs["FFCV, JPEG q90, equal pixels"] = peer("ffcv_writer.py", "jpg")
            runs["FFCV, raw, equal pixels"] = peer("ffcv_writer.py", "raw")

        seconds = {what: [] for what in runs}
        for _ in range(args.rounds):
            for what, run in runs.items():
                if out.is_dir():
                    shutil.rmtree(out)
                elif out.exists():
                    out.unlink()
                seconds[what].append(run())

        rate = {what: args.images / statistics.median(times) for what, times in seconds.items()}
        for what, images in rate.items():
            print(f"{what:32} {images:8.0f} images/s")
        print()
        for ours, theirs, wanted in [
            ("dscompile, bytes kept", "cp -r", 0.5),
            ("dscompile, bytes kept", "TFRecordWriter, bytes kept", 5),
            ("dscompile, bytes kept", "WebDataset, bytes kept", 5),
            ("dscompile, JPEG 256 q90", "FFCV, JPEG q90, equal pixels", 1.8),
            ("dscompile, raw 256", "FFCV, raw, equal pixels", 2),
        ]:
            if theirs in rate:
                print(f"{ours} / {theirs}: {rate[ours] / rate[theirs]:.2f} (wanted {wanted})")


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
