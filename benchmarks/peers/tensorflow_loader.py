"""tf.data over our shards: only the crop is decoded, then tf.image's bilinear resize, which is quicker than its antialiased one.
Prints images/s.

usage: tensorflow_loader.py DATASET SECONDS
"""

import glob
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf

import work

folder, seconds = sys.argv[1], sys.argv[2]
FEATURES = {"image/encoded": tf.io.FixedLenFeature([], tf.string), "image/class/label": tf.io.FixedLenFeature([], tf.int64)}
MEAN, STD = tf.constant(work.MEAN), tf.constant(work.STD)
WHOLE = tf.constant([[[0.0, 0.0, 1.0, 1.0]]])


def picture(record):
    example = tf.io.parse_single_example(record, FEATURES)
    encoded = example["image/encoded"]
    begin, size, _ = tf.image.sample_distorted_bounding_box(
        tf.io.extract_jpeg_shape(encoded), WHOLE, area_range=work.AREA, aspect_ratio_range=work.RATIO, max_attempts=10,
        min_object_covered=0, use_image_if_no_bounding_boxes=True)
    window = tf.stack([begin[0], begin[1], size[0], size[1]])
    pixels = tf.image.decode_and_crop_jpeg(encoded, window, channels=3, dct_method="INTEGER_FAST", fancy_upscaling=False)
    pixels = tf.image.resize(pixels, [work.SIZE, work.SIZE])
    pixels = (tf.image.random_flip_left_right(pixels) - MEAN) / STD
    return tf.transpose(pixels, [2, 0, 1]), example["image/class/label"]


options = tf.data.Options()
options.threading.private_threadpool_size = work.THREADS
options.threading.max_intra_op_parallelism = 1
options.deterministic = False
files = sorted(f for f in glob.glob(f"{folder}/*-train.tfrecord-*") if not f.endswith(".idx"))
records = tf.data.Dataset.from_tensor_slices(files).interleave(tf.data.TFRecordDataset, cycle_length=len(files))
stream = (records.cache().shuffle(1024).repeat().map(picture, num_parallel_calls=work.THREADS)
          .batch(work.BATCH, drop_remainder=True).prefetch(2).with_options(options))
work.report((pictures for pictures, _ in stream), seconds)
