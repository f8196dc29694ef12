#include "tools/print/split_table.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>
#include <utility>
#include <vector>

#include "dataset/base/largest_remainder.h"
#include "dataset/base/utf8.h"
#include "tools/cli/table.h"

namespace cli {
namespace {

constexpr uint32_t kBarColumns = 24;
constexpr const char* kShades[] = {"█", "▓", "░"};  // one per split

// Returns the bar of a class, divided into train, val and test; its length is in proportion to the class's images.
std::string Bar(const std::vector<double>& counts, double largest) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (total == 0) return "";
  const auto columns = static_cast<uint32_t>(kBarColumns * total / largest + 0.5);
  const std::vector<uint32_t> parts = dataset::LargestRemainder(std::max(1u, columns), counts);
  std::string bar;
  for (size_t split = 0; split < parts.size(); ++split) {
    for (uint32_t i = 0; i < parts[split]; ++i) bar += kShades[split];
  }
  return bar;
}

// One line for each kind of names that were left out: how many there are, and the first.
template <typename Row, typename Kind>
std::string FormatLeftOut(const std::string& what, const std::vector<Row>& rows, Kind Row::*kind_of) {
  std::map<Kind, std::pair<size_t, const std::string*>> kinds;
  for (const Row& row : rows) ++kinds.try_emplace(row.*kind_of, 0, &row.path).first->second.first;
  std::string lines;
  for (const auto& [kind, found] : kinds) {
    lines += what + std::to_string(found.first) + " " + std::string(dataset::NameOf(kind)) + ", the first " +
             dataset::Printable(*found.second) + "\n";
  }
  return lines;
}

}  // namespace

std::string FormatSplitTable(const dataset::SplitReport& report) {
  const std::vector<std::string>& classes = report.manifest.classes;
  std::vector<std::vector<std::string>> rows(classes.size() + 2);
  rows.front() = {"class"};
  rows.back() = {"total"};
  for (size_t label = 0; label < classes.size(); ++label) rows[label + 1] = {classes[label]};
  std::vector<uint32_t> all(classes.size());
  const auto add_column = [&](std::string_view name, const std::vector<uint32_t>& counts) {
    rows.front().emplace_back(name);
    for (size_t label = 0; label < counts.size(); ++label) rows[label + 1].push_back(std::to_string(counts[label]));
    rows.back().push_back(std::to_string(std::accumulate(counts.begin(), counts.end(), uint64_t{0})));
  };
  for (dataset::Split split : dataset::kSplits) {
    const auto& counts = report.counts[static_cast<size_t>(split)];
    const bool empty = std::all_of(counts.begin(), counts.end(), [](uint32_t count) { return count == 0; });
    if (empty && !report.wanted[static_cast<size_t>(split)]) continue;
    add_column(dataset::NameOf(split), counts);
    std::transform(all.begin(), all.end(), counts.begin(), all.begin(), std::plus<>());
  }
  add_column("total", all);

  const double largest = all.empty() ? 0 : *std::max_element(all.begin(), all.end());
  std::istringstream lines(FormatTable(rows));
  std::string table;
  size_t row = 0;
  for (std::string line; std::getline(lines, line); ++row) {
    table += line;
    if (row > 0 && row <= classes.size()) {
      std::vector<double> counts;
      for (const auto& split : report.counts) counts.push_back(split[row - 1]);
      const std::string bar = Bar(counts, largest);
      if (!bar.empty()) table += "  " + bar;
    }
    table += '\n';
  }
  return table + FormatLeftOut("skipped: ", report.skipped, &dataset::SkippedName::kind) +
         FormatLeftOut("dropped: ", report.dropped, &dataset::DroppedSample::fate);
}

}  // namespace cli
