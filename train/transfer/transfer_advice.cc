#include "train/transfer/transfer_advice.h"

#include <algorithm>

#include "train/loop/watch.h"

namespace train {

namespace {

constexpr AdviceRow kRows[] = {
    {TransferAdvice::kHeadAlone, "few", "similar",
     "train the head alone; more layers would learn the pictures by heart", "`recipe` probe"},
    {TransferAdvice::kUpperLayers, "few", "different",
     "train from the top down, with strong augmentation: the upper layers fit other pictures than these",
     "`thaw` groups `group_epochs` 3 `augment` strong"},
    {TransferAdvice::kAllGently, "many", "similar", "solve the head, then train on from it at a small rate",
     "`recipe` standard"},
    {TransferAdvice::kAllLonger, "many", "different",
     "train all layers for longer, and compare with a training from scratch",
     "`recipe` standard `finetune_layers` all `finetune_epochs` 30 `check_transfer`"},
    {TransferAdvice::kScratch, "", "unrelated",
     "look whether the pictures are in the right classes; if they are, train from scratch, without `weights`",
     "`recipe` scratch"},
};

}  // namespace

std::span<const AdviceRow> TransferAdvices() { return kRows; }

const AdviceRow& RowOf(TransferAdvice advice) {
  return *std::find_if(std::begin(kRows), std::end(kRows), [&](const AdviceRow& row) { return row.advice == advice; });
}

double SkillOf(const TransferFacts& facts) {
  return facts.val_chance < 1 ? (facts.val_accuracy - facts.val_chance) / (1 - facts.val_chance) : 0;
}

TransferAdvice Advise(const TransferFacts& facts) {
  if (!BeatsChance(facts.val_accuracy, facts.val_chance, facts.val_images)) return TransferAdvice::kScratch;
  const bool many = facts.images >= kManyImagesOfClass * facts.classes;
  const bool similar = SkillOf(facts) >= kSimilarSkill;
  if (many) return similar ? TransferAdvice::kAllGently : TransferAdvice::kAllLonger;
  return similar ? TransferAdvice::kHeadAlone : TransferAdvice::kUpperLayers;
}

}  // namespace train
