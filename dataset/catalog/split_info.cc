#include "dataset/catalog/split_info.h"

#include <numeric>
#include <optional>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/proto_json.h"
#include "proto/dataset_info.pb.h"

namespace dataset {
namespace {

constexpr uint32_t kFormatVersion = 1;

[[noreturn]] void Fail(const std::string& file, const std::string& cause) { throw Error(file, cause); }

SplitCount ParseCount(const dstools::SplitCount& message, size_t classes, const std::string& file) {
  const std::optional<Split> split = ParseName<Split>(message.name());
  if (!split) Fail(file, "\"" + message.name() + "\" is no split: train, val or test");
  SplitCount count;
  count.split = *split;
  count.samples = message.samples();
  count.samples_per_class.assign(message.samples_per_class().begin(), message.samples_per_class().end());
  const auto& per_class = count.samples_per_class;
  if (per_class.size() != classes ||
      std::accumulate(per_class.begin(), per_class.end(), uint64_t{0}) != count.samples) {
    Fail(file, "the counts of split " + message.name() + " do not add up");
  }
  return count;
}

}  // namespace

SplitInfo ParseSplitInfo(std::string_view json, const std::string& file) {
  dstools::SplitInfo message;
  ParseProtoJson(json, file, &message);
  if (message.format_version() != kFormatVersion) {
    Fail(file, "format version " + std::to_string(message.format_version()) + "; this program reads version " +
                   std::to_string(kFormatVersion));
  }
  if (message.root().empty()) Fail(file, "names no root");

  SplitInfo info;
  info.tool_version = message.tool_version();
  info.root = message.root();
  info.seed = message.seed();
  info.classes.assign(message.classes().begin(), message.classes().end());
  for (const auto& split : message.splits()) {
    info.splits.push_back(ParseCount(split, info.classes.size(), file));
    if (info.splits.size() > 1 && info.splits.back().split <= info.splits[info.splits.size() - 2].split) {
      Fail(file, "the splits are not in the order train, val, test");
    }
  }
  info.skipped_hidden = message.skipped_hidden();
  info.skipped_not_image = message.skipped_not_image();
  info.rejected = message.rejected();
  info.duplicates_dropped = message.duplicates_dropped();
  info.groups = message.groups();
  info.fingerprint = message.fingerprint();
  info.options.insert(message.options().begin(), message.options().end());
  return info;
}

std::string FormatSplitInfo(const SplitInfo& info) {
  dstools::SplitInfo message;
  message.set_format_version(kFormatVersion);
  message.set_tool_version(info.tool_version);
  message.set_root(info.root);
  message.set_seed(info.seed);
  message.mutable_classes()->Assign(info.classes.begin(), info.classes.end());
  for (const SplitCount& count : info.splits) {
    dstools::SplitCount* split = message.add_splits();
    split->set_name(std::string(NameOf(count.split)));
    split->set_samples(count.samples);
    split->mutable_samples_per_class()->Assign(count.samples_per_class.begin(), count.samples_per_class.end());
  }
  message.set_skipped_hidden(info.skipped_hidden);
  message.set_skipped_not_image(info.skipped_not_image);
  message.set_rejected(info.rejected);
  message.set_duplicates_dropped(info.duplicates_dropped);
  message.set_groups(info.groups);
  message.set_fingerprint(info.fingerprint);
  message.mutable_options()->insert(info.options.begin(), info.options.end());
  return FormatProtoJson(message);
}

SplitInfo LoadSplitInfo(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "split.json";
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) {
    Fail(file.string(), "is missing, so this is no complete split folder; run dsplit (again)");
  }
  return ParseSplitInfo(ReadFile(file, 64 << 20), file.string());
}

std::filesystem::path LoadSplitRoot(const std::filesystem::path& split_folder) {
  return split_folder / LoadSplitInfo(split_folder).root;
}

}  // namespace dataset
