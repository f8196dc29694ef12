#pragma once

#include <cstdint>
#include <span>

namespace train {

// When ScheduleKind::kPlateau cuts the rate: Keras' ReduceLROnPlateau without a cooldown.
struct PlateauRule {
  double factor = 0.31622776601683794;  // what a cut multiplies the rate by
  int epochs = 5;                       // epochs without a gain that bring a cut
  double least = 0.1;                   // part of the peak below which no cut leads
  double min_delta = 1e-4;              // a smaller gain is none
};

// Returns the part of the peak after epochs with these scores, of which a greater one is better.
double PlateauPart(const PlateauRule& rule, std::span<const double> scores);

// Returns imageatm's PlateauRule::epochs: 5 for few images in an average class of train, 4 from 200, 2 from 500 on.
int PlateauEpochs(uint64_t images, uint64_t classes);

}  // namespace train
