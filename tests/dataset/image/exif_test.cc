#include "dataset/image/exif.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

const std::string kMotorola = "4d4d002a00000008";  // the header of a block, big-endian
// A block with one entry: tag, type, count, value or offset; and what lies behind it, from byte 22 on.
std::string Block(const std::string& entry, const std::string& behind = "") {
  return FromHex(kMotorola + "0001" + entry + behind);
}

int OfExif(const std::string& exif) { return ParseOrientation(exif, ""); }
int OfXmp(const std::string& xmp) { return ParseOrientation("", xmp); }

// All values are those of Pillow 13's getexif().
TEST(ParseOrientation, EveryTypeAsPillowReadsIt) {
  const struct {
    const char* type;
    const char* entry;
    int orientation;
    const char* behind = "";
  } cases[] = {
      {"BYTE", "0112 0001 00000001 06000000", 1},
      {"ASCII", "0112 0002 00000002 36000000", 1},
      {"SHORT", "0112 0003 00000001 00060000", 6},
      {"LONG", "0112 0004 00000001 00000006", 6},
      {"LONG, too large", "0112 0004 00000001 00010006", 1},
      {"RATIONAL", "0112 0005 00000001 00000016", 6, "00000006 00000001"},
      {"RATIONAL, reducible", "0112 0005 00000001 00000016", 6, "0000000c 00000002"},
      {"RATIONAL, not whole", "0112 0005 00000001 00000016", 1, "0000000d 00000002"},
      {"RATIONAL, no number", "0112 0005 00000001 00000016", 1, "00000006 00000000"},
      {"SBYTE", "0112 0006 00000001 06000000", 6},
      {"UNDEFINED", "0112 0007 00000001 06000000", 1},
      {"SSHORT", "0112 0008 00000001 00060000", 6},
      {"SSHORT, negative", "0112 0008 00000001 fffa0000", 1},
      {"SLONG", "0112 0009 00000001 00000006", 6},
      {"SRATIONAL", "0112 000a 00000001 00000016", 6, "00000006 00000001"},
      {"FLOAT", "0112 000b 00000001 40c00000", 6},
      {"DOUBLE", "0112 000c 00000001 00000016", 6, "40180000 00000000"},
      {"IFD", "0112 000d 00000001 00000006", 6},
      {"LONG8", "0112 0010 00000001 00000016", 6, "00000000 00000006"},
      {"type 0", "0112 0000 00000001 00060000", 1},
      {"type 14", "0112 000e 00000001 00060000", 1},
      {"type 99", "0112 0063 00000001 00060000", 1},
      {"no value", "0112 0003 00000000 00060000", 1},
      {"two SHORTs", "0112 0003 00000002 00060003", 6},
      {"two SBYTEs", "0112 0006 00000002 06030000", 6},
      {"two LONGs", "0112 0004 00000002 00000016", 6, "00000006 00000003"},
      {"0", "0112 0003 00000001 00000000", 1},
      {"9", "0112 0003 00000001 00090000", 1},
      {"another tag", "0100 0003 00000001 00060000", 1},
  };
  for (const auto& c : cases) EXPECT_EQ(OfExif(Block(c.entry, c.behind)), c.orientation) << c.type;
}

TEST(ParseOrientation, AllEight) {
  for (int i = 1; i <= 8; ++i) {
    EXPECT_EQ(OfExif(Block("0112 0003 00000001 000" + std::to_string(i) + "0000")), i);
    EXPECT_EQ(OfXmp("tiff:Orientation=\"" + std::to_string(i) + "\""), i);
  }
}

TEST(ParseOrientation, ByteOrdersPrefixesAndPlaces) {
  const struct {
    const char* what;
    const char* hex;
    int orientation;
  } cases[] = {
      {"little-endian", "49492a0008000000 0100 1201 0300 01000000 06000000", 6},
      {"little-endian LONG", "49492a0008000000 0100 1201 0400 01000000 06000000", 6},
      {"the mark of the other order", "4d4d2a0000000008 0001 0112 0003 00000001 00060000", 6},
      {"the mark of the other order, little-endian", "4949002a08000000 0100 1201 0300 01000000 06000000", 6},
      {"JPEG's prefix", "457869660000 4d4d002a00000008 0001 0112 0003 00000001 00060000", 6},
      {"the second entry", "4d4d002a00000008 0002 0100 0003 00000001 00090000 0112 0003 00000001 00030000", 3},
      {"the first of two", "4d4d002a00000008 0002 0112 0003 00000001 00030000 0112 0003 00000001 00060000", 3},
      {"the first is none", "4d4d002a00000008 0002 0112 0063 00000001 00030000 0112 0003 00000001 00060000", 6},
      {"the next entry is cut off", "4d4d002a00000008 0002 0112 0003 00000001 00060000 0112 0003", 6},
  };
  for (const auto& c : cases) EXPECT_EQ(OfExif(FromHex(c.hex)), c.orientation) << c.what;
}

TEST(ParseOrientation, MalformedMeansUpright) {
  const char* cases[] = {
      "",
      "457869660000",
      "4d4d002a",
      "4d4d002a00000008",                                                // no directory
      "4d4d002affffffff 0001 0112 0003 00000001 00060000",               // directory far outside
      "4d4d002a00000008 0001 0112 0003 00000001 0006",                   // entry cut off
      "4d4d002a00000008 ffff 0100 0003 00000001 00060000",               // more entries than bytes
      "4d4d002a00000008 0001 0112 0003 00000003 00000016 00060006",      // values cut off
      "4d4d002a00000008 0001 0112 000c 00000001 ffffffff",               // a value far outside
      "4d4d002a00000008 0001 0112 000c ffffffff 00000016 401800000000",  // many values
      "58582a0008000000 0100 1201 0300 01000000 06000000",               // neither II nor MM
      "4d49002a00000008 0001 0112 0003 00000001 00060000",               // half of each
      "4d4d002b00000008 0001 0112 0003 00000001 00060000",               // BigTIFF's mark
  };
  for (const char* hex : cases) EXPECT_EQ(OfExif(FromHex(hex)), 1) << hex;
}

TEST(ParseOrientation, XmpCountsIfExifHasNone) {
  const std::string six = "<rdf:Description tiff:Orientation=\"6\"/>";
  EXPECT_EQ(OfXmp(six), 6);
  EXPECT_EQ(OfXmp("<tiff:Orientation>8</tiff:Orientation>"), 8);
  EXPECT_EQ(OfXmp("tiff:Orientation=6 tiff:Orientation=\"7\""), 7);
  EXPECT_EQ(OfXmp("tiff:Orientation=\"62\""), 6);
  EXPECT_EQ(ParseOrientation(Block("0100 0003 00000001 00030000"), six), 6);
  EXPECT_EQ(ParseOrientation(Block("0112 0003 00000000 00030000"), six), 6);
  EXPECT_EQ(ParseOrientation(Block("0112 0003 00000001 00030000"), six), 3);
  EXPECT_EQ(ParseOrientation(Block("0112 0003 00000001 00000000"), six), 1);
  EXPECT_EQ(ParseOrientation(Block("0112 0001 00000001 06000000"), six), 1);
  for (const char* none :
       {"", "tiff:Orientation", "tiff:Orientation=\"", "tiff:Orientation=\"9\"", "tiff:Orientation='6'",
        "tiff:Orientation = \"6\"", "tiff:Orientation>", "Orientation=\"6\""}) {
    EXPECT_EQ(OfXmp(none), 1) << none;
  }
}

}  // namespace
}  // namespace dataset
