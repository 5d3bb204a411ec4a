#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype::people {

/// An asset of somebody's current picture.
struct Picture {
  std::string variant;  ///< "512"
  std::string type;     ///< "image/jpeg"
  std::string url;      ///< Immutable, as browsers reach it.
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t size = 0;
};

/// Who knows the persons' pictures (function's manifests and the edge, which people must not know).
/// Thread-safe.
class Pictures {
 public:
  virtual ~Pictures() = default;
  using OfPersons = std::map<std::string, std::vector<Picture>, std::less<>>;
  /// The current pictures of a collection, by `sub`; who has none is not there. One query for all.
  /// Blocks.
  virtual Result<OfPersons> current(std::string_view collection,
                                    const std::vector<std::string>& subs) = 0;
  /// The URL that always is the current picture, or a default one. The format is negotiated.
  virtual std::string alias_url(std::string_view collection, std::string_view sub,
                                std::string_view variant) = 0;
};

}  // namespace tintype::people
