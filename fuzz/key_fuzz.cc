// Names that parse stay themselves, and a place in a bucket is found again from its key.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bucket/naming.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto key = tintype::bucket::Key::parse(text)) {
    if (key->str() != text) std::abort();
    if (const auto place = tintype::bucket::parse_asset_key(*key))
      if (tintype::bucket::asset_key(place->collection, place->owner, place->variant, place->hash,
                                     place->extension) != *key)
        std::abort();
  }
  if (const auto owner = tintype::bucket::Owner::parse(text)) {
    const std::string segment = owner->segment();
    const auto again = tintype::bucket::Owner::from_segment(segment);
    if (!again || *again != *owner || segment.find(static_cast<char>(47)) != std::string::npos)
      std::abort();
  }
  if (const auto owner = tintype::bucket::Owner::from_segment(text))
    if (owner->segment() != text) std::abort();
  return 0;
}
