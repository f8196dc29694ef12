#include "dataset/split/class_chart.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;

size_t Occurrences(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ClassChartTest, DrawsABarOfEachClassAndSplitAndAPie) {
  const std::string svg = FormatClassChart({"a", "b"}, {{{60, 30}, {20, 0}, {20, 10}}});
  EXPECT_EQ(Occurrences(svg, "<rect "), 1u + 5u + 3u);  // background, bars, legend
  EXPECT_EQ(Occurrences(svg, "<path "), 3u);
  EXPECT_NE(svg.find("<title>a, val: 20</title>"), std::string::npos);
  EXPECT_NE(svg.find("train: 90, 64.3 %"), std::string::npos);
  EXPECT_EQ(Occurrences(svg, "script"), 0u);
}

TEST(ClassChartTest, ASingleSplitIsAWholeCircle) {
  const std::string svg = FormatClassChart({"a"}, {{{5}, {0}, {0}}});
  EXPECT_EQ(Occurrences(svg, "<circle "), 1u);
  EXPECT_EQ(Occurrences(svg, "<path "), 0u);
}

TEST(ClassChartTest, TakesNothingAtAll) {
  const std::string svg = FormatClassChart({"a"}, {{{0}, {0}, {0}}});
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

// Parses the chart with the XML parser of another program.
TEST(ClassChartTest, IsWellFormedWhateverTheNames) {
  const std::string svg =
      FormatClassChart({"<b>&\"'", "]]>", "gänse" + std::string(100, 'x'), std::string(60, '\xc3') + "\x01"},
                       {{{1, 2, 3, 4}, {1, 1, 1, 1}, {0, 0, 0, 1}}});
  EXPECT_NE(svg.find("&lt;b&gt;&amp;"), std::string::npos);
  if (RunCommand("python3 -c 'import xml.dom.minidom'").exit_code != 0) GTEST_SKIP() << "no python3";
  TempDir dir;
  WriteFile(dir / "chart.svg", svg);
  EXPECT_EQ(RunCommand("python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' '" +
                       (dir / "chart.svg").string() + "'")
                .exit_code,
            0);
}

}  // namespace
}  // namespace dataset
