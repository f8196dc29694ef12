"""TensorFlow Datasets opens the dataset that --tfds made."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow_datasets as tfds
import truth

work = sys.argv[1]
builder = tfds.builder_from_directory(f"{work}/compressed")
for split, wanted in truth.load(work).items():
    assert builder.info.splits[split].num_examples == len(wanted)
    check = truth.Check("tfds", f"compressed {split}", wanted)
    count = 0
    for example in tfds.as_numpy(builder.as_dataset(split=split)):
        check(example["file_name"], example["label"], example["image"])
        count += 1
    check.done(count)
assert builder.info.features["label"].names == ["cat", "dog", "eel"], builder.info.features["label"].names
