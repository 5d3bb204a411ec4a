#include "base/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/assert.h"

namespace tintype {

namespace {

void fill_randomly(std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    ASSERT(got > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

constexpr std::size_t kIdRandomBytes = 16;

/// Random bytes for the next id of this thread. They are asked for in advance, for many ids: the
/// kernel takes longer for a call than for the bytes.
std::span<const char> bytes_of_next_id() {
  thread_local std::array<char, 32 * kIdRandomBytes> bytes;
  thread_local std::size_t used = bytes.size();
  if (used == bytes.size()) {
    fill_randomly(bytes);
    used = 0;
  }
  used += kIdRandomBytes;
  return std::span(bytes).subspan(used - kIdRandomBytes, kIdRandomBytes);
}

}  // namespace

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  fill_randomly(bytes);
  return bytes;
}

std::string make_id() {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  std::string id(10, '0');
  id.reserve(id.size() + kIdRandomBytes);
  for (std::size_t i = id.size(); i-- > 0; milliseconds >>= 5) id[i] = kDigits[milliseconds & 31U];
  for (const char byte : bytes_of_next_id()) id += kDigits[static_cast<unsigned char>(byte) & 31U];
  return id;
}

}  // namespace tintype
