// What --help shows works as it stands: every example of every tool is run, in the order in which a newcomer would.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The lines below the first one that begins with `title`, to the next empty line or the end.
std::vector<std::string> Section(const std::string& help, const std::string& title) {
  std::vector<std::string> section;
  bool inside = false;
  for (const std::string& line : LinesOf(help)) {
    if (inside && line.empty()) break;
    if (inside) section.push_back(line);
    inside = inside || line.starts_with(title);
  }
  return section;
}

std::vector<std::string> CommandsOf(const std::string& help) {
  std::vector<std::string> names;
  for (const std::string& line : Section(help, "Commands")) {
    if (line.size() > 2 && line[2] != ' ') names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

// What is to be typed stands four blanks in.
std::vector<std::string> ExamplesOf(const std::string& help) {
  std::vector<std::string> commands;
  for (const std::string& line : Section(help, "Examples:")) {
    if (line.starts_with("    ")) commands.push_back(line.substr(4));
  }
  return commands;
}

// The lines of options that have no description beside or below them.
std::vector<std::string> OptionsWithoutDescription(const std::string& help) {
  std::vector<std::string> bare;
  const std::vector<std::string> lines = LinesOf(help);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with("  -")) continue;
    const bool here = std::regex_search(lines[i], std::regex("[^ ]  +[^ ]"));
    const bool below = i + 1 < lines.size() && lines[i + 1].starts_with(std::string(26, ' '));
    if (!here && !below) bare.push_back(lines[i]);
  }
  return bare;
}

class ExamplesTest : public ::testing::Test {
 protected:
  CommandResult Tool(const std::string& line) {
    return RunCommand("cd '" + dir_.path().string() + "'\nPATH='" + BinDir().string() + "':$PATH\n" + line);
  }

  std::string Help(const std::string& program) {
    const CommandResult help = Tool(program + " --help");
    EXPECT_EQ(help.exit_code, 0) << program << "\n" << help.err;
    EXPECT_EQ(help.err, "") << program;
    return help.out;
  }

  void RunExamplesOf(const std::string& program, size_t at_least, size_t at_most) {
    const std::string help = Help(program);
    const std::vector<std::string> examples = ExamplesOf(help);
    EXPECT_GE(examples.size(), at_least) << help;
    EXPECT_LE(examples.size(), at_most) << help;
    for (const std::string& example : examples) {
      EXPECT_NE(example.find(program), std::string::npos) << example;
      const CommandResult result = Tool(example);
      EXPECT_EQ(result.exit_code, 0) << example << "\n" << result.err;
    }
    for (const std::string& command : CommandsOf(help)) RunExamplesOf(program + " " + command, 1, 6);
  }

  void ExpectHint(const std::string& program) {
    const CommandResult alone = Tool(program);
    EXPECT_EQ(alone.exit_code, 2) << program;
    EXPECT_EQ(alone.out, "") << program;
    const std::vector<std::string> lines = LinesOf(alone.err);
    ASSERT_EQ(lines.size(), 3u) << program << "\n" << alone.err;
    const std::string help = Help(program);
    EXPECT_EQ(lines[0], LinesOf(help).at(0));
    EXPECT_EQ(lines[1], "Example: " + ExamplesOf(help).at(0));
    EXPECT_EQ(lines[2], "Help:    " + program + " --help");
    for (const std::string& command : CommandsOf(help)) ExpectHint(program + " " + command);
  }

  void ExpectHelpReads(const std::string& program) {
    for (const int width : {80, 100, 120}) {
      const CommandResult help = Tool("COLUMNS=" + std::to_string(width) + " " + program + " --help");
      EXPECT_EQ(OptionsWithoutDescription(help.out), std::vector<std::string>()) << program;
      EXPECT_EQ(help.out.find("\nOptions:"), std::string::npos) << program << ": an option has no group";
      for (const std::string& line : LinesOf(help.out)) {
        // A command is not broken, or it could not be copied.
        const int longest = line.starts_with("    d") ? 120 : width;
        EXPECT_LT(line.size(), static_cast<size_t>(longest)) << program << "\n" << line;
      }
    }
    for (const std::string& command : CommandsOf(Help(program))) ExpectHelpReads(program + " " + command);
  }

  testing::TempDir dir_;
};

const std::vector<std::string>& DataTools() {
  static const std::vector<std::string> tools = {"dsplit", "dscompile", "dsinspect", "dsbench"};
  return tools;
}

TEST_F(ExamplesTest, EveryExampleOfHelpWorks) {
  testing::MakeImageFolder(dir_ / "photos", 3, 30, 24);
  std::string list = "path,label\n";
  for (const char* name : {"class_a", "class_b", "class_c"}) {
    for (int i = 10; i < 30; ++i) {
      list += std::string("photos/") + name + "/img_00" + std::to_string(i) + ".jpg," + name + "\n";
    }
  }
  testing::WriteFile(dir_ / "photos.csv", list);
  for (const std::string& tool : DataTools()) RunExamplesOf(tool, 3, 6);
#ifdef DSTOOLS_TRAIN
  // Pretrained weights, as somebody else's file; readers go by its content.
  ASSERT_EQ(Tool("dtrain photos.ds -o pretraining --backbone mobilenet_v2 --image-size 32 --finetune-epochs 1 && "
                 "mv pretraining/weights.safetensors mobilenet_v2.pth")
                .exit_code,
            0);
  RunExamplesOf("dtrain", 3, 6);
  ASSERT_EQ(Tool("cp -r photos.ds cats.ds").exit_code, 0);
  testing::WriteFile(dir_ / "names.csv", "class_a,class_a\n");
  RunExamplesOf("deval", 3, 6);
#endif
}

TEST_F(ExamplesTest, ANameAloneIsAnsweredWithThreeLines) {
  for (const std::string& tool : DataTools()) ExpectHint(tool);
#ifdef DSTOOLS_TRAIN
  ExpectHint("dtrain");
  ExpectHint("deval");
#endif
}

TEST_F(ExamplesTest, HelpHasGroupsDescriptionsAndShortLines) {
  for (const std::string& tool : DataTools()) ExpectHelpReads(tool);
#ifdef DSTOOLS_TRAIN
  ExpectHelpReads("deval");
#endif
}

}  // namespace
}  // namespace dataset
