#include "dataset/split/class_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <numeric>

#include "dataset/catalog/split.h"
#include "dataset/io/svg.h"

namespace dataset {
namespace {

constexpr std::array<const char*, 3> kColors = {"#4477aa", "#ee9944", "#66aa66"};
constexpr double kLabelWidth = 200, kBarWidth = 480, kRow = 22, kTop = 40, kPie = 200;
constexpr double kWidth = kLabelWidth + kBarWidth + 100 + kPie + 60;
static_assert(kWidth == 1040);       // kClassChartBegin
constexpr size_t kLongestName = 28;  // characters that fit kLabelWidth

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string Shorten(const std::string& name) {
  size_t characters = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!ContinuesCharacter(name[i]) && characters++ == kLongestName) return name.substr(0, i) + "…";
  }
  return name;
}

std::string Bar(double x, double y, double width, size_t split, const std::string& title) {
  return SvgRectangle(x, y, width, kRow - 6, kColors[split], title);
}

// A slice of the pie between two parts of its circle, 0 ... 1, clockwise from the top.
std::string Slice(double begin, double end, size_t split) {
  const double radius = kPie / 2, x = kWidth - radius - 30, y = kTop + radius + 10;
  const std::string fill = std::string("\" fill=\"") + kColors[split] + "\"/>\n";
  if (end - begin > 0.999999) {
    return "<circle cx=\"" + SvgNumber(x) + "\" cy=\"" + SvgNumber(y) + "\" r=\"" + SvgNumber(radius) + fill;
  }
  const auto point = [&](double part) {
    const double angle = 2 * std::numbers::pi * part;
    return SvgNumber(x + radius * std::sin(angle)) + " " + SvgNumber(y - radius * std::cos(angle));
  };
  const std::string arc =
      " A " + SvgNumber(radius) + " " + SvgNumber(radius) + " 0 " + (end - begin > 0.5 ? "1" : "0") + " 1 ";
  return "<path d=\"M " + SvgNumber(x) + " " + SvgNumber(y) + " L " + point(begin) + arc + point(end) + " Z" + fill;
}

std::string Percent(uint64_t part, uint64_t all) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %%", 100 * static_cast<double>(part) / static_cast<double>(all));
  return text;
}

}  // namespace

std::string FormatClassChart(const std::vector<std::string>& classes,
                             const std::array<std::vector<uint32_t>, 3>& counts) {
  std::array<uint64_t, 3> totals;
  uint64_t all = 0, largest = 1;
  for (size_t split = 0; split < 3; ++split) {
    totals[split] = std::accumulate(counts[split].begin(), counts[split].end(), uint64_t{0});
    all += totals[split];
  }
  for (size_t label = 0; label < classes.size(); ++label) {
    largest = std::max(largest, uint64_t{counts[0][label]} + counts[1][label] + counts[2][label]);
  }
  const double height = std::max(kTop + kRow * static_cast<double>(classes.size()) + 20, kTop + kPie + 110);
  std::string svg = std::string(kClassChartBegin) + SvgNumber(height) +
                    "\" font-family=\"sans-serif\" font-size=\"13\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  svg += SvgText(kLabelWidth, kTop - 16, "start", "images per class and split");
  for (size_t label = 0; label < classes.size(); ++label) {
    const double y = kTop + kRow * static_cast<double>(label);
    svg += SvgText(kLabelWidth - 8, y + kRow - 9, "end", Shorten(classes[label]));
    double x = kLabelWidth;
    uint64_t total = 0;
    for (size_t split = 0; split < 3; ++split) {
      const uint32_t count = counts[split][label];
      total += count;
      if (count == 0) continue;
      const double width = kBarWidth * count / static_cast<double>(largest);
      svg += Bar(x, y, width, split,
                 classes[label] + ", " + std::string(NameOf(kSplits[split])) + ": " + std::to_string(count));
      x += width;
    }
    svg += SvgText(x + 6, y + kRow - 9, "start", std::to_string(total));
  }
  double begin = 0, y = kTop + kPie + 30;
  for (size_t split = 0; split < 3; ++split) {
    if (totals[split] == 0) continue;
    const double end = begin + static_cast<double>(totals[split]) / static_cast<double>(all);
    svg += Slice(begin, end, split);
    begin = end;
    const std::string name(NameOf(kSplits[split]));
    svg += Bar(kWidth - kPie - 30, y, kRow - 6, split, name);
    svg += SvgText(kWidth - kPie - 6, y + 13, "start",
                   name + ": " + std::to_string(totals[split]) + ", " + Percent(totals[split], all));
    y += kRow;
  }
  return svg + "</svg>\n";
}

}  // namespace dataset
