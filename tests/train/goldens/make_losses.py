#!/usr/bin/env python3
"""Writes losses.csv: what torch and torchvision make of losses with class weights, label smoothing and focal factors.

usage: make_losses.py [--python PYTHON] > losses.csv

Logit (i, j) of 6 samples is 3 sin(1.3 i + 0.7 j + 1). The label of sample i is (2 i + 1 + i // 2) mod classes; mixed, 0.7 of it and
0.3 of the label of sample i - 1 (of the last one for sample 0). The weight of class c is (c + 1) / 2, but 0 of class 3. A line
has the loss, then its gradient by each logit. The formulas are those of tests/train/optim/criterion_test.cc. losses.csv is by
Debian's torch 1.13 and torchvision 0.14. Others are installed into a throw-away virtual environment unless --python names an
interpreter that has them.
"""

import argparse
import os
import subprocess
import sys
import tempfile

PACKAGES = ["torch", "torchvision==0.29.2", "numpy"]
SAMPLES = 6


def loss_of(kind, x, labels, shares, mixed, classes, smoothing, weight, gamma):
    import torch
    from torchvision.ops import sigmoid_focal_loss

    smoothed = shares * (1 - smoothing) + smoothing / classes
    if kind == "softmax" and gamma == 0:
        loss = torch.nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing)
        return loss(x, shares if mixed else labels)
    ones = torch.ones(classes) if weight is None else weight
    divisor = SAMPLES if mixed else ones[labels].sum()
    if kind == "softmax":
        p = torch.softmax(x, 1)
        return -(ones * smoothed * (1 - p) ** gamma * torch.log(p)).sum() / divisor
    asked = smoothed[:, 1:] if classes == 2 else smoothed
    of_samples = (shares @ ones).unsqueeze(1).expand_as(x)
    if gamma == 0:
        terms = torch.nn.BCEWithLogitsLoss(weight=of_samples, reduction="none")(x, asked)
    else:
        terms = sigmoid_focal_loss(x, asked, alpha=-1, gamma=gamma, reduction="none") * of_samples
    return terms.sum() / (divisor * x.shape[1])


def write_table():
    import itertools
    import math

    import torch

    print("loss,classes,mixed,smoothing,weighted,gamma,value,gradient")
    for kind, classes, mixed, smoothing, weighted, gamma in itertools.product(
            ("softmax", "sigmoid"), (2, 4), (0, 1), (0, 0.1), (0, 1), (0, 0.5, 2)):
        outputs = 1 if kind == "sigmoid" and classes == 2 else classes
        x = torch.tensor([[3 * math.sin(1.3 * i + 0.7 * j + 1) for j in range(outputs)] for i in range(SAMPLES)],
                         dtype=torch.float64, requires_grad=True)
        labels = torch.tensor([(2 * i + 1 + i // 2) % classes for i in range(SAMPLES)])
        shares = torch.nn.functional.one_hot(labels, classes).double()
        if mixed:
            shares = 0.7 * shares + 0.3 * shares.roll(1, 0)
        weight = torch.tensor([0 if c == 3 else (c + 1) / 2 for c in range(classes)], dtype=torch.float64)
        torch.set_default_dtype(torch.float64)
        loss = loss_of(kind, x, labels, shares, mixed, classes, smoothing, weight if weighted else None, gamma)
        loss.backward()
        numbers = [loss.item()] + x.grad.flatten().tolist()
        print(f"{kind},{classes},{mixed},{smoothing},{weighted},{gamma}," + ",".join(f"{v:.9g}" for v in numbers))


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
