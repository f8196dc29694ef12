// The schedules against torch.optim.lr_scheduler and Keras (tests/train/goldens/make_schedules.py).
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/named.h"
#include "tests/train/goldens.h"
#include "train/optim/plateau.h"
#include "train/optim/schedule.h"

namespace train {
namespace {

constexpr double kPeak = 0.3;

struct Golden {
  Schedule schedule;
  std::vector<double> history;  // of kPlateau
  std::vector<double> rates;    // of kPlateau after each epoch, else of each step
};

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, at);) words.push_back(word);
  return words;
}

std::vector<double> Numbers(const std::string& text) {
  std::vector<double> numbers;
  for (const std::string& word : Split(text, ';')) numbers.push_back(std::stod(word));
  return numbers;
}

std::optional<double> Number(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(std::stod(text));
}

std::vector<dataset::testing::Named<Golden>> Goldens() {
  std::vector<dataset::testing::Named<Golden>> goldens;
  std::vector<std::vector<std::string>> rows = testing::ReadGoldens("schedules.csv");
  rows.erase(rows.begin());
  for (const std::vector<std::string>& row : rows) {
    Golden golden{.schedule = {.kind = *dataset::ParseName<ScheduleKind>(row.at(1)),
                               .peak = kPeak,
                               .warmup = Number(row.at(2)).value_or(0),
                               .steps = 24,
                               .epoch_steps = 4},
                  .history = Numbers(row.at(9)),
                  .rates = Numbers(row.at(10))};
    ScheduleOptions& options = golden.schedule.options;
    options.factor = Number(row.at(3));
    if (const auto epochs = Number(row.at(4))) options.epochs = static_cast<int>(*epochs);
    options.power = Number(row.at(5));
    options.decay = Number(row.at(6));
    options.end = Number(row.at(7));
    for (const std::string& item : Split(row.at(8), ';')) {
      const size_t equals = item.find('=');
      options.list.emplace_back(std::stoi(item), std::stod(item.substr(equals + 1)));
    }
    goldens.push_back({row.at(0), golden});
  }
  return goldens;
}

class ScheduleGoldenTest : public ::testing::TestWithParam<dataset::testing::Named<Golden>> {};

TEST_P(ScheduleGoldenTest, EqualsTorchAndKeras) {
  const Golden& golden = GetParam().value;
  if (golden.schedule.kind == ScheduleKind::kPlateau) {
    ASSERT_EQ(golden.rates.size(), golden.history.size());
    const PlateauRule rule{.epochs = *golden.schedule.options.epochs};
    for (size_t epochs = 1; epochs <= golden.history.size(); ++epochs) {
      const double part = PlateauPart(rule, std::span(golden.history).first(epochs));
      EXPECT_NEAR(golden.schedule.At(0, part), golden.rates[epochs - 1], 1e-7) << "after epoch " << epochs;
    }
    return;
  }
  ASSERT_EQ(golden.rates.size(), 24u);
  for (size_t step = 0; step < golden.rates.size(); ++step) {
    EXPECT_NEAR(golden.schedule.At(static_cast<double>(step)), golden.rates[step], 1e-10) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, ScheduleGoldenTest, ::testing::ValuesIn(Goldens()), dataset::testing::kNameOfParameter);

TEST(ScheduleGoldensTest, CoverAllKinds) {
  std::set<ScheduleKind> kinds;
  for (const auto& golden : Goldens()) kinds.insert(golden.value.schedule.kind);
  EXPECT_EQ(kinds.size(), EnumNames(ScheduleKind()).size());
}

}  // namespace
}  // namespace train
