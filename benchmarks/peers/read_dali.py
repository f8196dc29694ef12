"""DALI's TFRecord reader on the processor reads store compressed with our .idx."""

import glob
import sys

import numpy as np
import nvidia.dali.fn as fn
import nvidia.dali.tfrecord as tfrec
import truth
from nvidia.dali import pipeline_def, types

work = sys.argv[1]


@pipeline_def(batch_size=1, num_threads=2, device_id=None)
def reader(files):
    inputs = fn.readers.tfrecord(path=files, index_path=[f + ".idx" for f in files], features={
        "image": tfrec.FixedLenFeature((), tfrec.string, ""),
        "label": tfrec.FixedLenFeature([1], tfrec.int64, -1),
        "file_name": tfrec.FixedLenFeature((), tfrec.string, ""),
    })
    return fn.decoders.image(inputs["image"], device="cpu", output_type=types.RGB), inputs["label"], inputs["file_name"]


for split, wanted in truth.load(work).items():
    check = truth.Check("DALI", f"compressed {split}", wanted)
    files = sorted(f for f in glob.glob(f"{work}/compressed/photos-{split}.tfrecord-*") if not f.endswith(".idx"))
    pipeline = reader(files)
    pipeline.build()
    for _ in range(len(wanted)):
        pixels, label, path = pipeline.run()
        check(np.array(path.at(0)).tobytes(), np.array(label.at(0))[0], np.array(pixels.at(0)))
    check.done(len(wanted))
