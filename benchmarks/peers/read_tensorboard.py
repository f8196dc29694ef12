"""TensorBoard's own reader lists the scalars of a run; each epoch's must be those of metrics.jsonl and of metrics.csv.

usage: read_tensorboard.py RUN
"""

import csv
import json
import pathlib
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

KEYS = {"loss/train": "loss", "loss/val": "val_loss", "accuracy/train": "accuracy", "accuracy/val": "val_accuracy", "precision/val": "val_precision",
        "recall/val": "val_recall", "f1/val": "val_f1",
        "images_per_second": "images_per_second", "data_wait": "data_wait", "seconds": "seconds"}


def as_float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def main():
    run = pathlib.Path(sys.argv[1])
    epochs = [event for event in map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
              if event["event"] == "epoch"]
    accumulator = EventAccumulator(str(run))
    accumulator.Reload()
    tags = accumulator.Tags()["scalars"]
    for tag in sorted(tags):
        scalars = accumulator.Scalars(tag)
        print(f"{tag:18} {len(scalars):4} values, steps {scalars[0].step} to {scalars[-1].step}, last {scalars[-1].value:.6g}")
        steps = [scalar.step for scalar in scalars]
        assert steps == sorted(set(steps)), tag
    for tag, key in KEYS.items():
        ours = [(event["step"], as_float32(event[key])) for event in epochs]
        assert [(scalar.step, scalar.value) for scalar in accumulator.Scalars(tag)] == ours, tag
    assert set(tags) == {*KEYS, "learning_rate", "loss/steps"}, tags
    # The reader behind TensorBoard's pages.
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(run.parent))
    multiplexer.Reload()
    shown = multiplexer.PluginRunToTagToContent("scalars")[run.name]
    assert set(shown) == set(tags), shown
    with open(run / "metrics.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(epochs)
    for row, event in zip(rows, epochs):
        for key in KEYS.values():
            assert float(row[key]) == event[key], key
    print(f"TensorBoard and metrics.csv tell of {len(epochs)} epochs what metrics.jsonl tells")


if __name__ == "__main__":
    main()
