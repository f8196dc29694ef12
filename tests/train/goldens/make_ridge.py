#!/usr/bin/env python3
"""Writes ridge.csv: dense layers that scikit-learn's ridge regression gives, and temperatures that SciPy finds.

usage: make_ridge.py [--python PYTHON] > ridge.csv

Rows of layers: ridge,SAMPLES,FEATURES,WEIGHTED,LAMBDA,weights by class and feature,biases. Feature j of sample i is
sin(0.37 i (j + 1) + j) (1 + j mod 3) + 10 j, but feature 2 is 7 for all; the class is (7 i mod 5) mod 3, its weight, if WEIGHTED,
1 + class. The regression sees standardised features; its layer takes features as they are.
Rows of temperatures: temperature,SAMPLES,STRETCH,temperature,log loss. Score c of sample i is STRETCH sin(i + 2 c), the class the
greatest score's, or (i mod 3) if i mod 4 = 0. The formulas are those of tests/train/optim/ridge_test.cc. The packages are installed
into a throw-away virtual environment unless --python names an interpreter that has them.
"""

import argparse
import os
import subprocess
import sys
import tempfile

PACKAGES = ["scikit-learn==1.7.2", "scipy", "numpy"]
CLASSES = 3


def layer(samples, features, weighted, penalty):
    import numpy as np
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    i, j = np.arange(samples)[:, None], np.arange(features)[None, :]
    x = np.sin(0.37 * i * (j + 1) + j) * (1 + j % 3) + 10 * j
    x[:, 2] = 7
    labels = 7 * np.arange(samples) % 5 % CLASSES
    weights = 1.0 + labels if weighted else np.ones(samples)
    scaler = StandardScaler().fit(x, sample_weight=weights)
    ridge = Ridge(alpha=penalty * weights.sum(), solver="cholesky")
    ridge.fit(scaler.transform(x), np.eye(CLASSES)[labels], sample_weight=weights)
    coefficients = ridge.coef_ / scaler.scale_
    return [*coefficients.flatten(), *(ridge.intercept_ - coefficients @ scaler.mean_)]


def temperature(samples, stretch):
    import numpy as np
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    i = np.arange(samples)
    scores = stretch * np.sin(i[:, None] + 2 * np.arange(CLASSES)[None, :])
    labels = np.where(i % 4 == 0, i % 3, scores.argmax(1))
    loss = lambda scale: -log_softmax(scale * scores, axis=1)[i, labels].mean()
    best = minimize_scalar(loss, bounds=(1e-3, 1e3), method="bounded", options={"xatol": 1e-12})
    return [1 / best.x, best.fun]


def write_table():
    for samples, features, weighted in ((40, 6, 0), (40, 6, 1), (8, 12, 0), (700, 5, 1)):
        for penalty in (0.001, 0.1, 10):
            values = ",".join(f"{v:.15g}" for v in layer(samples, features, weighted, penalty))
            print(f"ridge,{samples},{features},{weighted},{penalty},{values}")
    for samples, stretch in ((9, 1), (50, 0.1), (50, 1), (50, 25)):
        print(f"temperature,{samples},{stretch}," + ",".join(f"{v:.12g}" for v in temperature(samples, stretch)))


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
