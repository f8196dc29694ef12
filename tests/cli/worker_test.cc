#include "tools/flags/worker.h"

#include <gtest/gtest.h>

#include <map>

#include "dataset/base/error.h"

namespace cli {
namespace {

using Variables = std::map<std::string, std::string>;

dataset::WorkerShare Parse(const std::string& text, const Variables& variables = {}) {
  return ParseWorker(text, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(WorkerTest, ReadsNumbersAndLaunchers) {
  const struct {
    const char* text;
    Variables variables;
    uint32_t index;
    uint32_t count;
  } cases[] = {
      {"1/1", {}, 0, 1},
      {"2/8", {}, 1, 8},
      {"8/8", {{"SLURM_PROCID", "3"}}, 7, 8},
      {"auto", {{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}}, 3, 4},
      {"auto",
       {{"SLURM_ARRAY_TASK_ID", "5"},
        {"SLURM_ARRAY_TASK_MIN", "1"},
        {"SLURM_ARRAY_TASK_COUNT", "5"},
        {"SLURM_PROCID", "0"},
        {"SLURM_NTASKS", "1"}},
       4,
       5},
      {"auto", {{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}}, 0, 2},
      {"auto", {{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}}, 1, 2},
      {"auto/6", {{"JOB_COMPLETION_INDEX", "5"}}, 5, 6},
  };
  for (const auto& [text, variables, index, count] : cases) {
    const dataset::WorkerShare share = Parse(text, variables);
    EXPECT_EQ(share.index, index) << text;
    EXPECT_EQ(share.count, count) << text;
  }
}

TEST(WorkerTest, RefusesTheRest) {
  const struct {
    const char* text;
    Variables variables;
    const char* message;
  } cases[] = {
      {"", {}, "is not I/N"},
      {"2", {}, "is not I/N"},
      {"0/2", {}, "is not I/N"},
      {"-1/2", {}, "is not I/N"},
      {"1/2/3", {}, "is not I/N"},
      {"1/", {}, "is not I/N"},
      {"auto/x", {}, "is not I/N"},
      {"3/2", {}, "there is no worker 3 of 2"},
      {"1/0", {}, "there is no worker 1 of 0"},
      {"auto", {}, "no variable of Slurm, MPI or a Kubernetes indexed job is set"},
      {"auto", {{"JOB_COMPLETION_INDEX", "1"}}, "JOB_COMPLETION_INDEX is set, but not the number of workers"},
      {"auto", {{"SLURM_PROCID", "x"}, {"SLURM_NTASKS", "2"}}, "SLURM_PROCID='x' is no number"},
      {"auto/2", {{"PMI_RANK", "2"}}, "there is no worker 3 of 2"},
  };
  for (const auto& [text, variables, message] : cases) {
    try {
      Parse(text, variables);
      ADD_FAILURE() << text;
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace cli
