// A stack file is read or refused with a message; units never overflow.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/config.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  auto document = tintype::config::Document::parse(text, "fuzz");
  if (!document) {
    if (document.error().message.empty()) std::abort();
    return 0;
  }
  static_cast<void>(document->root().text("a"));
  static_cast<void>(document->finish());
  const auto bytes = tintype::config::parse_size_bytes(text);
  if (bytes && *bytes < 0) std::abort();
  return 0;
}
