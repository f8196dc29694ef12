#!/bin/bash
# Kills dscompile -9 at KILLS moments spread over a run, resumes each time, and compares with an undisturbed run.
# usage: kill_resume.sh BIN_FOLDER MANIFEST RAW_ROOT WORK_FOLDER KILLS [dscompile options]
set -euo pipefail
bin=$1 manifest=$2 root=$3 work=$4 kills=$5
shift 5
compile() { "$bin/dscompile" "$manifest" --root "$root" --jobs 2 -q "$@" >"$work/log" 2>&1; }

mkdir -p "$work"
begin=$(date +%s%N)
compile -o "$work/whole.ds" "$@"
run=$(($(date +%s%N) - begin))

finished=0 reused=0
for ((i = 0; i < kills; ++i)); do
  rm -rf "$work/out.ds" "$work/.out.ds.incomplete"
  "$bin/dscompile" "$manifest" --root "$root" --jobs 2 -q -o "$work/out.ds" "$@" >/dev/null 2>&1 &
  pid=$!
  sleep "$(printf '%d.%09d' $((run * i / kills / 1000000000)) $((run * i / kills % 1000000000)))"
  kill -9 $pid 2>/dev/null || finished=$((finished + 1))
  wait $pid 2>/dev/null || true
  ls "$work"/.out.ds.incomplete/*.state >/dev/null 2>&1 && reused=$((reused + 1))
  compile -o "$work/out.ds" --resume "$@"
  diff -r "$work/whole.ds" "$work/out.ds"
  test ! -e "$work/.out.ds.incomplete"
done
echo "$kills kills, $finished came too late, $reused left finished shards: the bytes are the same"
