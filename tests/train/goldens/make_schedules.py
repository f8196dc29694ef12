#!/usr/bin/env python3
"""Writes schedules.csv: the learning rates of PyTorch's schedulers over 24 steps, four an epoch, from a peak of 0.3, and
those of Keras' ReduceLROnPlateau after each epoch of a course of val accuracies, with imageatm's options.

usage: make_schedules.py [--python PYTHON] > schedules.csv

torch and keras are installed into a throw-away virtual environment unless --python names an interpreter that has them.
"""

import argparse
import os
import subprocess
import sys
import tempfile

PACKAGES = ["torch==2.15.0", "keras==3.12.0", "numpy"]
PEAK, STEPS, EPOCH = 0.3, 24, 4
COLUMNS = ["name", "kind", "warmup", "factor", "epochs", "power", "decay", "end", "list", "history", "rates"]
# Val accuracies: gains, ties, gains below min_delta, falls.
COURSES = {
    "gains": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    "stands": [0.5] * 14,
    "small_gains": [0.5 + 0.00005 * i for i in range(14)],
    "falls": [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0],
    "gains_late": [0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7, 0.7, 0.7, 0.71, 0.7, 0.7, 0.7, 0.7, 0.7],
}


def schedulers(s):
    return [
        ("constant", {}, lambda o, n: s.ConstantLR(o, factor=1)),
        ("linear", {}, lambda o, n: s.LinearLR(o, start_factor=1, end_factor=0, total_iters=n)),
        ("linear", {"end": 0.2}, lambda o, n: s.LinearLR(o, start_factor=1, end_factor=0.2, total_iters=n)),
        ("step", {"factor": 0.5, "epochs": 2}, lambda o, n: s.StepLR(o, step_size=2 * EPOCH, gamma=0.5)),
        ("step", {}, lambda o, n: s.StepLR(o, step_size=2 * EPOCH, gamma=0.1)),
        ("exponential", {"factor": 0.9, "epochs": 1}, lambda o, n: s.ExponentialLR(o, gamma=0.9 ** (1 / EPOCH))),
        ("inverse-time", {"decay": 0.05}, lambda o, n: s.LambdaLR(o, lambda t: 1 / (1 + 0.05 * t))),
        ("polynomial", {}, lambda o, n: s.PolynomialLR(o, total_iters=n, power=2)),
        ("polynomial", {"power": 0.9}, lambda o, n: s.PolynomialLR(o, total_iters=n, power=0.9)),
        ("cosine", {}, lambda o, n: s.CosineAnnealingLR(o, T_max=n)),
        ("cosine", {"end": 0.1}, lambda o, n: s.CosineAnnealingLR(o, T_max=n, eta_min=0.1 * PEAK)),
        ("list", {"list": "3=0.1;5=0.01"}, lambda o, n: s.MultiStepLR(o, milestones=[2 * EPOCH, 4 * EPOCH], gamma=0.1)),
    ]


def rates_of(torch, make, warm):
    s = torch.optim.lr_scheduler
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=PEAK)
    schedule = make(optimizer, STEPS - warm)
    if warm:
        rise = s.LinearLR(optimizer, start_factor=1 / warm, end_factor=1, total_iters=warm - 1)
        schedule = s.SequentialLR(optimizer, [rise, schedule], milestones=[warm])
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def plateau_rates(keras, patience, course):
    from types import SimpleNamespace

    class Model:
        optimizer = SimpleNamespace(learning_rate=PEAK)

    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="val_accuracy", mode="max", factor=0.1**0.5, patience=patience, min_delta=1e-4, min_lr=PEAK / 10)
    callback.set_model(Model())
    callback.on_train_begin()
    rates = []
    for epoch, accuracy in enumerate(course):
        callback.on_epoch_end(epoch, {"val_accuracy": accuracy})
        rates.append(float(callback.model.optimizer.learning_rate))
    return rates


def write_table():
    import warnings

    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import torch

    warnings.filterwarnings("ignore")
    print(",".join(COLUMNS))

    def write(name, kind, values, rates):
        row = {"name": name, "kind": kind, "rates": ";".join(f"{r:.12g}" for r in rates), **values}
        print(",".join(str(row.get(column, "")) for column in COLUMNS))

    s = torch.optim.lr_scheduler
    for number, (kind, options, make) in enumerate(schedulers(s)):
        for warmup in (0, 0.25):
            # These count epochs of the phase, PyTorch's those after the warm-up.
            if warmup and kind in ("step", "list"):
                continue
            name = f"{kind.replace('-', '_')}_{number}" + ("_warm" if warmup else "")
            write(name, kind, {**options, "warmup": warmup}, rates_of(torch, make, int(warmup * STEPS)))
    for warmup in (0.25, 0.5):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=PEAK)
        schedule = s.OneCycleLR(optimizer, max_lr=PEAK, total_steps=STEPS, pct_start=warmup, cycle_momentum=False)
        rates = []
        for step in range(STEPS):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if step + 1 < STEPS:
                schedule.step()
        write(f"one_cycle_{int(100 * warmup)}", "one-cycle", {"warmup": warmup}, rates)
    for name, course in COURSES.items():
        for patience in (2, 4, 5):
            values = {"epochs": patience, "history": ";".join(f"{a:.12g}" for a in course)}
            write(f"plateau_{name}_{patience}", "plateau", values, plateau_rates(keras, patience, course))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return write_table()
    with tempfile.TemporaryDirectory() as folder:
        python = arguments.python
        if python is None:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            python = os.path.join(folder, "bin", "python")
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        subprocess.run([python, __file__, "--inside"], check=True)


if __name__ == "__main__":
    main()
