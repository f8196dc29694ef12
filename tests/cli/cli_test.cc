#include "tools/cli/cli.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace cli {
namespace {

using dataset::ReadFile;
using dataset::testing::CommandResult;
using dataset::testing::RunCommand;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;

const std::string& Tool() {
  static const std::string tool = "'" + (dataset::testing::BinDir() / "../tests/sample_tool").string() + "'";
  return tool;
}

CommandResult RunSample(const std::string& arguments) { return RunCommand(Tool() + " " + arguments); }

// Whether the tool's resolved config has this line.
bool Resolved(const CommandResult& result, const std::string& line) {
  return ("\n" + result.out).find("\n" + line + "\n") != std::string::npos;
}

TEST(CliTest, HelpAndVersionAreNoErrors) {
  CommandResult result = RunSample("--help");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("--ratio"), std::string::npos);
  EXPECT_NE(result.out.find("60,20,20"), std::string::npos) << "defaults are shown";
  EXPECT_EQ(result.err, "");
  result = RunSample("--version");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "sample " + Version() + "\n");
}

TEST(CliTest, WrongUsage) {
  const struct {
    const char* arguments;
    const char* message;
  } kCases[] = {
      {"x", "--output is required"},
      {"-o x --ratoi 1,2", "unknown option '--ratoi'; did you mean '--ratio'?"},
      {"-o x --ratoi=1,2", "unknown option '--ratoi'; did you mean '--ratio'?"},
      {"--ouput x", "unknown option '--ouput'; did you mean '--output'?"},
      {"a -o x ---", "unknown option '---'"},
      {"a -o x --=3", "unknown option '--'"},
      {"-o x --quit", "unknown option '--quit'; did you mean '--quiet'?"},
      {"-o x --confg f", "unknown option '--confg'; did you mean '--config'?"},
      {"-o x --abc", "unknown option '--abc'"},
      {"-o x --zzzzzzzz", "unknown option '--zzzzzzzz'"},
      {"-o x --output_dir y", "unknown option '--output_dir'; did you mean '--output'?"},
      {"-o x --test-size=0.2", "unknown option '--test-size'; did you mean '--ratio'?"},
      {"-o x -test_size 0.2", "unknown option '-test_size'; did you mean '--ratio'?"},
      {"-o x -z", "unknown option '-z'"},
      {"-o x verfy folder", "unexpected argument 'folder'"},
      {"verfy folder -o x", "unknown command 'verfy'; did you mean 'verify'?"},
      {"verify folder other -o x", "unexpected argument 'other'"},
      {"in verify folder -o x", "unexpected argument 'in'"},
      {"in other -o x", "unexpected argument 'other'"},
      {"-o x verify folder --owerwrite", "unknown option '--owerwrite'; did you mean '--overwrite'?"},
      {"-o x --store rwa", "--store: 'rwa' is none of compressed, raw, normalized; did you mean 'raw'?"},
      {"-o x --store zip", "--store: 'zip' is none of compressed, raw, normalized"},
      {"-o x --seed abc", "--seed: 'abc' is not a whole number from 0 up"},
      {"-o x --seed 1.5", "--seed: '1.5' is not a whole number from 0 up"},
      {"-o x --seed 010", "--seed: '010' is not a whole number from 0 up"},
      {"-o x --seed -1", "--seed: '-1' is not a whole number from 0 up"},
      {"-o x --seed 18446744073709551616", "--seed: '18446744073709551616' is too large"},
      {"-o x --quality 010", "--quality: '010' is not a whole number from 0 up"},
      {"-o x --fraction half", "Could not convert: --fraction = half"},
      {"-o x --fail usage", "--ratio: the numbers sum to 0"},
      {"-o x --ratio 60,,20", "--ratio: '60,,20' is not a comma list of numbers such as 60,20,20"},
      {"-o x --config absent.toml", "absent.toml was not readable (missing?)"},
  };
  for (const auto& test : kCases) {
    const CommandResult result = RunSample(test.arguments);
    EXPECT_EQ(result.exit_code, kWrongUsage) << test.arguments;
    EXPECT_EQ(result.err, std::string("sample: error: ") + test.message + "\n") << test.arguments;
    EXPECT_EQ(result.out, "") << test.arguments;
  }
}

TEST(CliTest, TheNameAloneIsAnsweredWithThreeLines) {
  CommandResult result = RunSample("");
  EXPECT_EQ(result.exit_code, kWrongUsage);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "Tries the manners of the tools.\nExample: sample -o x\nHelp:    sample --help\n");
  result = RunSample("verify");
  EXPECT_EQ(result.exit_code, kWrongUsage);
  EXPECT_EQ(result.err, "sample: error: --output is required\n") << "verify needs nothing itself";
}

TEST(CliTest, HelpIsAsWideAsTheTerminal) {
  const auto longest = [](const std::string& environment) {
    const std::string help = RunCommand(environment + " " + Tool() + " --help").out;
    std::istringstream lines(help);
    size_t length = 0;
    for (std::string line; std::getline(lines, line);) length = std::max(length, line.size());
    return length;
  };
  EXPECT_LT(longest("COLUMNS=60"), 60u);
  EXPECT_LT(longest("COLUMNS="), 80u);
  EXPECT_GT(longest("COLUMNS=120"), longest("COLUMNS=60"));
}

TEST(CliTest, ExceptionsBecomeOneLine) {
  const struct {
    const char* kind;
    const char* message;
  } kCases[] = {
      {"error", "a.tfrecord: record 17 at byte 4096: payload checksum mismatch"},
      {"memory", "out of memory"},
      {"trace", "expected a tensor"},
  };
  for (const auto& test : kCases) {
    const CommandResult result = RunSample(std::string("-o x --fail ") + test.kind);
    EXPECT_EQ(result.exit_code, kFailed) << test.kind;
    EXPECT_EQ(result.err, std::string("sample: error: ") + test.message + "\n");
  }
}

TEST(CliTest, VerboseKeepsTheTrace) {
  EXPECT_NE(RunSample("-v -o x --fail trace").err.find("frame #0"), std::string::npos);
}

TEST(CliTest, FullStandardOutputIsAnError) {
  const CommandResult result = RunSample("-o x >/dev/full");
  EXPECT_EQ(result.exit_code, kFailed);
  EXPECT_NE(result.err.find("sample: error: standard output: cannot write: No space left on device; free some space "
                            "and run again\n"),
            std::string::npos)
      << result.err;
}

TEST(CliTest, QuietSilencesTalkButNotWarnings) {
  EXPECT_EQ(RunSample("-o x --work 3 --quiet").err, "sample: warning: warned --seed\n");
  const std::string err = RunSample("-o x --work 3").err;
  EXPECT_NE(err.find("said --seed\n"), std::string::npos);
  EXPECT_NE(err.find("work  3 in 0:00"), std::string::npos);
}

TEST(CliTest, SharedFlagsAfterASubcommand) {
  EXPECT_EQ(RunSample("-o x --work 3 verify folder --quiet").err, "sample: warning: warned --seed\n");
}

// Returns what the tool prints on a terminal, on which util-linux's script runs it.
std::string OnTerminal(const std::string& environment, const std::string& arguments) {
  const std::string line = environment + " " + Tool() + " " + arguments;
  return RunCommand("TERM=xterm script -qec \"" + line + "\" /dev/null").out;
}

TEST(CliTest, BarOnATerminalOnly) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) GTEST_SKIP() << "no pseudo-terminals here";
  close(terminal);
  const std::string seen = OnTerminal("NO_COLOR=1", "-o x --work 3");
  EXPECT_NE(seen.find("work  [>"), std::string::npos) << seen;
  EXPECT_NE(seen.find("\x1b[K"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("\x1b[32m"), std::string::npos) << seen;
  EXPECT_NE(OnTerminal("", "-o x --work 3").find("\x1b[32m"), std::string::npos) << "colour without NO_COLOR";
  EXPECT_EQ(OnTerminal("TERM=dumb", "-o x --work 3").find('\x1b'), std::string::npos) << "dumb";
  EXPECT_EQ(OnTerminal("", "-o x --work 3 --quiet"), "sample: warning: warned --seed\r\n");
  const std::string piped = RunSample("-o x --work 3").err;
  EXPECT_EQ(piped.find_first_of("\x1b\r["), std::string::npos) << piped;
}

TEST(ConfigTest, FlagOverFileOverDefault) {
  TempDir dir;
  WriteFile(dir / "c.toml",
            "output = 'o'\nseed = 7\nfraction = 0.25 # of all\nstore = \"raw\"\noverwrite = true\nexclude = []\n");
  const CommandResult result = RunSample("--config '" + (dir / "c.toml").string() + "' --seed 8");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Resolved(result, "seed = 8"));
  EXPECT_TRUE(Resolved(result, "fraction = 0.25"));
  EXPECT_TRUE(Resolved(result, "store = \"raw\"")) << result.out;
  EXPECT_TRUE(Resolved(result, "overwrite = true"));
  EXPECT_TRUE(Resolved(result, "ratio = \"60,20,20\""));
  EXPECT_EQ(result.out.find("shards"), std::string::npos) << "no value: left out";
  EXPECT_EQ(result.out.find("output"), std::string::npos);
  EXPECT_EQ(result.out.find("quiet"), std::string::npos);
}

TEST(ConfigTest, ResolvedConfigReadsBackAsItself) {
  const char* const kArguments[] = {
      "-o x",
      "-o x photos --ratio 70,15,15 --seed 18446744073709551615 --shards 4",
      "-o x --fraction 1e-3 --overwrite --name 007",
      "-o x --fraction 0.10 --name true --exclude a,b 'c d' '#e'",
      "-o x --exclude one",
      "-o x --name '# not a comment' 'in put/with \"both\" kinds'",
      "-o x --name \"it's; \\\"quoted\\\" [a, b] = \\\\ back\"",
      "-o x --name 0x10 --ratio 5",
      "-o x --name 1e400 --ratio 1.50",
      "-o x --name nan",
      "-o x --name 'caf\xc3\xa9\ttab'",
      "-o x --name ''",
  };
  for (const char* arguments : kArguments) {
    TempDir dir;
    const CommandResult first = RunSample(arguments);
    ASSERT_EQ(first.exit_code, 0) << arguments << ": " << first.err;
    WriteFile(dir / "c.toml", first.out);
    const CommandResult second = RunSample("-o x --config '" + (dir / "c.toml").string() + "'");
    EXPECT_EQ(second.exit_code, 0) << arguments << ": " << second.err;
    EXPECT_EQ(second.out, first.out) << arguments;
    EXPECT_EQ(second.err, first.err) << arguments << ": the numbers of the ratio";
  }
}

TEST(ConfigTest, FalseIsNotGiven) {
  TempDir dir;
  WriteFile(dir / "c.toml", "overwrite = false\nresume = false\nname = 'false'\n");
  const std::string arguments = "-o x --config '" + (dir / "c.toml").string() + "'";
  const CommandResult result = RunSample(arguments + " --overwrite");
  EXPECT_TRUE(Resolved(result, "overwrite = true")) << result.err;
  EXPECT_TRUE(Resolved(result, "resume = false"));
  EXPECT_TRUE(Resolved(result, "name = \"false\""));
  EXPECT_EQ(RunSample(arguments + " --overwrite --resume").exit_code, kWrongUsage);
}

TEST(ConfigTest, ValuesKeepTheirText) {
  const CommandResult result = RunSample("-o x --name 007 --fraction 0.10 --exclude a 2");
  EXPECT_TRUE(Resolved(result, "name = \"007\"")) << result.out;
  EXPECT_TRUE(Resolved(result, "fraction = \"0.10\"")) << result.out;
  EXPECT_TRUE(Resolved(result, "exclude = [\"a\", 2]")) << result.out;
}

TEST(ConfigTest, WhatIsWrongIsNamedWithItsLine) {
  const struct {
    const char* toml;
    const char* message;  // after the file's name
  } kCases[] = {
      {"seed = 1\nratoi = \"1,2\"\n", ": line 2: unknown option 'ratoi'; did you mean 'ratio'?"},
      {"test_size = 0.2\n", ": line 1: unknown option 'test_size'; did you mean 'ratio'?"},
      {"[verify]\nfolder = \"x\"\n", ": line 1: unknown option 'verify'"},
      {"config = \"other.toml\"\n", ": line 1: unknown option 'config'"},
      {"help = true\n", ": line 1: unknown option 'help'"},
      {"seed = {a = 1}\n", ": line 1: 'seed' is not a text, a number or true or false"},
      {"exclude = [[1]]\n", ": line 1: 'exclude' is not a text, a number or true or false"},
      {"seed = 1979-05-27\n", ": line 1: 'seed' is not a text, a number or true or false"},
  };
  TempDir dir;
  const std::string file = (dir / "c.toml").string();
  for (const auto& test : kCases) {
    WriteFile(file, test.toml);
    const CommandResult result = RunSample("-o x --config '" + file + "'");
    EXPECT_EQ(result.exit_code, kWrongUsage) << test.toml;
    EXPECT_EQ(result.err, "sample: error: " + file + test.message + "\n");
  }
  for (const char* toml : {"seed = 1\nseed = 2\n", "seed = \n", "seed 1\n", "name = \"open\n", "\xff\xfe = 1\n"}) {
    WriteFile(file, toml);
    const CommandResult result = RunSample("-o x --config '" + file + "'");
    EXPECT_EQ(result.exit_code, kWrongUsage) << toml;
    EXPECT_EQ(result.err.find("sample: error: " + file + ": line "), 0u) << result.err;
  }
  for (const char* toml : {"seed = \"abc\"\n", "seed = -1\n", "seed = 1.5\n", "seed = [1, 2]\n", "store = \"rwa\"\n",
                           "overwrite = \"perhaps\"\n"}) {
    WriteFile(file, toml);
    const CommandResult result = RunSample("-o x --config '" + file + "'");
    EXPECT_EQ(result.exit_code, kWrongUsage) << toml << result.err;
  }
}

TEST(NearestTest, Table) {
  const std::vector<std::string> names = {"compressed", "raw", "normalized", "mobilenet_v2", "simple_cnn"};
  const struct {
    const char* word;
    const char* nearest;
  } kCases[] = {
      {"raw", "raw"},
      {"rwa", "raw"},
      {"ra", "raw"},
      {"compresed", "compressed"},
      {"normalised", "normalized"},
      {"mobilenetv2", "mobilenet_v2"},
      {"small_cnn", "simple_cnn"},
      {"", ""},
      {"zip", ""},
      {"resnet50", ""},
      {"xyz", ""},
      {"a-very-long-word-that-is-nothing", ""},
  };
  for (const auto& test : kCases) EXPECT_EQ(Nearest(test.word, names), test.nearest) << test.word;
  EXPECT_EQ(Nearest("raw", {}), "");
  EXPECT_EQ(Nearest("cat", {"bat", "hat"}), "bat") << "the first of equals";
}

}  // namespace
}  // namespace cli
