#include "dataset/io/svg.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(SvgTest, TextIsEscapedAndPrintable) {
  EXPECT_EQ(EscapeXml("a < b & c > \"d\""), "a &lt; b &amp; c &gt; \"d\"");
  EXPECT_EQ(EscapeXml("\x01\xff é"), "\\x01\\xff é");
}

TEST(SvgTest, Elements) {
  EXPECT_EQ(SvgText(1, 2.345, "end", "<x>", " fill=\"red\""),
            "<text x=\"1.00\" y=\"2.35\" text-anchor=\"end\" fill=\"red\">&lt;x&gt;</text>\n");
  EXPECT_EQ(SvgRectangle(0, 1, 2, 3, "blue"),
            "<rect x=\"0.00\" y=\"1.00\" width=\"2.00\" height=\"3.00\" fill=\"blue\"/>\n");
  EXPECT_EQ(SvgRectangle(0, 1, 2, 3, "blue", "a&b"),
            "<rect x=\"0.00\" y=\"1.00\" width=\"2.00\" height=\"3.00\" fill=\"blue\"><title>a&amp;b</title></rect>\n");
  EXPECT_EQ(SvgLine(0, 1, 2, 3, " stroke=\"red\""),
            "<line x1=\"0.00\" y1=\"1.00\" x2=\"2.00\" y2=\"3.00\" stroke=\"red\"/>\n");
}

}  // namespace
}  // namespace dataset
