// A plan that parses means the same after a round trip; one that does not says why.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "image/plan.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const auto plan = tintype::image::parse_plan(text);
  if (!plan) {
    if (plan.error().message.empty()) std::abort();
    return 0;
  }
  const auto again = tintype::image::parse_plan(tintype::image::to_string(*plan));
  if (!again || *again != *plan) std::abort();
  return 0;
}
