// A tool with one option of each kind, for cli_test.cc. It prints the resolved options, or fails as it is told.
#include <iostream>
#include <new>
#include <optional>
#include <stdexcept>

#include "dataset/base/error.h"
#include "tools/cli/cli.h"

namespace {

struct Options {
  std::string input;
  std::string output;
  std::string ratio = "60,20,20";
  std::string store = "compressed";
  std::string name;
  uint64_t seed = 0;
  uint32_t quality = 95;
  double fraction = 0.05;
  std::optional<uint32_t> shards;
  std::vector<std::string> exclude;
  bool overwrite = false;
  bool resume = false;
  uint64_t work = 0;
  std::string fail;
};

void Fail(const std::string& kind) {
  if (kind == "error") throw dataset::Error(dataset::Place{"a.tfrecord", 17, 4096}, "payload checksum mismatch");
  if (kind == "usage") throw dataset::Error::Usage("`ratio`: the numbers sum to 0");
  if (kind == "memory") throw std::bad_alloc();
  if (kind == "trace") throw std::runtime_error("expected a tensor\nframe #0: somewhere");
}

int Work(const Options& options) {
  const auto progress = cli::MakeProgress();
  progress->Start("work", options.work);
  for (uint64_t i = 0; i < options.work; ++i) progress->Advance(1);
  progress->Finish();
  cli::Say("said `seed`");
  cli::Warn("warned `seed`");
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "sample",
      .what = "Tries the manners of the tools",
      .examples = {{"Print what was resolved", "sample -o x"}, {"Do some work", "sample -o x --work 3"}},
      .groups = {}};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto options = std::make_shared<Options>();
    app.add_option("input", options->input, "Input");
    app.add_option("-o,--output", options->output, "Output")->required();
    app.add_option(
        "--ratio", options->ratio,
        "Parts of train, val and test, which may have any sum, as many digits as you like, and no unit at all");
    app.add_option("--store", options->store, "Store")->check(cli::OneOf({"compressed", "raw", "normalized"}));
    app.add_option("--name", options->name, "Name");
    app.add_option("--seed", options->seed, "Seed");
    app.add_option("--quality", options->quality, "Quality")->check(CLI::Range(1, 100));
    app.add_option("--fraction", options->fraction, "Fraction");
    app.add_option("--shards", options->shards, "Shards");
    app.add_option("--exclude", options->exclude, "Exclude");
    app.add_flag("--resume", options->resume, "Resume");
    app.add_flag("--overwrite", options->overwrite, "Overwrite")->excludes("--resume");
    app.add_option("--work", options->work, "Work");
    app.add_option("--fail", options->fail, "Fail");
    CLI::App* verify = app.add_subcommand("verify", "Verify");
    verify->add_option("folder", "Folder");
    return [options, &app] {
      Fail(options->fail);
      if (options->work > 0) return Work(*options);
      for (double number : cli::ParseNumbers(options->ratio, "--ratio")) std::cerr << number << ';';
      std::cout << cli::ResolvedConfig(app, {"output", "work", "fail"});
      return cli::kDone;
    };
  });
}
