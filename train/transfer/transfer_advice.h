#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace train {

// What is known of a dataset and pretrained weights.
struct TransferFacts {
  uint64_t images = 0;  // of train
  uint64_t classes = 0;
  uint64_t val_images = 0;
  double val_accuracy = 0;  // of a head that was solved on the weights' features
  double val_chance = 0;    // the part of val's most frequent class
};

// How to train, by the size of a dataset and how similar it is to what the weights were trained on.
enum class TransferAdvice {
  kHeadAlone,    // few and similar: more would learn them by heart
  kUpperLayers,  // few and different: the upper layers of the weights do not fit, and all layers are too many
  kAllGently,    // many and similar
  kAllLonger,    // many and different: the weights are but a beginning
  kScratch,      // the features tell nothing of these classes
};

// The rule's words, and the options that it means.
struct AdviceRow {
  TransferAdvice advice;
  std::string_view size, similarity;  // "few", "different"
  std::string_view what;              // to do
  std::string_view options;           // fields and values: "`recipe` probe"; "": the defaults
};
std::span<const AdviceRow> TransferAdvices();
const AdviceRow& RowOf(TransferAdvice advice);

// From so many images a class, in the mean, they are many.
inline constexpr uint64_t kManyImagesOfClass = 200;
// From this part of what chance leaves to gain, they are similar.
inline constexpr double kSimilarSkill = 0.7;

// The part of what chance leaves that the head gains: 1 is perfect, 0 no better than the most frequent class.
double SkillOf(const TransferFacts& facts);

TransferAdvice Advise(const TransferFacts& facts);

}  // namespace train
