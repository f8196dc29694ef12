#include "train/optim/schedule_options.h"

#include <algorithm>

namespace train {

std::vector<std::string_view> OptionsUsedBy(ScheduleKind kind) {
  switch (kind) {
    case ScheduleKind::kConstant:
    case ScheduleKind::kOneCycle:
      return {};
    case ScheduleKind::kLinear:
    case ScheduleKind::kCosine:
      return {"schedule_end"};
    case ScheduleKind::kStep:
    case ScheduleKind::kExponential:
      return {"schedule_factor", "schedule_epochs"};
    case ScheduleKind::kInverseTime:
      return {"schedule_decay"};
    case ScheduleKind::kPolynomial:
      return {"schedule_power", "schedule_end"};
    case ScheduleKind::kList:
      return {"schedule_list"};
    case ScheduleKind::kPlateau:
      return {"schedule_factor", "schedule_epochs", "schedule_end"};
  }
  return {};
}

std::vector<std::string_view> OptionsGiven(const ScheduleOptions& options) {
  std::vector<std::string_view> given;
  if (options.factor) given.push_back("schedule_factor");
  if (options.epochs) given.push_back("schedule_epochs");
  if (options.power) given.push_back("schedule_power");
  if (options.decay) given.push_back("schedule_decay");
  if (options.end) given.push_back("schedule_end");
  if (!options.list.empty()) given.push_back("schedule_list");
  return given;
}

std::vector<ScheduleKind> KindsThatUse(std::string_view option) {
  std::vector<ScheduleKind> kinds;
  for (const auto& row : EnumNames(ScheduleKind())) {
    const std::vector<std::string_view> used = OptionsUsedBy(row.value);
    if (std::find(used.begin(), used.end(), option) != used.end()) kinds.push_back(row.value);
  }
  return kinds;
}

}  // namespace train
