// Every record that parses is written so that it parses to the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "event/record.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const auto records = tintype::event::parse_notification(text);
  if (!records) {
    if (records.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& record : *records) {
    const auto again = tintype::event::parse_record(tintype::event::to_json(record));
    if (!again || again->key != record.key || again->bucket != record.bucket ||
        again->sequencer != record.sequencer)
      std::abort();
  }
  return 0;
}
