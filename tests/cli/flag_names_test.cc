#include "tools/cli/flag_names.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(FlagNamesTest, MembersBecomeFlags) {
  const std::vector<std::string> flags = {"min-per-class", "overwrite", "std", "init", "list-layers", "list-backbones"};
  const struct {
    const char* message;
    const char* said;
  } cases[] = {
      {"`min_per_class` 0: it must be at least 1", "--min-per-class 0: it must be at least 1"},
      {"splits: holds another split; `overwrite` replaces it", "splits: holds another split; --overwrite replaces it"},
      {"`min-per-class` is 1 there and 2 here", "--min-per-class is 1 there and 2 here"},
      {"`overwrite`", "--overwrite"},
      {"`overwrite``overwrite`", "--overwrite--overwrite"},
      // A flag that has another name.
      {"`stddev` must be above 0", "--std must be above 0"},
      {"`initialization` has no value 'x'", "--init has no value 'x'"},
      {"`ListLayers` lists them", "--list-layers lists them"},
      {"`BackboneNames` lists all", "--list-backbones lists all"},
      // No flag of this program.
      {"`crop_scale_min` must be above 0", "'crop_scale_min' must be above 0"},
      {"it differs in `keys.image`: a there, b here", "it differs in 'keys.image': a there, b here"},
      {"`min` and `per-class`", "'min' and 'per-class'"},
      // No name at all.
      {"a Git LFS pointer; `git lfs pull` brings the file", "a Git LFS pointer; `git lfs pull` brings the file"},
      {"``", "``"},
      {"a`b", "a`b"},
      {"overwrite`", "overwrite`"},
      {"`overwrite", "`overwrite"},
      {"`a/b` and `overwrite`", "`a/b` and --overwrite"},
      {"overwrite is no mark", "overwrite is no mark"},
      {"", ""},
  };
  for (const auto& [message, said] : cases) EXPECT_EQ(NameFlags(message, flags), said);
}

TEST(FlagNamesTest, AFlagOfThisNameGoesBeforeAnotherName) {
  EXPECT_EQ(NameFlags("`threads`", {"loader-threads", "threads"}), "--threads");
  EXPECT_EQ(NameFlags("`threads`", {"loader-threads"}), "--loader-threads");
  EXPECT_EQ(NameFlags("`threads`", {}), "'threads'");
}

TEST(FlagNamesTest, TheFlagsAreThoseOfTheProgramAndTheParsedSubcommand) {
  CLI::App app;
  app.add_option("path");
  app.add_option("-o,--output");
  app.add_flag("-q,--quiet");
  app.add_subcommand("sheet")->add_option("--per-class,--each");
  app.add_subcommand("extract")->add_flag("--overwrite");
  using Names = std::vector<std::string>;
  EXPECT_EQ(FlagNames(app), (Names{"help", "output", "quiet"}));
  app.parse("sheet");
  EXPECT_EQ(FlagNames(app), (Names{"help", "output", "quiet", "help", "per-class", "each"}));
}

}  // namespace
}  // namespace cli
