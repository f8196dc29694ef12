#include "dataset/base/error.h"

#include <cerrno>
#include <system_error>

namespace dataset {
namespace {

std::string Message(const Place& place, const std::string& cause) {
  const std::string where = place.ToString();
  return where.empty() ? cause : where + ": " + cause;
}

}  // namespace

std::string Place::ToString() const {
  std::string where;
  if (record) where = "record " + std::to_string(*record);
  if (offset) where += (record ? " at byte " : "byte ") + std::to_string(*offset);
  if (file.empty() || where.empty()) return file + where;
  return file + ": " + where;
}

Error::Error(const std::string& cause) : std::runtime_error(cause) {}

Error::Error(const std::filesystem::path& file, const std::string& cause)
    : Error(Place{file.string(), {}, {}}, cause) {}

Error::Error(const Place& place, const std::string& cause) : std::runtime_error(Message(place, cause)) {}

Error Error::Usage(const std::string& cause) {
  Error error(cause);
  error.usage_ = true;
  return error;
}

Error Error::System(const std::filesystem::path& file, const std::string& cause, int error_number) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  const std::string cure = full ? "; free some space and run again" : "";
  return Error(file, cause + ": " + std::generic_category().message(error_number) + cure);
}

}  // namespace dataset
