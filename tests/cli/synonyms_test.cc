#include "tools/cli/synonyms.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cli {
namespace {

const std::vector<std::string> kDsplit = {
    "root",  "output", "samples-json",    "materialize",   "overwrite", "ratio",      "fixed",      "val-fraction",
    "kfold", "sample", "balance",         "assign",        "seed",      "group-by",   "duplicates", "jobs",
    "check", "config", "near-duplicates", "min-per-class", "json-key",  "label-regex"};
const std::vector<std::string> kDtrain = {"output",
                                          "backbone",
                                          "weights",
                                          "image-size",
                                          "channels",
                                          "pooling",
                                          "head",
                                          "model",
                                          "eval-resize",
                                          "recipe",
                                          "val-fraction",
                                          "on-divergence",
                                          "batch-size",
                                          "head-epochs",
                                          "warmup",
                                          "finetune-epochs",
                                          "finetune-layers",
                                          "optimizer",
                                          "dropout",
                                          "finetune-learning-rate",
                                          "augment",
                                          "device",
                                          "precision",
                                          "cache",
                                          "loader-threads",
                                          "head-learning-rate",
                                          "memory",
                                          "sampler",
                                          "resume",
                                          "overwrite",
                                          "classes",
                                          "finetune-schedule",
                                          "compute-threads",
                                          "seed",
                                          "label-smoothing",
                                          "head-schedule",
                                          "weight-decay"};
const std::vector<std::string> kDsbench = {"batch-size", "image-size", "threads", "memory", "augment", "seconds"};
const std::vector<std::string> kDscompile = {"output", "resize", "jobs", "store", "fold", "overwrite", "shards"};

TEST(SynonymsTest, WordsOfOtherTrainers) {
  const struct {
    const std::vector<std::string>& names;
    const char* typed;
    const char* meant;
  } kCases[] = {
      {kDtrain, "lr", "finetune-learning-rate"},
      {kDtrain, "learning-rate", "finetune-learning-rate"},
      {kDtrain, "learning_rate", "finetune-learning-rate"},
      {kDtrain, "lr0", "finetune-learning-rate"},
      {kDtrain, "epochs", "finetune-epochs"},
      {kDtrain, "num_epochs", "finetune-epochs"},
      {kDtrain, "workers", "loader-threads"},
      {kDtrain, "num_workers", "loader-threads"},
      {kDtrain, "imgsz", "image-size"},
      {kDtrain, "img-size", "image-size"},
      {kDtrain, "img_size", "image-size"},
      {kDtrain, "batch", "batch-size"},
      {kDtrain, "bs", "batch-size"},
      {kDtrain, "b", "batch-size"},
      {kDtrain, "wd", "weight-decay"},
      {kDtrain, "opt", "optimizer"},
      {kDtrain, "arch", "backbone"},
      {kDtrain, "pretrained", "weights"},
      {kDtrain, "gpu", "device"},
      {kDtrain, "amp", "precision"},
      {kDtrain, "scheduler", "finetune-schedule"},
      {kDtrain, "class-names", "classes"},
      {kDtrain, "num-classes", ""},
      {kDtrain, "out", "output"},
      {kDtrain, "output-dir", "output"},
      {kDtrain, "output_dir", "output"},
      {kDtrain, "jobs", "loader-threads"},
      {kDtrain, "exist-ok", "overwrite"},
      {kDtrain, "freeze", "finetune-layers"},
      {kDtrain, "random-state", "seed"},
      {kDtrain, "validation_split", "val-fraction"},
      {kDtrain, "terminate-on-nan", "on-divergence"},
      {kDsplit, "val", "ratio"},
      {kDsplit, "test-size", "ratio"},
      {kDsplit, "test_size", "ratio"},
      {kDsplit, "train-ratio", "ratio"},
      {kDsplit, "val-split", "ratio"},
      {kDsplit, "n_splits", "kfold"},
      {kDsplit, "workers", "jobs"},
      {kDsplit, "Output", "output"},
      {kDsplit, "random_state", "seed"},
      {kDsplit, "near", "near-duplicates"},
      {kDsplit, "lr", ""},
      {kDsplit, "gpu", ""},
      {kDsbench, "workers", "threads"},
      {kDsbench, "imgsz", "image-size"},
      {kDsbench, "epochs", ""},
      {kDscompile, "imgsz", "resize"},
      {kDscompile, "workers", "jobs"},
      {kDscompile, "folds", "fold"},
      {kDscompile, "", ""},
      {kDscompile, "zzzz", ""},
  };
  for (const auto& test : kCases) EXPECT_EQ(MeantOption(test.typed, test.names), test.meant) << test.typed;
}

TEST(SynonymsTest, SpellingComesAfterWords) {
  EXPECT_EQ(MeantOption("ratoi", kDsplit), "ratio");
  EXPECT_EQ(MeantOption("backbon", kDtrain), "backbone");
  EXPECT_EQ(MeantOption("fine", kDtrain), "finetune-epochs") << "the first that begins so";
  EXPECT_EQ(MeantOption("model", {"backbone", "mode"}), "backbone");
  EXPECT_EQ(MeantOption("lr", {}), "");
}

}  // namespace
}  // namespace cli
