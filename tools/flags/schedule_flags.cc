#include "tools/flags/schedule_flags.h"

#include <cmath>
#include <sstream>
#include <utility>
#include <vector>

#include "dataset/base/error.h"

namespace cli {

namespace {

// "1=1,6=0.1"
std::vector<std::pair<uint32_t, double>> ParseParts(const std::string& text) {
  std::vector<std::pair<uint32_t, double>> parts;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    const size_t equals = item.find('=');
    const auto number = [&](const std::string& word) { return ParseNumbers(word, "--schedule-list").front(); };
    const double epoch = equals == item.npos ? 0 : number(item.substr(0, equals));
    if (!(epoch >= 1 && epoch <= train::kMostEpochs && epoch == std::floor(epoch))) {
      throw dataset::Error::Usage("--schedule-list: '" + item + "' is not of the form EPOCH=PART");
    }
    parts.emplace_back(static_cast<uint32_t>(epoch), number(item.substr(equals + 1)));
  }
  return parts;
}

}  // namespace

void AddScheduleFlags(CLI::App* app, TrainFlags* flags,
                      const std::function<void(const char* field, const char* help)>& add) {
  add("schedule_factor",
      "What schedules multiply the rate by: step and exponential every --schedule-epochs, default: 0.1; plateau at "
      "each cut, default: 0.316");
  add("schedule_epochs",
      "Of step and exponential, default: a third of the phase; of plateau the epochs without a gain that bring a cut, "
      "default: 5, from 200 images a class on 4, from 500 on 2");
  add("schedule_power", "Exponent of polynomial; default: 2");
  add("schedule_decay",
      "Of inverse-time, rate / (1 + decay x step); default: one that ends at a tenth of the highest rate");
  add("schedule_end",
      "Part of the highest rate at which linear, polynomial and cosine end, default: 0; below which plateau does not "
      "cut, default: 0.1");
  app->add_option("--schedule-list", flags->parts_of_epochs,
                  "Of list: parts of the highest rate, each from an epoch of the phase on, such as 1=1,6=0.1")
      ->type_name("EPOCH=PART,...")
      ->group(kTrainingGroup);
  add("best_by", "What on val makes an epoch the best; its weights are kept; plateau and --early-stop go by it, too");
  add("early_stop", "Epochs without a gain on val that end a phase; 0: none do");
  add("min_delta", "The smallest gain that counts for --early-stop; default: 0.002");
  add("target", "End the run when --best-by on val is as good as this");
  app->add_option("--time-budget", flags->most_time,
                  "Time of the run, such as 15m or 1h30m: the last phase trains to it, be it for more or fewer epochs; "
                  "default: phases have their epochs")
      ->type_name("TIME")
      ->group(kTrainingGroup);
}

void TakeScheduleFlags(const TrainFlags& flags, train::TrainingRunOptions* options) {
  options->schedule_list = ParseParts(flags.parts_of_epochs);
  if (flags.most_time) options->time_budget = ParseDuration(*flags.most_time, "--time-budget");
}

}  // namespace cli
