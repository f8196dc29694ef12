#!/usr/bin/env python3
"""dsplit beside find, a parallel sha256sum and split-folders: the same files, one run, interleaved.

usage: split.py [--bin build/bin] [--files 100000] [--rounds 3] [--peers split-folders] [--work FOLDER]

The files are tiny PNGs, no two alike, in a hundred class folders. split-folders can only copy, move or link; it is installed
into a throw-away virtual environment and copies, and so does dsplit --materialize copy. Its time is without the start of
Python; ours is the whole process. Two threads, files in the page cache. Prints medians, ratios and dsplit's memory.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import struct
import subprocess
import tempfile
import zlib

from timing import reported, timed

HERE = pathlib.Path(__file__).resolve().parent
CLASSES = 100
COPY = "import sys, time, splitfolders\nbegin = time.monotonic()\n" \
       "splitfolders.ratio(sys.argv[1], output=sys.argv[2], seed=0, ratio=(.8, .1, .1))\nprint(time.monotonic() - begin)"


def png(number):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(
        b"tEXt", b"number\0%08d" % number) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def make_files(folder, files):
    for number in range(files):
        of_class = folder / f"class_{number % CLASSES:03}"
        if number < CLASSES:
            of_class.mkdir(parents=True)
        (of_class / f"{number:08}.png").write_bytes(png(number))


def resident(command):
    """Most bytes that the process had in memory."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return 1024 * usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--files", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="split-folders")
    parser.add_argument("--work", type=pathlib.Path, help="keeps the files for the next run")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        work = args.work or pathlib.Path(name)
        raw, out = work / "raw", pathlib.Path(name) / "out"
        if not raw.exists():
            make_files(raw, args.files)
        split = [args.bin / "dsplit", raw, "-o", out, "--ratio", "80,10,10", "--jobs", "2", "-q"]
        quick = [*split, "--check", "none", "--duplicates", "ignore"]
        runs = {
            "find": lambda: timed(["find", raw, "-type", "f"]),
            "dsplit, nothing read": lambda: timed(quick),
            "sha256sum, 2 processes": lambda: timed(["sh", "-c", f"find '{raw}' -type f -print0 | xargs -0 -P2 -n1000 sha256sum"]),
            "dsplit, defaults": lambda: timed(split),
            "dsplit, nothing read, copied": lambda: timed([*quick, "--materialize", "copy"]),
        }
        if args.peers:
            venv = pathlib.Path(name) / "venv"
            subprocess.run(["python3", "-m", "venv", venv], check=True)
            subprocess.run([venv / "bin/python", "-m", "pip", "install", "-q", args.peers], check=True)
            runs["split-folders, copied"] = lambda: reported([venv / "bin/python", "-c", COPY, raw, out])

        seconds = {what: [] for what in runs}
        for _ in range(args.rounds):
            for what, run in runs.items():
                shutil.rmtree(out, ignore_errors=True)
                seconds[what].append(run())
        median = {what: statistics.median(times) for what, times in seconds.items()}
        for what, time_ in median.items():
            print(f"{what:30} {time_:8.2f} s")
        print()
        for ours, theirs, wanted in [
            ("dsplit, nothing read", "find", "at most 3"),
            ("dsplit, defaults", "sha256sum, 2 processes", "at most 1.5"),
            ("dsplit, nothing read, copied", "split-folders, copied", "below 1"),
        ]:
            if theirs in median:
                print(f"{ours} / {theirs}: {median[ours] / median[theirs]:.2f} (wanted {wanted})")
        shutil.rmtree(out, ignore_errors=True)
        print(f"dsplit, defaults, resident: {resident(split) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
