#!/bin/sh
# run.sh FOLDER SECONDS [TARGET...]: runs the libFuzzer targets in FOLDER, one a processor, for SECONDS each. The corpora
# grow in FOLDER/corpus; a finding is left in FOLDER/findings and ends with 1.
set -eu
cd "$(dirname "$0")/../.."
folder=$1
seconds=$2
shift 2
sources=$PWD/tests/fuzz/corpus
testdata=${DATASET_TESTDATA:-$PWD/../shared/data}
cd "$folder"
./make_seeds seeds
[ $# -gt 0 ] || set -- $(ls | sed -n 's/^fuzz_//p')
mkdir -p findings corpus
export sources testdata seconds
# shellcheck disable=SC2016  # expanded by the inner shell
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c '
  mkdir -p corpus/{}
  set -- seeds/{}
  [ ! -d "$sources/{}" ] || set -- "$@" "$sources/{}"
  case {} in
    image) extra=odd longest=65536 ;;
    gif | heif) extra= longest=65536 ;;
    record) extra="tfrecords golden" longest=65536 ;;
    *) extra= longest=4096 ;;
  esac
  for name in $extra; do [ ! -d "$testdata/$name" ] || set -- "$@" "$testdata/$name"; done
  if ./fuzz_{} -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3072 -max_len=$longest -print_final_stats=1 \
      -artifact_prefix=findings/{}- corpus/{} "$@" >findings/{}.log 2>&1; then
    echo "{}: nothing found, $(sed -n "s/^stat::number_of_executed_units: *//p" findings/{}.log) runs"
  else
    echo "{}: FOUND, see $PWD/findings/{}.log"
    exit 1
  fi'
