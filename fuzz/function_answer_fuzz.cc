// Whatever a function answers, what goes out is a response of HTTP, or nothing.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "gateway/function_answer.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto response = tintype::gateway::parse_answer(text);
  if (!response) return 0;
  if (response->status < 200 || response->status > 599) std::abort();
  for (const auto& [name, value] : response->headers) {
    if (name.empty()) std::abort();
    for (const char c : name)
      if (static_cast<unsigned char>(c) <= ' ' || c == ':' || c == 0x7f) std::abort();
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  }
  if (!std::holds_alternative<std::string>(response->body)) std::abort();
  return 0;
}
