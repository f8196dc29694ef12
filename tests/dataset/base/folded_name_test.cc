#include "dataset/base/folded_name.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace dataset {
namespace {

// Python: unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
TEST(FoldedNameTest, FoldsCaseAndComposes) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", ""},
      {"Cat", "cat"},
      {"cafe\xcc\x81", "caf\xc3\xa9"},
      {"STRASSE", "strasse"},
      {"stra\xc3\x9f"
       "e",
       "strasse"},
      {"\xce\x9f\xce\x94\xce\x9f\xce\xa3", "\xce\xbf\xce\xb4\xce\xbf\xcf\x83"},
      {"\xce\xbf\xce\xb4\xce\xbf\xcf\x82", "\xce\xbf\xce\xb4\xce\xbf\xcf\x83"},
      {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c"},
      {"\xe2\x84\xab", "\xc3\xa5"},
      {"m\xc2\xb2", "m\xc2\xb2"},
      {"\xc4\xb0stanbul", "i\xcc\x87stanbul"},
      {"\xef\xac\x81", "fi"},
  };
  for (const auto& [name, folded] : kCases) EXPECT_EQ(FoldedName(name), folded) << name;
}

TEST(FoldedNameTest, DropsBlanksAtTheEndsAndWhatIsInvisible) {
  const std::pair<const char*, const char*> kCases[] = {
      {"dog ", "dog"},
      {"\t dog\r", "dog"},
      {"golden \xc2\xa0 retriever", "golden retriever"},
      {"\xe3\x80\x80"
       "dog",
       "dog"},                             // ideographic space
      {"d\xe2\x80\x8bo\xc2\xadg", "dog"},  // a space of no width, a soft hyphen
      {"\xef\xbb\xbf"
       "dog",
       "dog"},
      {" ", ""},
  };
  for (const auto& [name, folded] : kCases) EXPECT_EQ(FoldedName(name), folded) << name;
}

TEST(FoldedNameTest, LeavesOtherBytesAlone) {
  for (const std::string& name : {std::string("Caf\xe9"), std::string("\xff\xfe"), std::string("A\xc3")}) {
    EXPECT_EQ(FoldedName(name), name);
  }
}

}  // namespace
}  // namespace dataset
