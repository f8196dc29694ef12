"""DALI's pipeline on the processor, over our shards and their .idx: only the crop is decoded, the resize is antialiased. Prints
images/s.

usage: dali_loader.py DATASET SECONDS
"""

import glob
import sys

import numpy as np
import nvidia.dali.fn as fn
import nvidia.dali.tfrecord as tfrec
from nvidia.dali import pipeline_def, types

import work

folder, seconds = sys.argv[1], sys.argv[2]


@pipeline_def(batch_size=work.BATCH, num_threads=work.THREADS, device_id=None, prefetch_queue_depth=3)
def pipeline(files):
    record = fn.readers.tfrecord(path=files, index_path=[f + ".idx" for f in files], random_shuffle=True, initial_fill=1024,
                                 features={"image/encoded": tfrec.FixedLenFeature((), tfrec.string, ""),
                                           "image/class/label": tfrec.FixedLenFeature([1], tfrec.int64, -1)})
    pictures = fn.decoders.image_random_crop(record["image/encoded"], device="cpu", output_type=types.RGB,
                                             random_area=work.AREA, random_aspect_ratio=work.RATIO)
    pictures = fn.resize(pictures, size=[work.SIZE, work.SIZE], interp_type=types.INTERP_LINEAR, antialias=True)
    pictures = fn.crop_mirror_normalize(pictures, dtype=types.FLOAT, output_layout="CHW", mean=work.MEAN, std=work.STD,
                                        mirror=fn.random.coin_flip())
    return pictures, record["image/class/label"]


def batches(built):
    while True:
        yield np.asarray(built.run()[0].as_tensor())


built = pipeline(sorted(f for f in glob.glob(f"{folder}/*-train.tfrecord-*") if not f.endswith(".idx")))
built.build()
work.report(batches(built), seconds)
