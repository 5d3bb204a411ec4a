#pragma once

#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "image/plan.h"

namespace tintype::image {

/// A named plan of a collection, in each of its formats.
struct Variant {
  std::string name;             ///< "512"
  Plan plan;                    ///< Its format is the first of `formats`.
  std::vector<Format> formats;  ///< At least one, each once; the first is served where nobody asks.

  /// The plan in one of the formats.
  Plan plan_for(Format format) const {
    Plan result = plan;
    result.format = format;
    return result;
  }
};

/// Reads one [[collection.NAME.variant]].
Result<Variant> read_variant(const config::Table& table);

}  // namespace tintype::image
