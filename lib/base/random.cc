#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/assert.h"

namespace tintype {

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::getrandom(bytes.data() + have, size - have, 0);
    if (got < 0 && errno == EINTR) continue;
    ASSERT(got > 0);
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string make_id() {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  std::string id(10, '0');
  for (std::size_t i = id.size(); i-- > 0; milliseconds >>= 5) id[i] = kDigits[milliseconds & 31U];
  for (const char byte : random_bytes(16)) id += kDigits[static_cast<unsigned char>(byte) & 31U];
  return id;
}

}  // namespace tintype
