"""tf.data reads all three stores."""

import glob
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
import truth

work = sys.argv[1]
BYTES, INT = tf.io.FixedLenFeature([], tf.string), tf.io.FixedLenFeature([], tf.int64)
for store, keys in {
    "compressed": ("image", "label", "file_name"),
    "raw": ("image/raw", "image/class/label", "image/filename"),
    "normalized": ("image/values", "image/class/label", "image/filename"),
}.items():
    image, label, path = keys
    features = {image: BYTES, label: INT, path: BYTES, "image/height": INT, "image/width": INT, "image/channels": INT}
    for split, wanted in truth.load(work).items():
        check = truth.Check("tf.data", f"{store} {split}", wanted)
        files = sorted(f for f in glob.glob(f"{work}/{store}/photos-{split}.tfrecord-*") if not f.endswith(".idx"))
        count = 0
        for record in tf.data.TFRecordDataset(files):
            r = tf.io.parse_single_example(record, features)
            shape = [int(r["image/height"]), int(r["image/width"]), int(r["image/channels"])]
            if store == "compressed":
                pixels = tf.io.decode_image(r[image]).numpy()
            elif store == "raw":
                pixels = tf.reshape(tf.io.decode_raw(r[image], tf.uint8), shape).numpy()
            else:
                values = tf.reshape(tf.io.decode_raw(r[image], tf.float32), [shape[2], shape[0], shape[1]]).numpy()
                pixels = np.rint((values.transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)
            check(r[path].numpy(), r[label], pixels)
            count += 1
        check.done(count)
