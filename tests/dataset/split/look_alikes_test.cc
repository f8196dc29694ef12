#include "dataset/split/look_alikes.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;

SampleSource Source(const std::vector<std::pair<std::string, std::optional<Split>>>& classes) {
  SampleSource source;
  for (const auto& [name, split] : classes) source.samples.push_back({name + "/1.jpg", name, split, ""});
  return source;
}

std::string ErrorOf(SampleSource source) {
  SplitOptions options;
  options.source = "RAW";
  try {
    RefuseLookAlikes(options, &source);
  } catch (const Error& error) {
    EXPECT_EQ(source.warnings, Names{});
    return error.what();
  }
  return "";
}

std::string ErrorOf(const std::string& one, const std::string& other) {
  return ErrorOf(Source({{one, std::nullopt}, {other, std::nullopt}}));
}

TEST(LookAlikesTest, RefusesBothByName) {
  const std::pair<const char*, const char*> kCases[] = {
      {"Cat", "cat"},
      {"caf\xc3\xa9", "cafe\xcc\x81"},            // NFC and NFD
      {"dog", "dog "},                            // a blank, as Windows cannot have it
      {"dog", "dog\xc2\xa0"},                     // a blank that does not break
      {"golden retriever", "golden  retriever"},  //
      {"dog",
       "\xe2\x80\x8b"
       "dog"},  // a space of no width
      {"dog",
       "\xef\xbb\xbf"
       "dog"},  // a byte-order mark in a list
      {"STRASSE",
       "stra\xc3\x9f"
       "e"},                                                                     // full case folding
      {"\xc3\x84pfel", "\xc3\xa4pfel"},                                          // umlauts
      {"\xce\x9f\xce\x94\xce\x9f\xce\xa3", "\xce\xbf\xce\xb4\xce\xbf\xcf\x82"},  // a final sigma
      {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c"},                  // Hangul in parts, as macOS has it
      {"\xe2\x84\xab", "\xc3\xa5"},                                              // Angstrom sign
  };
  for (const auto& [one, other] : kCases) {
    const std::string error = ErrorOf(one, other);
    EXPECT_NE(error.find('"' + std::string(one) + "\" (" + one + "/1.jpg)"), error.npos) << error;
    EXPECT_NE(error.find('"' + std::string(other) + "\" (" + other + "/1.jpg)"), error.npos) << error;
    EXPECT_TRUE(error.starts_with("RAW: classes \"")) << error;
  }
}

TEST(LookAlikesTest, TakesNamesThatDiffer) {
  const std::pair<const char*, const char*> kCases[] = {
      {"cat", "cats"},
      {"cafe", "caf\xc3\xa9"},
      {"golden retriever", "golden_retriever"},
      {"m2", "m\xc2\xb2"},
      {"1", "cat"},
      {"01", "1a"},
      {"1.0", "1.0.0"},
      {"o", "0"},
      {"\xd0\xb0", "a"},
  };
  for (const auto& [one, other] : kCases) EXPECT_EQ(ErrorOf(one, other), "");
}

TEST(LookAlikesTest, RefusesOneNumberInTwoSpellings) {
  EXPECT_NE(ErrorOf("1", "01").find("classes \"01\" (01/1.jpg) and \"1\" (1/1.jpg) are the same number"),
            std::string::npos);
  EXPECT_NE(ErrorOf("3", "3.0").find("are the same number"), std::string::npos);
  EXPECT_NE(ErrorOf(Source({{"1", std::nullopt}, {"1.0", std::nullopt}, {"cat", std::nullopt}}))
                .find("classes \"1\" (1/1.jpg) and \"1.0\" (1.0/1.jpg) are the same number"),
            std::string::npos);
}

TEST(LookAlikesTest, InOneReadyMadeSplitAloneItIsAWarning) {
  SampleSource source = Source({{"Cat", Split::kTrain}, {"cat", Split::kTrain}, {"dog", Split::kVal}});
  RefuseLookAlikes({}, &source);
  ASSERT_EQ(source.warnings.size(), 1u);
  EXPECT_TRUE(
      source.warnings[0].starts_with("classes \"Cat\" (Cat/1.jpg) and \"cat\" (cat/1.jpg) differ at most in case"))
      << source.warnings[0];
  EXPECT_NE(ErrorOf(Source({{"Cat", Split::kTrain}, {"cat", Split::kVal}})), "");
  EXPECT_NE(ErrorOf(Source({{"Cat", Split::kTrain}, {"cat", Split::kTrain}, {"cat", Split::kVal}})), "");
}

TEST(LookAlikesTest, KnowsFoldersWithoutImages) {
  SampleSource source;
  source.class_folders = {"Cat", "cat"};
  EXPECT_NE(ErrorOf(source).find("classes \"Cat\" and \"cat\" differ"), std::string::npos);
}

}  // namespace
}  // namespace dataset
