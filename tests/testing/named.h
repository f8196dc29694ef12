#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace dataset::testing {

// A parameter of a TEST_P under the name by which gtest and ctest show it: letters, digits and '_', unique in its
// suite.
template <typename T>
struct Named {
  std::string name;
  T value;

  friend void PrintTo(const Named& named, std::ostream* out) { *out << named.name; }
};

// The last argument of INSTANTIATE_TEST_SUITE_P for parameters of type Named.
inline constexpr auto kNameOfParameter = [](const auto& info) { return info.param.name; };

}  // namespace dataset::testing
