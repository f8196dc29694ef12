#include "tools/cli/synonyms.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <iterator>

#include "tools/cli/nearest_name.h"

namespace cli {

namespace {

struct Synonyms {
  std::initializer_list<const char*> typed;
  std::initializer_list<const char*> ours;  // in order of preference; a program has some of them
};

const Synonyms kSynonyms[] = {
    {{"lr", "learning-rate", "lr0", "base-lr", "max-lr", "eta"}, {"finetune-learning-rate", "head-learning-rate"}},
    {{"epochs", "epoch", "num-epochs", "n-epochs", "max-epochs", "num-train-epochs"},
     {"finetune-epochs", "head-epochs"}},
    {{"steps", "max-steps", "num-steps", "iterations", "iters"}, {"steps-per-epoch", "finetune-epochs", "seconds"}},
    {{"lr-scheduler", "scheduler", "schedule", "sched", "lr-schedule", "cos-lr"},
     {"finetune-schedule", "head-schedule"}},
    {{"warmup-epochs", "warmup-steps", "warmup-ratio"}, {"warmup"}},
    {{"batch", "bs", "b", "batchsize", "train-batch-size", "per-device-train-batch-size"}, {"batch-size"}},
    {{"wd", "decay", "l2"}, {"weight-decay"}},
    {{"patience", "early-stopping", "early-stopping-patience"}, {"early-stop"}},
    {{"monitor", "eval-metric", "metric", "metric-for-best-model"}, {"best-by"}},
    {{"gamma", "lr-gamma", "lr-decay", "decay-rate", "lrf"}, {"schedule-factor", "schedule-end"}},
    {{"step-size", "lr-step-size", "decay-epochs"}, {"schedule-epochs"}},
    {{"time", "time-limit", "max-time", "timeout"}, {"time-budget"}},
    {{"opt", "optim"}, {"optimizer"}},
    {{"drop", "drop-rate", "dropout-rate"}, {"dropout"}},
    {{"smoothing", "ls"}, {"label-smoothing"}},
    {{"freeze", "unfreeze", "trainable-layers", "freeze-layers"}, {"finetune-layers"}},
    {{"workers", "num-workers", "nworkers", "loader-workers", "num-threads", "nproc", "jobs", "j", "cores", "cpus",
      "threads"},
     {"loader-threads", "threads", "jobs"}},
    {{"imgsz", "img-size", "img", "imsize", "image-resolution", "input-size", "resolution", "crop-size", "size"},
     {"image-size", "resize"}},
    {{"crop-pct", "val-resize-size"}, {"eval-resize"}},
    {{"short-side", "width", "height", "target-size", "max-size"}, {"resize", "image-size", "size"}},
    {{"arch", "a", "network", "net", "architecture", "model", "model-name"}, {"backbone"}},
    {{"pretrained", "checkpoint", "ckpt", "initial-checkpoint", "load"}, {"weights"}},
    {{"gpu", "gpus", "cuda", "cpu", "accelerator"}, {"device"}},
    {{"amp", "fp16", "bf16", "half", "mixed-precision", "dtype"}, {"precision"}},
    {{"aa", "auto-augment", "augmentation", "augmentations", "transforms"}, {"augment"}},
    {{"random-state", "random-seed", "manual-seed", "rng"}, {"seed"}},
    {{"val", "val-size", "val-split", "valid", "validation", "validation-split", "test", "test-size", "test-split",
      "train-ratio", "train-size", "val-ratio", "test-ratio", "ratios", "split", "splits"},
     {"ratio", "split"}},
    {{"val-size", "val-split", "validation-split", "valid-pct", "val-ratio"}, {"val-fraction"}},
    {{"terminate-on-nan", "on-nan", "skip-nan", "nan"}, {"on-divergence"}},
    {{"folds", "n-folds", "num-folds", "n-splits", "k", "cv", "cross-validation"}, {"kfold", "fold"}},
    {{"subset", "fraction", "limit"}, {"sample"}},
    {{"groups", "group"}, {"group-by"}},
    {{"dedup", "deduplicate", "dedupe"}, {"duplicates"}},
    {{"similar", "phash", "near-duplicate", "lookalikes"}, {"near-duplicates"}},
    {{"copy", "move", "symlink", "link", "hardlink"}, {"materialize"}},
    {{"oversample", "undersample", "class-balance"}, {"balance", "sampler"}},
    {{"out", "out-dir", "outdir", "output-dir", "output-folder", "output-path", "save-dir", "savedir", "project",
      "dest", "destination", "work-dir", "logdir", "log-dir"},
     {"output"}},
    {{"force", "exist-ok", "overwrite-output-dir", "clobber", "replace"}, {"overwrite"}},
    {{"continue", "restart"}, {"resume"}},
    {{"silent"}, {"quiet"}},
    {{"debug"}, {"verbose"}},
    {{"num-shards", "n-shards", "shard-count"}, {"shards"}},
    {{"format", "encoding", "image-format"}, {"encode", "store"}},
    {{"color", "colour", "grayscale", "greyscale", "gray", "grey"}, {"channels"}},
    {{"normalise", "normalization", "normalisation"}, {"normalize", "scale"}},
    {{"class-names", "labels", "label-map"}, {"classes"}},
    {{"data", "data-dir", "data-path", "dataset-dir"}, {"dataset", "root"}},
    {{"ram", "cache-size", "memory-limit"}, {"memory"}},
    {{"cfg", "config-file", "hyp"}, {"config"}},
};

std::string Normalized(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
  return word;
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string BySynonym(const std::string& word, const std::vector<std::string>& names) {
  for (const Synonyms& row : kSynonyms) {
    if (std::find(row.typed.begin(), row.typed.end(), word) == row.typed.end()) continue;
    const auto* const known =
        std::find_if(row.ours.begin(), row.ours.end(), [&](const char* name) { return Has(names, name); });
    if (known != row.ours.end()) return *known;
  }
  return "";
}

}  // namespace

std::string MeantOption(const std::string& typed, const std::vector<std::string>& names) {
  std::string word = Normalized(typed);
  if (word.empty()) return "";
  if (Has(names, word)) return word;
  std::string meant = BySynonym(word, names);
  if (meant.empty()) meant = Nearest(word, names);
  if (!meant.empty() || word.size() < 3) return meant;
  const auto longer =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name.starts_with(word); });
  return longer == names.end() ? "" : *longer;
}

}  // namespace cli
