#!/usr/bin/env python3
"""Writes optimizers.csv: what torch.optim makes of 12 values in 20 steps, for each optimizer, without and with weight decay.

usage: make_optimizers.py [--python PYTHON] > optimizers.csv

Value i begins as sin(i + 1). Its gradient at step t, from 1, is sin(0.7 i + 1.3 t) (1 + i mod 3), the learning rate is 0.01 (1 + t mod 2).
The formulas are those of tests/train/optim/optimizer_golden_test.cc. torch is installed into a throw-away virtual environment
unless --python names an interpreter that has it.
"""

import argparse
import os
import subprocess
import sys
import tempfile

PACKAGES = ["torch==2.15.0", "numpy"]
VALUES, STEPS = 12, 20


def optimizers(torch):
    o = torch.optim
    return {
        "sgd": lambda p, d: o.SGD(p, lr=1, weight_decay=d),
        "momentum": lambda p, d: o.SGD(p, lr=1, momentum=0.9, weight_decay=d),
        "nesterov": lambda p, d: o.SGD(p, lr=1, momentum=0.9, nesterov=True, weight_decay=d),
        "adagrad": lambda p, d: o.Adagrad(p, lr=1, weight_decay=d),
        "adadelta": lambda p, d: o.Adadelta(p, lr=1, weight_decay=d),
        "rmsprop": lambda p, d: o.RMSprop(p, lr=1, weight_decay=d),
        "adam": lambda p, d: o.Adam(p, lr=1, weight_decay=d),
        "amsgrad": lambda p, d: o.Adam(p, lr=1, amsgrad=True, weight_decay=d),
        "adamax": lambda p, d: o.Adamax(p, lr=1, weight_decay=d),
        "nadam": lambda p, d: o.NAdam(p, lr=1, weight_decay=d),
        "adamw": lambda p, d: o.AdamW(p, lr=1, weight_decay=d),
    }


def write_table():
    import math

    import torch

    print("optimizer,decay," + ",".join(f"v{i}" for i in range(VALUES)))
    for name, make in optimizers(torch).items():
        for decay in (0, 0.1):
            value = torch.tensor([math.sin(i + 1) for i in range(VALUES)], dtype=torch.float32).reshape(3, 4).requires_grad_()
            optimizer = make([value], decay)
            for t in range(1, STEPS + 1):
                gradient = [math.sin(0.7 * i + 1.3 * t) * (1 + i % 3) for i in range(VALUES)]
                value.grad = torch.tensor(gradient, dtype=torch.float32).reshape(3, 4)
                optimizer.param_groups[0]["lr"] = 0.01 * (1 + t % 2)
                optimizer.step()
            print(f"{name},{decay}," + ",".join(f"{v:.9g}" for v in value.detach().flatten().tolist()))


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
