#!/bin/sh
# Goes from pictures to an evaluated model. The pictures are Fashion-MNIST, or the photos in the folder $DATA (one folder
# per class). `make demo` builds the tools and calls this script. A second run reuses what the first one has made.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/build/bin:$PATH"

FASHION_MNIST=/usr/share/datasets/fashion-mnist
FASHION_FLAGS='--backbone small_cnn --image-size 28 --augment flip --batch-size 128 --finetune-epochs 6
  --finetune-learning-rate 2e-3 --dropout 0.3 --label-smoothing 0 --seed 1'
PHOTO_WEIGHTS=weights/efficientnet_lite0.pth
PHOTO_FLAGS='--backbone efficientnet_lite0 --seed 1'

# Prints a command line as one would type it, then runs it.
run() {
  line='$'
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./=,:@%+-]*) line="$line '$(printf %s "$word" | sed "s/'/'\\\\''/g")'" ;;
      *) line="$line $word" ;;
    esac
  done
  printf '\n%s\n' "$line"
  "$@"
}

# shellcheck disable=SC2086  # flags are lists of words
fashion_mnist() {
  run fashion_mnist_to_png "$FASHION_MNIST" -o demo/fashion-mnist
  run dsplit demo/fashion-mnist -o demo/splits --val-fraction 0.05 --seed 1
  run dscompile demo/splits/manifest.csv -o demo/fashion.ds --store raw --channels 1
  run dtrain demo/fashion.ds -o demo/run $FASHION_FLAGS --resume
  run deval demo/run --split test
}

# shellcheck disable=SC2086
photos() {
  [ -d "$DATA" ] || { echo "demo: no folder '$DATA'" >&2; exit 1; }
  folder=$(cd "$DATA" && pwd -P)
  output=demo/$(basename "$folder")
  mkdir -p "$output"
  case $(cd "$output" && pwd -P)/ in
    "$folder"/*) echo "demo: '$output' would be written into the photos; move them out of demo/" >&2; exit 1 ;;
  esac
  run dsplit "$DATA" -o "$output/splits" --ratio 70,15,15 --seed 1
  run dscompile "$output/splits/manifest.csv" -o "$output/photos.ds" --resize 256
  run dtrain "$output/photos.ds" -o "$output/run" --weights "$PHOTO_WEIGHTS" $PHOTO_FLAGS --resume
  run deval "$output/run" --split test
}

mkdir -p demo
if [ -n "${DATA:-}" ]; then photos; else fashion_mnist; fi
