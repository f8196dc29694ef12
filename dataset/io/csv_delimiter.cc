#include "dataset/io/csv_delimiter.h"

#include <array>
#include <cstddef>
#include <vector>

namespace dataset {
namespace {

constexpr std::string_view kCandidates = "\t,;|";
constexpr size_t kSampledRows = 100;
constexpr size_t kSampledBytes = size_t{1} << 20;

// How often a row has each of the candidates.
using Counts = std::array<size_t, kCandidates.size()>;

// Counts in the first rows; blank ones after the first are left out.
std::vector<Counts> CountCandidates(std::string_view text) {
  std::vector<Counts> rows(1);
  bool quoted = false, at_start = true;
  for (const char c : text.substr(0, kSampledBytes)) {
    const size_t candidate = kCandidates.find(c);
    if (c == '"' && (quoted || at_start)) {
      quoted = !quoted;
    } else if (!quoted && candidate != kCandidates.npos) {
      ++rows.back()[candidate];
    } else if (!quoted && (c == '\n' || c == '\r')) {
      if (rows.back() == Counts{} && rows.size() > 1) continue;
      if (rows.size() == kSampledRows) break;
      rows.emplace_back();
    }
    // A doubled quote closes the field and opens it again.
    at_start = candidate != kCandidates.npos || c == '\n' || c == '\r' || c == '"' || (at_start && c == ' ');
  }
  return rows;
}

}  // namespace

char SniffDelimiter(std::string_view text) {
  const std::vector<Counts> rows = CountCandidates(text);
  size_t best = kCandidates.size(), best_rows = 0;
  for (size_t i = 0; i < kCandidates.size(); ++i) {
    if (rows.front()[i] == 0) continue;
    size_t same = 0;
    for (const Counts& row : rows) same += row[i] == rows.front()[i] ? 1 : 0;
    if (same <= best_rows) continue;
    best = i;
    best_rows = same;
  }
  if (best < kCandidates.size()) return kCandidates[best];
  const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
  return first.find(' ') == first.npos ? ',' : ' ';
}

std::string NameOfDelimiter(char delimiter) {
  switch (delimiter) {
    case ',':
      return "commas";
    case ';':
      return "semicolons";
    case '\t':
      return "tabs";
    case '|':
      return "bars";
    case ' ':
      return "blanks";
    default:
      return {delimiter};
  }
}

}  // namespace dataset
