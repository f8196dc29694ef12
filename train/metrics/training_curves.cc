#include "train/metrics/training_curves.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>
#include <vector>

#include "dataset/io/svg.h"

namespace train {

namespace {

using dataset::SvgLine;
using dataset::SvgNumber;
using dataset::SvgRectangle;
using dataset::SvgText;

constexpr double kWidth = 960, kHeight = 780, kLeft = 90, kRight = 840, kTop = 50;
constexpr size_t kMostPoints = 1000;      // of a line of stretches
constexpr size_t kMostMarkedPoints = 60;  // of a line with a dot at each epoch
constexpr char kTrainColor[] = "#4477aa", kStepsColor[] = "#b4c6da", kValColor[] = "#cc6622", kRateColor[] = "#448844",
               kGridColor[] = "#dddddd";
constexpr const char* kPhaseColors[] = {"#f1f5fa", "#fbf6ee"};

using Points = std::vector<std::pair<double, double>>;

// A line's values over the epochs, as points of the picture.
struct Panel {
  double top = 0, height = 0;
  double low = 0, high = 1;  // values at its lower and upper edge
  double epochs = 1;

  double X(double epoch) const { return kLeft + (kRight - kLeft) * epoch / epochs; }
  double Y(double value) const { return top + height * (1 - (std::clamp(value, low, high) - low) / (high - low)); }
};

std::string Number(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

// The step of a scale with about `count` parts: 1, 2 or 5 times a power of ten.
double ScaleStep(double range, double count) {
  const double raw = range / count, power = std::pow(10, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (raw <= step * power * 1.0001) return step * power;
  }
  return 10 * power;
}

std::string Line(const Panel& panel, const Points& points, const std::string& color, const std::string& style) {
  std::string line;
  std::string dots;
  for (const auto& [epoch, value] : points) {
    if (!std::isfinite(value)) continue;
    const std::string x = SvgNumber(panel.X(epoch)), y = SvgNumber(panel.Y(value));
    line += (line.empty() ? "" : " ") + x + "," + y;
    dots += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"2.50\" fill=\"" + color + "\"/>\n";
  }
  if (line.empty()) return "";
  line = "<polyline points=\"" + line + "\" fill=\"none\" stroke=\"" + color + "\"" + style + "/>\n";
  return style.empty() && points.size() <= kMostMarkedPoints ? line + dots : line;
}

Points EpochPoints(const MetricsHistory& history, double EpochReport::*value) {
  Points points;
  for (const MetricsEpoch& epoch : history.epochs()) points.emplace_back(epoch.report.epoch + 1.0, epoch.report.*value);
  return points;
}

Points StretchPoints(const MetricsHistory& history, double Stretch::*value) {
  Points points;
  for (const MetricsEpoch& epoch : history.epochs()) {
    for (const Stretch& stretch : epoch.stretches) points.emplace_back(stretch.epoch, stretch.*value);
  }
  const size_t every = (points.size() + kMostPoints - 1) / kMostPoints;
  if (every < 2) return points;
  Points thinned;
  for (size_t i = every - 1; i < points.size(); i += every) thinned.push_back(points[i]);
  return thinned;
}

// The bands of the phases.
std::string Bands(const MetricsHistory& history, const Panel& panel, bool named) {
  std::string bands;
  const std::vector<MetricsEpoch>& epochs = history.epochs();
  for (size_t begin = 0, end = 0; begin < epochs.size(); begin = end) {
    const PhaseKind phase = epochs[begin].report.phase;
    while (end < epochs.size() && epochs[end].report.phase == phase) ++end;
    const double left = panel.X(epochs[begin].report.epoch), right = panel.X(epochs[end - 1].report.epoch + 1.0);
    bands += SvgRectangle(left, panel.top, right - left, panel.height, kPhaseColors[static_cast<size_t>(phase) % 2]);
    if (named) bands += SvgText((left + right) / 2, panel.top - 8, "middle", dataset::NameOf(phase));
  }
  return bands;
}

// The panel's frame, its bands and its scales. `text` spells a value of the scale `values`.
std::string Frame(const MetricsHistory& history, const Panel& panel, const std::string& title,
                  const std::vector<double>& values, const std::function<std::string(double)>& text) {
  const double bottom = panel.top + panel.height;
  std::string frame = Bands(history, panel, panel.top == kTop);
  const std::string grid = std::string(" stroke=\"") + kGridColor + "\"";
  for (const double value : values) {
    const double y = panel.Y(value);
    frame += SvgLine(kLeft, y, kRight, y, grid) + SvgText(kLeft - 8, y + 4, "end", text(value));
  }
  const double step = std::max(1.0, ScaleStep(panel.epochs, 10));
  for (double epoch = 0; epoch <= panel.epochs; epoch += step) {
    const double x = panel.X(epoch);
    frame += SvgLine(x, bottom, x, bottom + 4, " stroke=\"#888888\"") +
             SvgText(x, bottom + 18, "middle", Number("%.0f", epoch));
  }
  frame += "<rect x=\"" + SvgNumber(kLeft) + "\" y=\"" + SvgNumber(panel.top) + "\" width=\"" +
           SvgNumber(kRight - kLeft) + "\" height=\"" + SvgNumber(panel.height) +
           "\" fill=\"none\" stroke=\"#888888\"/>\n";
  const std::string middle = SvgNumber(panel.top + panel.height / 2);
  frame += SvgText(24, panel.top + panel.height / 2, "middle", title, " transform=\"rotate(-90 24 " + middle + ")\"");
  return frame + SvgText(kRight + 10, bottom + 18, "start", "epoch");
}

std::string Legend(const Panel& panel, int row, const std::string& name, const std::string& color) {
  const double y = panel.top + 16 + 20 * row;
  return SvgLine(kRight + 10, y - 4, kRight + 30, y - 4, " stroke-width=\"2\" stroke=\"" + color + "\"") +
         SvgText(kRight + 36, y, "start", name);
}

std::vector<double> Scale(double low, double high, double count) {
  std::vector<double> values;
  const double step = ScaleStep(high - low, count);
  for (double k = std::ceil(low / step - 1e-6); k * step <= high * (1 + 1e-9); ++k) {
    values.push_back(k * step + 0.0);  // no negative zero
  }
  return values;
}

std::string Short(double value) { return Number("%g", value); }

std::string LossPanel(const MetricsHistory& history, Panel panel) {
  const Points train = EpochPoints(history, &EpochReport::loss), val = EpochPoints(history, &EpochReport::val_loss);
  std::vector<double> losses;
  for (const Points* points : {&train, &val}) {
    for (const auto& [epoch, loss] : *points) {
      if (std::isfinite(loss)) losses.push_back(loss);
    }
  }
  if (!losses.empty()) {
    // One wild epoch must not flatten the others.
    std::nth_element(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(losses.size() / 2), losses.end());
    const double usual = std::max({losses[losses.size() / 2], train.front().second, val.front().second});
    panel.high = std::max(1e-6, std::min(*std::max_element(losses.begin(), losses.end()), 2 * usual)) * 1.05;
  }
  return Frame(history, panel, "loss", Scale(panel.low, panel.high, 5), Short) +
         Line(panel, StretchPoints(history, &Stretch::loss), kStepsColor, " stroke-width=\"0.8\"") +
         Line(panel, train, kTrainColor, "") + Line(panel, val, kValColor, "") +
         Legend(panel, 0, "train", kTrainColor) + Legend(panel, 1, "val", kValColor) +
         Legend(panel, 2, "steps", kStepsColor);
}

std::string AccuracyPanel(const MetricsHistory& history, Panel panel) {
  const Points train = EpochPoints(history, &EpochReport::accuracy),
               val = EpochPoints(history, &EpochReport::val_accuracy);
  double low = 1;
  for (const Points* points : {&train, &val}) {
    for (const auto& [epoch, accuracy] : *points) low = std::isfinite(accuracy) ? std::min(low, accuracy) : low;
  }
  panel.low = std::clamp(std::floor(low * 10) / 10, 0.0, 0.9);
  std::string picture = Frame(history, panel, "accuracy", Scale(panel.low, 1, 5), Short) +
                        Line(panel, train, kTrainColor, "") + Line(panel, val, kValColor, "") +
                        Legend(panel, 0, "train", kTrainColor) + Legend(panel, 1, "val", kValColor);
  const auto best = std::find_if(history.epochs().rbegin(), history.epochs().rend(),
                                 [](const MetricsEpoch& epoch) { return epoch.report.best; });
  if (best == history.epochs().rend()) return picture;
  const double x = panel.X(best->report.epoch + 1.0), y = panel.Y(best->report.val_accuracy);
  picture += "<circle cx=\"" + SvgNumber(x) + "\" cy=\"" + SvgNumber(y) + "\" r=\"6.00\" fill=\"none\" stroke=\"" +
             kValColor + "\"/>\n";
  return picture +
         SvgText(kRight + 10, panel.top + 66, "start", "best: epoch " + Number("%.0f", best->report.epoch + 1.0)) +
         SvgText(kRight + 10, panel.top + 84, "start", "val " + Number("%.4f", best->report.val_accuracy));
}

// The rates are drawn by their decades, since those of two phases may lie far apart.
std::string RatePanel(const MetricsHistory& history, Panel panel) {
  constexpr double kDecades = 3;
  Points rates = StretchPoints(history, &Stretch::learning_rate);
  double highest = 0;
  for (const auto& [epoch, rate] : rates) highest = std::max(highest, std::isfinite(rate) ? rate : 0);
  if (highest <= 0) highest = 1;
  panel.high = std::log10(highest) + 0.1;
  panel.low = panel.high - kDecades - 0.1;
  for (auto& [epoch, rate] : rates) rate = rate > 0 ? std::log10(rate) : panel.low;
  std::vector<double> decades;
  for (double decade = std::ceil(panel.low); decade <= panel.high; ++decade) decades.push_back(decade);
  return Frame(history, panel, "learning rate", decades,
               [](double decade) { return Number("%g", std::pow(10, decade)); }) +
         Line(panel, rates, kRateColor, " stroke-width=\"1.5\"");
}

}  // namespace

std::string FormatTrainingCurves(const MetricsHistory& history) {
  const double epochs = history.epochs().empty() ? 1 : history.epochs().back().report.epoch + 1.0;
  const auto panel = [&](double top, double height) { return Panel{.top = top, .height = height, .epochs = epochs}; };
  return std::string(kCurvesBegin) + "viewBox=\"0 0 " + SvgNumber(kWidth) + " " + SvgNumber(kHeight) + "\" width=\"" +
         SvgNumber(kWidth) + "\" height=\"" + SvgNumber(kHeight) +
         "\" font-family=\"sans-serif\" font-size=\"13\">\n<title>training curves</title>\n"
         "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" +
         LossPanel(history, panel(kTop, 250)) + AccuracyPanel(history, panel(kTop + 290, 250)) +
         RatePanel(history, panel(kTop + 580, 120)) + "</svg>\n";
}

}  // namespace train
