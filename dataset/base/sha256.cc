#include "dataset/base/sha256.h"

#include <openssl/evp.h>

#include "dataset/base/error.h"

namespace dataset {
namespace {

void Check(int result) {
  if (result != 1) throw Error("OpenSSL cannot compute SHA-256");
}

}  // namespace

struct Sha256::State {
  ~State() { EVP_MD_CTX_free(context); }
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  Check(state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::Update(std::string_view data) { Check(EVP_DigestUpdate(state_->context, data.data(), data.size())); }

std::string Sha256::FinishHex() {
  Sha256Digest digest;
  Check(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr));
  return Hex(digest);
}

Sha256Digest Sha256Of(std::string_view data) {
  // Fetched once: otherwise OpenSSL 3 looks it up, behind a lock, for each of a million small files.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Sha256Digest digest;
  Check(algorithm != nullptr && EVP_Digest(data.data(), data.size(), digest.data(), nullptr, algorithm, nullptr) == 1);
  return digest;
}

std::string Hex(const Sha256Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (uint8_t byte : digest) hex += {kDigits[byte >> 4], kDigits[byte & 15]};
  return hex;
}

std::string Sha256Hex(std::string_view data) { return Hex(Sha256Of(data)); }

}  // namespace dataset
