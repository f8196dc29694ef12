#include "dataset/source/path_glob.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {
namespace {

bool Matches(const std::string& pattern, const std::string& path) { return PathGlob(pattern, "`x`").Matches(path); }

// The rules of gitignore(5); `git check-ignore` gives the same answers, but for "/**" at the end.
TEST(PathGlobTest, MatchesAsGitignoreDoes) {
  const struct {
    const char* pattern;
    std::vector<const char*> yes;
    std::vector<const char*> no;
  } kCases[] = {
      {"*.bak", {"x.bak", "a/b/x.bak", "x.bak/", ".bak"}, {"x.bak2", "x.BAK", "x.bak/y"}},
      {"runs", {"runs", "runs/", "a/runs", "a/b/runs/"}, {"runs2", "a-runs", "runs/x"}},
      {"runs/", {"runs/", "a/runs/"}, {"runs", "a/runs", "runs/x"}},
      {"/runs", {"runs", "runs/"}, {"a/runs", "a/runs/"}},
      {"./runs", {"runs", "runs/"}, {"a/runs"}},
      {"runs/**", {"runs/"}, {"runs", "a/runs/"}},
      {"a/*.jpg", {"a/x.jpg", "a/.jpg"}, {"x.jpg", "a/b/x.jpg", "b/a/x.jpg", "a/x.jpeg"}},
      {"**/a/*.jpg", {"a/x.jpg", "b/a/x.jpg", "c/b/a/x.jpg"}, {"a/b/x.jpg"}},
      {"a/**/x.jpg", {"a/x.jpg", "a/b/x.jpg", "a/b/c/x.jpg"}, {"x.jpg", "b/a/x.jpg", "a/x.jpg/y"}},
      {"a/**/b/**/c", {"a/b/c", "a/1/b/2/3/c", "a/b/b/c"}, {"a/c", "a/b", "a/b/c/d"}},
      {"IMG_????.*", {"IMG_0001.jpg", "d/IMG_0002.CR2"}, {"IMG_001.jpg", "IMG_0001"}},
      {"[a-c]?.png", {"a1.png", "x/c_.png"}, {"d1.png", "a.png", "a12.png"}},
      {"[!a]*", {"b", "x/b"}, {"a", "x/ab"}},
      {"\\*", {"*", "d/*"}, {"x"}},
      {"caf\xc3\xa9", {"caf\xc3\xa9/"}, {"cafe/"}},
      {"@eaDir", {"@eaDir/", "cat/@eaDir/"}, {"@eaDir2/"}},
  };
  for (const auto& row : kCases) {
    for (const char* path : row.yes) EXPECT_TRUE(Matches(row.pattern, path)) << row.pattern << " and " << path;
    for (const char* path : row.no) EXPECT_FALSE(Matches(row.pattern, path)) << row.pattern << " and " << path;
  }
}

TEST(PathGlobTest, RefusesAPatternWithoutAName) {
  for (const char* pattern : {"", "/", "./", "//"}) {
    try {
      PathGlob(pattern, "`exclude`");
      ADD_FAILURE() << pattern;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_TRUE(std::string(error.what()).starts_with("`exclude` '")) << error.what();
    }
  }
}

// Nested stars must not take exponential time.
TEST(PathGlobTest, ManyStarsAreCheap) {
  std::string pattern, path;
  for (int i = 0; i < 60; ++i) {
    pattern += "**/a/";
    path += "a/";
  }
  EXPECT_FALSE(Matches(pattern + "b", path + "c"));
}

}  // namespace
}  // namespace dataset
