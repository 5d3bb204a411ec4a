#include <memory>

#include "function/image_function.h"
#include "function/tidy_function.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

Status make_function_stage(NodeParts& parts) {
  parts.manifests = std::make_unique<function::Manifests>(*parts.database);
  parts.progress = std::make_unique<SlotProgress>(*parts.slots);
  parts.catalog = std::make_unique<ManifestCatalog>(*parts.manifests);
  for (const auto& collection : parts.stack.collections) {
    parts.functions.push_back(std::make_unique<function::ImageFunction>(
        collection.images,
        function::ImageFunction::Parts{.store = *parts.store,
                                       .assets = parts.assets(),
                                       .assets_bucket = parts.stack.assets_bucket,
                                       .workers = *parts.workers,
                                       .pool = *parts.pool,
                                       .database = *parts.database,
                                       .queue = *parts.queue,
                                       .manifests = *parts.manifests,
                                       .progress = *parts.progress,
                                       .clock = parts.clock}));
    parts.functions.push_back(std::make_unique<function::TidyFunction>(
        collection.images, function::TidyFunction::Parts{.store = *parts.store,
                                                         .assets = parts.assets(),
                                                         .assets_bucket = parts.stack.assets_bucket,
                                                         .database = *parts.database,
                                                         .queue = *parts.queue,
                                                         .manifests = *parts.manifests,
                                                         .clock = parts.clock}));
  }
  return {};
}

}  // namespace tintype
