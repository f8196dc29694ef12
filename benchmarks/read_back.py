#!/usr/bin/env python3
"""Other programs read what dscompile wrote: TensorFlow (tf.data), DALI on the processor, PyPI's `tfrecord`, and
TensorFlow Datasets by tfds.builder_from_directory. Every record, every label, every pixel is compared.

usage: read_back.py [--bin build/bin] [--readers tensorflow,tfds,tfrecord,dali]

Installs the readers into a throw-away virtual environment. Ends with 0 if all of them agree.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = {
    "tensorflow": ["tensorflow-cpu", "pillow"],
    "tfds": ["tensorflow-cpu", "tensorflow-datasets", "pillow"],
    "tfrecord": ["tfrecord", "pillow", "numpy"],
    "dali": ["nvidia-dali-cuda120", "pillow", "numpy"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build/bin")
    parser.add_argument("--readers", default="tensorflow,tfds,tfrecord,dali")
    args = parser.parse_args()
    readers = args.readers.split(",")

    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
        python = work / "venv/bin/python"
        packages = sorted({package for reader in readers for package in PACKAGES[reader]})
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        subprocess.run([python, HERE / "peers/make_photos.py", work / "photos"], check=True)
        subprocess.run([args.bin / "dsplit", work / "photos", "-o", work / "splits", "--ratio", "60,20,20", "-q"], check=True,
                       stdout=subprocess.DEVNULL)
        for store, options in {
            "compressed": ["--tfds", "--encode", "png", "--channels", "3"],
            "raw": ["--store", "raw"],
            "normalized": ["--store", "normalized", "--scale", "signed"],
        }.items():
            subprocess.run([args.bin / "dscompile", work / "splits/manifest.csv", "-o", work / store, "--name", "photos",
                            "--shards", "3", "-q", *options], check=True, stdout=subprocess.DEVNULL)
        failed = [reader for reader in readers
                  if subprocess.run([python, HERE / "peers" / f"read_{reader}.py", work]).returncode != 0]
    print("failed: " + ", ".join(failed) if failed else "all readers agree")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
