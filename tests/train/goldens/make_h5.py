#!/usr/bin/env python3
"""Writes h5/: small files as Keras 3 and Keras 2 (tf_keras) save them, and expected.csv, which keras_h5_test.cc compares.
They are gzipped, since they are mostly zeros.

usage: make_h5.py [--python PYTHON]

Keras is installed into a throw-away virtual environment; --python names the interpreter of one that has PACKAGES already.

The files hold the second model of a session, whose layers without a name are numbered late, while expected.csv has the
layers' names in the first: file,layer/role,dtype,shape,crc32 of the bytes. Roles and layers come from Keras' objects, not
from the names in the file. A file without lines is one that is to be refused.
"""
import argparse
import gzip
import os
import pathlib
import subprocess
import tempfile
import zlib

FOLDER = pathlib.Path(__file__).resolve().parent / "h5"
PACKAGES = ["tensorflow-cpu==2.21.0", "keras==3.15.1", "tf_keras==2.21.0", "h5py==3.14.0"]
DTYPES = {"float32": "F32", "int64": "I64"}


def model(keras, top):
    """Without top also without most of the rest: the files are to be small."""
    layers = keras.layers
    slash = "_" if keras.__version__.startswith("3") else "/"  # Keras 3 has no '/' in names
    pixels = layers.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, use_bias=False)(pixels)
    x = layers.BatchNormalization(scale=False)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(4, 1, name=f"conv1{slash}conv")(x)
    stem = [layers.Conv2D(4, 1, name="stem_conv"), layers.LayerNormalization(name="stem_layernorm")]
    x = keras.Sequential(stem, name="stem")(x)
    if top:
        x = layers.Normalization(axis=-1)(x)
        with (keras if slash == "_" else keras.backend).name_scope("cell_1"):
            x = layers.SeparableConv2D(4, 3)(x)
            x = layers.BatchNormalization(name="cell_bn_1")(x)
        x = layers.DepthwiseConv2D(3)(x)
        x = layers.BatchNormalization()(x)
        inner = keras.Sequential([layers.Conv2D(2, 1)], name="inner")
        x = keras.Sequential([layers.Conv2D(2, 1), inner], name="outer")(x)
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dense(2, activation="softmax", name="predictions")(x)
    return keras.Model(pixels, x)


def leaves(layer):
    """The layers with weights, those of models within the model too."""
    if hasattr(layer, "layers"):
        return [leaf for inner in layer.layers for leaf in leaves(inner)]
    return [layer] if layer.weights else []


def fill(net):
    import numpy

    for n, weight in enumerate(net.weights):
        values = (7 * n + numpy.arange(numpy.prod(weight.shape, dtype=int))) % 97 / 8
        weight.assign(values.reshape(weight.shape).astype(getattr(weight.dtype, "name", weight.dtype)))


def expectations(file, net, first):
    for layer, first_layer in zip(leaves(net), leaves(first)):
        for weight in layer.weights:
            role = weight.name.split("/")[-1].removesuffix(":0")
            values = weight.numpy()
            shape = "x".join(str(size) for size in values.shape)
            yield f"{file},{first_layer.name}/{role},{DTYPES[values.dtype.name]},{shape},{zlib.crc32(values.tobytes()):08x}"


def write(library):
    os.environ.update({"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""})
    if library == "keras3":
        import keras
        from keras.src.legacy.saving import legacy_h5_format as format
    else:
        import tf_keras as keras
        from tf_keras.src.saving.legacy import hdf5_format as format

    first = model(keras, top=True)

    def save(file, top, action, expected=True):
        net = model(keras, top)
        fill(net)
        if not top:
            net.compile("sgd", "mse")  # brings the optimizer's weights along
        with tempfile.TemporaryDirectory() as folder:
            action(net, folder + "/" + file)
            packed = gzip.compress(pathlib.Path(folder, file).read_bytes(), mtime=0)
        (FOLDER / (file + ".gz")).write_bytes(packed)
        if expected:
            print(*expectations(file, net, first), sep="\n")

    save(f"{library}.h5", True, lambda net, path: net.save(path))
    # Lists of names beyond this many bytes are dealt out to several attributes; with the real limit of 64512 the file
    # would be large.
    format.HDF5_OBJECT_HEADER_LIMIT = 40
    save(f"{library}_notop.h5", False, lambda net, path: net.save(path))
    if library == "keras3":
        save("keras3.weights.h5", False, lambda net, path: net.save_weights(path), expected=False)
    else:
        save("keras2_weights.h5", False, lambda net, path: net.save_weights(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--write", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.write:
        write(args.write)
        return
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as venv:
        python = args.python
        if python is None:
            subprocess.run(["/usr/bin/python3", "-m", "venv", venv], check=True)
            python = venv + "/bin/python"
            subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        lines = []
        for library in ("keras3", "keras2"):
            run = subprocess.run([python, __file__, "--write", library], check=True, stdout=subprocess.PIPE, text=True)
            lines += [line for line in run.stdout.splitlines() if ".h5," in line]
    (FOLDER / "expected.csv").write_text("\n".join(sorted(lines)) + "\n")


if __name__ == "__main__":
    main()
