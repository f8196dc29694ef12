#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace train::testing {

// Lines of a file in tests/train/goldens, cut at commas.
inline std::vector<std::vector<std::string>> ReadGoldens(const std::string& file) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream stream(dataset::testing::SourceDir() / "tests/train/goldens" / file);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

}  // namespace train::testing
