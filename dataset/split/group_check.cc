#include "dataset/split/group_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/class_names.h"

namespace dataset {
namespace {

std::string Rule(const SplitOptions& options) { return "`group_by` " + Printable(options.group_by); }

// Where `group_by` looks for a key, for those who expected it elsewhere.
std::string Hint(const SplitOptions& options) {
  return options.group_by.starts_with("regex:") ? "; the file name alone is searched, without its folders" : "";
}

// "; "nan" is no value" if there is a text that names no group.
std::string NoValues(const std::vector<SourceSample>& samples, const std::vector<std::string>& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].empty() && !samples[i].column.empty()) return "; " + Quoted(samples[i].column) + " is no value";
  }
  return "";
}

// " makes different groups of P1 and p1" if there are keys that people take for the same.
std::string LookAlikes(const std::set<std::string_view>& keys) {
  std::map<std::string, std::string_view> seen;
  for (std::string_view key : keys) {
    const auto [same, is_new] = seen.emplace(LookAlikeKey(key), key);
    if (is_new) continue;
    return " makes different groups of " + Printable(same->second) + " and " + Printable(key) +
           ", which look like the same";
  }
  return "";
}

std::vector<uint32_t> SizesOf(const GroupDeal& deal) {
  std::vector<uint32_t> sizes(deal.grouping.names.size());
  for (uint32_t group : deal.dealt.groups) ++sizes[group];
  return sizes;
}

// "64 images make 2 groups, the largest benign with 32 images", and the cure.
std::string Explain(const GroupDeal& deal) {
  const std::vector<uint32_t> sizes = SizesOf(deal);
  const auto count = sizes.size() - static_cast<size_t>(std::count(sizes.begin(), sizes.end(), 0u));
  const auto largest = static_cast<size_t>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
  const std::string& name = deal.grouping.names[largest];
  const uint32_t keys = deal.grouping.keys[largest];
  const bool near = deal.options.near_duplicates.has_value();
  const size_t prefix = keys > 0 ? 0 : name.find(':') + 1;  // of "same:PATH"
  const std::string text = Counted(deal.dealt.groups.size(), "image") + " make " + Counted(count, "group") +
                           ", the largest " + (keys > 0 ? "" : "of pictures like ") + Printable(name.substr(prefix)) +
                           " with " + Counted(sizes[largest], "image");
  if (keys > 1) {
    return text + ", where pictures that are " + (near ? "alike" : "equal") + " join " + Counted(keys, "group") +
           " of `group_by`; " + (near ? "lower `near_duplicates`" : "`duplicates` drop-conflicts or ignore parts them");
  }
  if (keys == 1) return text + "; choose a `group_by` that makes smaller groups, or leave it out";
  return text + (near ? "; lower `near_duplicates`" : "; `duplicates` drop keeps one of each");
}

}  // namespace

void CheckKeys(const SplitOptions& options, const std::vector<SourceSample>& samples,
               const std::vector<std::string>& keys, SplitReport* report) {
  const auto without = static_cast<size_t>(std::count(keys.begin(), keys.end(), ""));
  if (keys.empty()) return;
  if (without == keys.size()) {
    throw Error(options.source, Rule(options) + " groups nothing: it gives none of " + Counted(keys.size(), "image") +
                                    " a group, the first " + Printable(samples.front().path) + Hint(options) +
                                    NoValues(samples, keys));
  }
  const auto tell = [&](const std::string& fault) {
    if (options.strict_groups == StrictGroups::kYes) throw Error(options.source, fault + " (`strict_groups`)");
    report->warnings.push_back(fault);
  };
  if (without > 0) {
    const auto first = static_cast<size_t>(std::find(keys.begin(), keys.end(), "") - keys.begin());
    tell(Rule(options) + " gives " + std::to_string(without) + " of " + Counted(keys.size(), "image") +
         " no group, the first " + Printable(samples[first].path) + Hint(options) + NoValues(samples, keys));
  }
  std::set<std::string_view> different(keys.begin(), keys.end());
  different.erase("");
  const std::string alike = LookAlikes(different);
  if (!alike.empty()) report->warnings.push_back(Rule(options) + alike);
  const size_t with = keys.size() - without;
  if (with > 1 && different.size() == with) {
    const auto first = std::find_if(keys.begin(), keys.end(), [](const std::string& key) { return !key.empty(); });
    tell(Rule(options) + " groups nothing: it gives each image a group of its own, the first " + Printable(*first));
  }
}

void CheckGroups(const GroupDeal& deal) {
  if (deal.plan.Wanted() < 2) return;
  const std::vector<uint32_t> sizes = SizesOf(deal);
  std::vector<uint32_t> group_of(
      deal.dealt.labels.empty() ? 0 : 1 + *std::max_element(deal.dealt.labels.begin(), deal.dealt.labels.end()),
      UINT32_MAX);
  bool large = false;
  for (size_t i = 0; i < deal.dealt.labels.size(); ++i) {
    const uint32_t group = deal.dealt.groups[i];
    uint32_t& of_class = group_of[deal.dealt.labels[i]];
    if (of_class == UINT32_MAX) of_class = group;
    if (of_class != group) return;
    large = large || sizes[group] > 1;
  }
  if (!large) return;
  throw Error(deal.options.source, "each class is one group, so none can lie in two splits: " + Explain(deal));
}

void CheckParts(const GroupDeal& deal, const Quotas& quotas, const std::vector<uint32_t>& parts, SplitReport* report) {
  std::vector<uint32_t> got(deal.plan.parts.size());
  for (uint32_t part : parts) ++got[part];
  const std::vector<uint32_t> sizes = SizesOf(deal);
  const bool grouped = std::any_of(sizes.begin(), sizes.end(), [](uint32_t size) { return size > 1; });
  const bool hash = quotas.empty();
  for (size_t part = 0; part < got.size(); ++part) {
    if (!deal.plan.wanted[part] || got[part] > 0) continue;
    const std::string fault =
        "there are no images in " + NameOf(deal.plan.parts[part]) + ", though " + deal.plan.wish + " asks for some";
    const bool due = std::any_of(quotas.begin(), quotas.end(), [&](const auto& quota) { return quota[part] > 0; });
    if (due || (hash && grouped && !deal.options.group_by.empty())) {
      throw Error(deal.options.source, fault + "; groups stay whole: " + Explain(deal) +
                                           (hash ? "; `assign` quota or another `seed` may fill it, too" : ""));
    }
    report->warnings.push_back(fault + (hash ? "; a hash deals, and more images or another `seed` fill it"
                                             : "; each class is too small for it"));
  }
}

}  // namespace dataset
