#include "tools/cli/help.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tools/cli/cli.h"

namespace cli {
namespace {

TEST(WrapTest, Table) {
  const struct {
    const char* text;
    size_t indent;
    size_t width;
    const char* lines;
  } kCases[] = {
      {"", 2, 10, ""},
      {"one", 2, 10, "one"},
      {"one two", 0, 7, "one two"},
      {"one two", 0, 6, "one\ntwo"},
      {"one two three", 2, 9, "one two\n  three"},
      {"  one two three", 2, 9, "  one two\n  three"},
      {"a-word-longer-than-the-line b", 4, 10, "a-word-longer-than-the-line\n    b"},
      {"one  two", 0, 20, "one two"},
      {"   ", 2, 10, "   "},
  };
  for (const auto& test : kCases) EXPECT_EQ(Wrap(test.text, test.indent, test.width), test.lines) << test.text;
}

class HelpFormatterTest : public ::testing::Test {
 protected:
  HelpFormatterTest() {
    app_.option_defaults()->always_capture_default();
    app_.formatter(std::make_shared<HelpFormatter>(
        std::vector<Example>{{"Do it", "tool x -o y"}, {"Do it twice", "tool x -o y --count 2"}},
        std::vector<std::string>{"First", "Second"}, [this] { return width_; }));
    app_.add_option("--late", text_, "Of no listed group")->type_name("WHAT")->group("Third");
    app_.add_option("-o,--output", text_, "Where to write")->type_name("FOLDER")->required()->group("Second");
    app_.add_option("input", text_, "What to read")->required()->group("First");
    app_.add_option("--count", count_, "How often")->group("First");
    app_.add_option("--part", part_, "How much, 0 to 1; default: all")->group("First");
    app_.add_option("--kind", kind_, "What kind")->check(OneOf({"apple", "banana", "cherry"}))->group("Second");
    app_.add_flag("--loud", loud_, "Shout")->group(kGeneral)->excludes("--count");
    app_.set_help_flag("-h,--help", "Print this")->group(kGeneral);
  }

  std::string Help(int width) {
    width_ = width;
    return app_.help();
  }

  int width_ = 80;
  std::string text_;
  std::string kind_ = "banana";
  uint32_t count_ = 1;
  std::optional<double> part_;
  bool loud_ = false;
  CLI::App app_{"Does something", "tool"};
};

TEST_F(HelpFormatterTest, ShowsGroupsValuesDefaultsChoicesAndExamples) {
  EXPECT_EQ(Help(80),
            "Does something.\n"
            "\n"
            "Usage: tool INPUT -o FOLDER [options]\n"
            "\n"
            "First:\n"
            "  INPUT                   What to read\n"
            "  --count N               How often; not with --loud; default: 1\n"
            "  --part X                How much, 0 to 1; default: all\n"
            "\n"
            "Second:\n"
            "  -o, --output FOLDER     Where to write\n"
            "  --kind CHOICE           What kind; default: banana\n"
            "                          Choices: apple, banana, cherry\n"
            "\n"
            "Third:\n"
            "  --late WHAT             Of no listed group\n"
            "\n"
            "General:\n"
            "  --loud                  Shout; not with --count\n"
            "  -h, --help              Print this\n"
            "\n"
            "Examples:\n"
            "  Do it:\n"
            "    tool x -o y\n"
            "  Do it twice:\n"
            "    tool x -o y --count 2\n");
}

TEST_F(HelpFormatterTest, BreaksLinesInTheColumnOfDescriptions) {
  std::vector<std::string> names(40, "name_of_a_network");
  app_.add_option("--a-name-that-fills-its-column", text_, "It stands below")->check(OneOf(names))->group("Third");
  for (const int width : {0, 60, 80, 100, 120, 400}) {
    const std::string help = Help(width);
    const size_t least = static_cast<size_t>(std::clamp(width, 60, 120));
    std::istringstream lines(help);
    size_t longest = 0;
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
    EXPECT_LT(longest, least) << help;
    EXPECT_GT(longest, least - 20) << help;
    EXPECT_NE(help.find("  --a-name-that-fills-its-column CHOICE\n                          It stands below\n"
                        "                          Choices: name_of_a_network,"),
              std::string::npos)
        << help;
  }
}

TEST_F(HelpFormatterTest, ASubcommandHasItsOwnExamplesAndTheGeneralOptions) {
  CLI::App* command = app_.add_subcommand("verify", "Checks it");
  command->formatter(std::make_shared<HelpFormatter>(std::vector<Example>{{"Check", "tool verify x"}},
                                                     std::vector<std::string>(), [] { return 80; }));
  command->add_option("file", text_, "What to check")->required()->group("First");
  command->set_help_flag("-h,--help", "Print that")->group(kGeneral);
  EXPECT_NE(app_.help().find("[options]\n"
                             "       tool COMMAND ...\n"
                             "\n"
                             "Commands, each with its own help (tool COMMAND --help):\n"
                             "  verify                  Checks it\n"),
            std::string::npos)
      << app_.help();
  EXPECT_EQ(command->help("tool"),
            "Checks it.\n"
            "\n"
            "Usage: tool verify FILE [options]\n"
            "\n"
            "First:\n"
            "  FILE                    What to check\n"
            "\n"
            "General:\n"
            "  --loud                  Shout; not with --count\n"
            "  -h, --help              Print that\n"
            "\n"
            "Examples:\n"
            "  Check:\n"
            "    tool verify x\n");
  EXPECT_EQ(dynamic_cast<const HelpFormatter&>(*command->get_formatter()).MakeHint(*command),
            "Checks it.\nExample: tool verify x\nHelp:    tool verify --help");
}

TEST_F(HelpFormatterTest, TheHintHasThreeLines) {
  EXPECT_EQ(dynamic_cast<const HelpFormatter&>(*app_.get_formatter()).MakeHint(app_),
            "Does something.\nExample: tool x -o y\nHelp:    tool --help");
}

}  // namespace
}  // namespace cli
