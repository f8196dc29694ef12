#include "tools/flags/worker.h"

#include <charconv>
#include <optional>
#include <string_view>

#include "dataset/base/error.h"

namespace cli {
namespace {

using Environment = std::function<const char*(const char*)>;

std::optional<uint32_t> ParseCount(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Returns the number that a variable holds; nullopt if it is not set.
std::optional<uint32_t> Variable(const Environment& environment, const char* name) {
  const char* const value = environment(name);
  if (value == nullptr) return std::nullopt;
  const std::optional<uint32_t> number = ParseCount(value);
  if (!number) throw dataset::Error::Usage("--worker: " + std::string(name) + "='" + value + "' is no number");
  return number;
}

struct Launcher {
  const char* index;
  const char* first;  // the variable with the first index; nullptr: the first is 0
  const char* count;  // the variable with the number of workers; nullptr: there is none
};

constexpr Launcher kLaunchers[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"},
    {"OMPI_COMM_WORLD_RANK", nullptr, "OMPI_COMM_WORLD_SIZE"},
    {"PMI_RANK", nullptr, "PMI_SIZE"},
    {"SLURM_PROCID", nullptr, "SLURM_NTASKS"},
    {"JOB_COMPLETION_INDEX", nullptr, nullptr},
};

dataset::WorkerShare FromEnvironment(const Environment& environment, std::optional<uint32_t> count) {
  for (const Launcher& launcher : kLaunchers) {
    const std::optional<uint32_t> index = Variable(environment, launcher.index);
    if (!index) continue;
    const uint32_t first = launcher.first == nullptr ? 0 : Variable(environment, launcher.first).value_or(0);
    if (!count && launcher.count != nullptr) count = Variable(environment, launcher.count);
    if (!count) {
      throw dataset::Error::Usage("--worker auto: " + std::string(launcher.index) +
                                  " is set, but not the number of workers; give it: --worker auto/N");
    }
    return {*index - first, *count};
  }
  throw dataset::Error::Usage("--worker auto: no variable of Slurm, MPI or a Kubernetes indexed job is set");
}

}  // namespace

dataset::WorkerShare ParseWorker(const std::string& text, const Environment& environment) {
  const size_t slash = text.find('/');
  const std::string index = text.substr(0, slash);
  std::optional<uint32_t> count;
  if (slash != text.npos) count = ParseCount(std::string_view(text).substr(slash + 1));
  dataset::WorkerShare share;
  if (index == "auto" && (slash == text.npos || count)) {
    share = FromEnvironment(environment, count);
  } else {
    const std::optional<uint32_t> number = ParseCount(index);
    if (!number || !count || *number == 0) {
      throw dataset::Error::Usage("--worker: '" + text + "' is not I/N such as 2/8, nor auto");
    }
    share = {*number - 1, *count};
  }
  if (share.index >= share.count) {
    throw dataset::Error::Usage("--worker: there is no worker " + std::to_string(uint64_t{share.index} + 1) + " of " +
                                std::to_string(share.count));
  }
  return share;
}

}  // namespace cli
