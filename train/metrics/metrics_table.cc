#include "train/metrics/metrics_table.h"

#include <cmath>
#include <vector>

#include "dataset/base/number_text.h"
#include "dataset/io/csv.h"

namespace train {

std::string FormatMetricsTable(const MetricsHistory& history) {
  std::string table;
  std::vector<std::string> row = {"epoch", "phase", "step", "best"};
  for (const MetricsField& field : kMetricsFields) row.emplace_back(field.column);
  dataset::AppendCsvRow(row, &table);
  for (const MetricsEpoch& epoch : history.epochs()) {
    const EpochReport& report = epoch.report;
    row = {std::to_string(report.epoch + 1), std::string(dataset::NameOf(report.phase)), std::to_string(report.step),
           report.best ? "1" : "0"};
    for (const MetricsField& field : kMetricsFields) {
      const double value = report.*field.value;
      row.push_back(std::isfinite(value) ? dataset::FormatNumber(value) : "");
    }
    dataset::AppendCsvRow(row, &table);
  }
  return table;
}

}  // namespace train
