"""SPDL: FFmpeg decodes, crops, resizes (bilinear, antialiased) and flips in one filter chain; NumPy normalises. Prints images/s.

usage: spdl_loader.py PHOTOS SECONDS
"""

import math
import pathlib
import random
import sys

import numpy as np
import spdl.io
from spdl.pipeline import PipelineBuilder

import work

folder, seconds = sys.argv[1], sys.argv[2]
photos = [photo.read_bytes() for photo in sorted(pathlib.Path(folder).rglob("*.jpg"))]
scale = 1 / np.array(work.STD, np.float32).reshape(1, 3, 1, 1)
shift = -np.array(work.MEAN, np.float32).reshape(1, 3, 1, 1) * scale


def source():
    while True:
        yield from random.sample(photos, len(photos))


def crop(width, height):
    for _ in range(10):
        area = width * height * random.uniform(*work.AREA)
        ratio = math.exp(random.uniform(*map(math.log, work.RATIO)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            return w, h, random.randint(0, width - w), random.randint(0, height - h)
    side = min(width, height)
    return side, side, (width - side) // 2, (height - side) // 2


def decode(encoded):
    packets = spdl.io.demux_image(encoded)
    w, h, x, y = crop(packets.width, packets.height)
    flip = "hflip," if random.random() < 0.5 else ""
    return spdl.io.decode_packets(
        packets, filter_desc=f"crop={w}:{h}:{x}:{y}:exact=1,scale={work.SIZE}:{work.SIZE}:flags=bilinear,{flip}format=pix_fmts=rgb24")


def collate(frames):
    pixels = spdl.io.to_numpy(spdl.io.convert_frames(frames)).transpose(0, 3, 1, 2)
    batch = np.empty(pixels.shape, np.float32)
    np.multiply(pixels, scale, out=batch)
    batch += shift
    return batch


pipeline = (PipelineBuilder().add_source(source()).pipe(decode, concurrency=work.THREADS).aggregate(work.BATCH).pipe(collate)
            .add_sink(3).build(num_threads=work.THREADS))
with pipeline.auto_stop():
    work.report(iter(pipeline), seconds)
