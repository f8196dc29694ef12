#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Parts of an SVG picture. Texts are escaped, and made printable, here; attributes are written as they are.

// How an SVG file spells a coordinate: two digits after the point.
std::string SvgNumber(double value);
// Returns `text` fit for the content of an XML element.
std::string EscapeXml(std::string_view text);
// A text at a point; `anchor` is start, middle or end, `attributes` are more of the element's, such as ` fill="red"`.
std::string SvgText(double x, double y, std::string_view anchor, std::string_view text,
                    std::string_view attributes = "");
// A rectangle, which shows `title` under the mouse unless it is empty.
std::string SvgRectangle(double x, double y, double width, double height, std::string_view fill,
                         std::string_view title = "");
std::string SvgLine(double x1, double y1, double x2, double y2, std::string_view attributes);

}  // namespace dataset
