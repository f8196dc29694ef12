#include "dataset/io/svg.h"

#include <cstdio>

#include "dataset/base/utf8.h"

namespace dataset {

std::string SvgNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f", value);
  return text;
}

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  // XML allows no control characters.
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string SvgText(double x, double y, std::string_view anchor, std::string_view text, std::string_view attributes) {
  return "<text x=\"" + SvgNumber(x) + "\" y=\"" + SvgNumber(y) + "\" text-anchor=\"" + std::string(anchor) + "\"" +
         std::string(attributes) + ">" + EscapeXml(text) + "</text>\n";
}

std::string SvgRectangle(double x, double y, double width, double height, std::string_view fill,
                         std::string_view title) {
  const std::string element = "<rect x=\"" + SvgNumber(x) + "\" y=\"" + SvgNumber(y) + "\" width=\"" +
                              SvgNumber(width) + "\" height=\"" + SvgNumber(height) + "\" fill=\"" + std::string(fill) +
                              "\"";
  return title.empty() ? element + "/>\n" : element + "><title>" + EscapeXml(title) + "</title></rect>\n";
}

std::string SvgLine(double x1, double y1, double x2, double y2, std::string_view attributes) {
  return "<line x1=\"" + SvgNumber(x1) + "\" y1=\"" + SvgNumber(y1) + "\" x2=\"" + SvgNumber(x2) + "\" y2=\"" +
         SvgNumber(y2) + "\"" + std::string(attributes) + "/>\n";
}

}  // namespace dataset
