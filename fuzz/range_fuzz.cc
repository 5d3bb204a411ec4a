// A range that is resolved lies inside the representation; the other header parsers only must not
// crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/message.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  constexpr std::uint64_t kSize = 1000;
  const auto range = tintype::http::parse_range(text, kSize);
  if (range && *range && ((*range)->size == 0 || (*range)->offset + (*range)->size > kSize))
    std::abort();
  const int quality = tintype::http::accept_quality(text, "image/avif");
  if (quality < 0 || quality > 1000) std::abort();
  static_cast<void>(tintype::http::etag_listed(text, "\"etag\""));
  static_cast<void>(tintype::http::Query::parse(text));
  return 0;
}
