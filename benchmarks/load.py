#!/usr/bin/env python3
"""dsbench beside DALI, FFCV, tf.data, SPDL, torchvision and WebDataset: the same photos, one run, interleaved.

usage: load.py PHOTOS [--bin build/bin] [--images 1000] [--rounds 3] [--seconds 8] [--peers dali,ffcv,...] [--work FOLDER]

PHOTOS is a folder of JPEGs; they are repeated to IMAGES. The work: random resized crop to 224 (area 0.08 to 1), flip,
normalise, float NCHW batches of 64; two threads each, files in the page cache. (a) is done from the photos as they are, (b) from
JPEGs of short side 256, (c) from raw pixels of short side 256; FFCV's files have as many pixels. A peer's time is that of its
loop after a warm-up, without the start of Python and its compilers. Peers run without epochs' ends, we with them.

Then (d): ten times as many photos with a tenth of their bytes as --memory, against all in memory.

The peers are installed into throw-away virtual environments; with --work they and the datasets stay in FOLDER for the next run. A
peer that cannot be installed is left out. Prints medians and ratios.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from compile import PACKAGES, make_raw, photos_of, write_manifest

HERE = pathlib.Path(__file__).resolve().parent
PEERS = {
    "dali": ["nvidia-dali-cuda120", "numpy"],
    "ffcv": PACKAGES["ffcv"],
    "tensorflow": PACKAGES["tensorflow"],
    "spdl": ["spdl", "numpy"],
    "torchvision": [],
    "webdataset": PACKAGES["webdataset"],
}
# Those that use the system's torch.
SYSTEM = {"ffcv", "torchvision", "webdataset"}
AUGMENT = "[random-resized-crop]\nscale = [0.08, 1]\n[flip]\n"
WORK = ["--split", "train", "--image-size", "224", "--batch-size", "64", "--threads", "2", "--cache", "encoded", "--output", "f32-nchw", "--json", "-q"]
STORES = {"original": [], "jpeg256": ["--resize", "256", "--quality", "90"], "raw256": ["--store", "raw", "--resize", "256"]}


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def dsbench(args, dataset, seconds, *options):
    augment = dataset.parent / "augment.toml"
    augment.write_text(AUGMENT)
    return json.loads(run([args.bin / "dsbench", dataset, "--augment", augment, *WORK, "--seconds", seconds, *options]))


def make_venv(folder, peer):
    """False if the peer cannot be installed."""
    if folder.exists():
        return True
    system = ["--system-site-packages"] if peer in SYSTEM else []
    subprocess.run(["/usr/bin/python3", "-m", "venv", *system, folder], check=True)
    if not PEERS[peer] or subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", *PEERS[peer]]).returncode == 0:
        return True
    shutil.rmtree(folder)
    print(f"{peer}: cannot be installed, left out", file=sys.stderr)
    return False


def compile_photos(args, photos, images, folder):
    """The photos in class folders, and one dataset for each store."""
    raw, manifest = folder / "photos", folder / "manifest.csv"
    if not manifest.exists():
        make_raw(photos, raw, images)
        write_manifest(raw, manifest)
    for store, options in STORES.items():
        run([args.bin / "dscompile", manifest, "--root", raw, "-o", folder / f"{store}.ds", "--shards", "4", "--no-fsync", "-q", *options])


def compile_for_peers(peers, folder, venvs):
    if "ffcv" in peers:
        for name, options in {"original": ["jpg"], "jpeg256": ["jpg", "256"], "raw256": ["raw", "256"]}.items():
            beton = folder / f"{name}.beton"
            if not beton.exists():
                run([venvs / "ffcv/bin/python", HERE / "peers/ffcv_writer.py", folder / "photos", beton, *options])
    if "webdataset" in peers and not (folder / "tars").exists():
        run([venvs / "webdataset/bin/python", HERE / "peers/webdataset_writer.py", folder / "photos", folder / "tars"])


def race(args, peers, folder, venvs):
    """Median images/s of each, by name."""

    def ours(store):
        return lambda: dsbench(args, folder / f"{store}.ds", args.seconds)["images_per_second"]

    def peer(name, data):
        command = [venvs / name / "bin/python", HERE / "peers" / f"{name}_loader.py", folder / data, args.seconds]
        return lambda: float(run(command, stderr=subprocess.DEVNULL).split()[-1])

    runs = {
        "(a) dsbench, originals": ours("original"),
        "(a) DALI, originals": ("dali", "original.ds"),
        "(a) FFCV, originals at q90": ("ffcv", "original.beton"),
        "(a) tf.data, originals": ("tensorflow", "original.ds"),
        "(a) SPDL, originals": ("spdl", "photos"),
        "(a) torchvision, originals": ("torchvision", "photos"),
        "(a) WebDataset, originals": ("webdataset", "tars"),
        "(b) dsbench, JPEG 256": ours("jpeg256"),
        "(b) FFCV, JPEG, equal pixels": ("ffcv", "jpeg256.beton"),
        "(c) dsbench, raw 256": ours("raw256"),
        "(c) FFCV, raw, equal pixels": ("ffcv", "raw256.beton"),
    }
    runs = {what: peer(*how) if isinstance(how, tuple) else how for what, how in runs.items()
            if not isinstance(how, tuple) or how[0] in peers}
    rates = {what: [] for what in runs}
    for number in range(args.rounds):
        for what, measure in runs.items():
            rates[what].append(measure())
            print(f"round {number + 1}  {what:32} {rates[what][-1]:8.0f} images/s", file=sys.stderr)
    return {what: statistics.median(values) for what, values in rates.items()}


def budget(args, folder):
    """Streams each store through a tenth of its bytes, for three epochs at least."""
    print("\n(d) a tenth of the dataset as --memory")
    for store in STORES:
        dataset = folder / f"{store}.ds"
        size = sum(file.stat().st_size for file in dataset.glob("*.tfrecord-*[0-9]"))

        whole, tenth = [], []
        for _ in range(args.rounds):
            whole.append(dsbench(args, dataset, args.seconds, "--memory", 2 * size))
            seconds = max(args.seconds, 4 * whole[-1]["samples"] / whole[-1]["images_per_second"])
            tenth.append(dsbench(args, dataset, seconds, "--memory", size // 10))
        fast, rate = (statistics.median(result["images_per_second"] for result in results) for results in (whole, tenth))
        held, resident = (max(result["memory"][what] for result in tenth) for what in ("peak_held", "peak_resident"))
        read = max(result["bytes_read_per_epoch"] for result in tenth)
        print(f"{store:9} {size / 1e6:5.0f} MB, budget {size / 1e7:4.0f} MB: {rate:6.0f} of {fast:6.0f} images/s, {rate / fast:.3f} (wanted "
              f"0.9); held at most {held / 1e6:4.0f} MB, resident {resident / 1e6:4.0f} MB, budget + {(resident - size / 10) / 1e6:3.0f} MB "
              f"(wanted 300); {read / size:.3f} bytes read a byte and epoch")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--work", type=pathlib.Path)
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        work = args.work or pathlib.Path(name)
        photos, venvs, small, large = photos_of(args.photos), work / "venv", work / "small", work / "large"
        peers = [peer for peer in args.peers.split(",") if peer and make_venv(venvs / peer, peer)]
        compile_photos(args, photos, args.images, small)
        compile_for_peers(peers, small, venvs)
        rate = race(args, peers, small, venvs)
        for what, images in rate.items():
            print(f"{what:32} {images:8.0f} images/s")
        print()
        for ours, theirs, wanted in [
            ("(a) dsbench, originals", "(a) DALI, originals", 1.8),
            ("(a) dsbench, originals", "(a) FFCV, originals at q90", None),
            ("(b) dsbench, JPEG 256", "(b) FFCV, JPEG, equal pixels", 2.5),
            ("(c) dsbench, raw 256", "(c) FFCV, raw, equal pixels", 3.5),
        ]:
            if theirs in rate:
                print(f"{ours} / {theirs}: {rate[ours] / rate[theirs]:.2f}" + (f" (wanted {wanted})" if wanted else ""))
        compile_photos(args, photos, 10 * args.images, large)
        budget(args, large)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
