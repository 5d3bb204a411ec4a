#include <utility>
#include <vector>

#include "edge/edge.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

http::Handler make_edge_handler(NodeParts& parts) {
  std::vector<edge::Collection> collections;
  for (const auto& collection : parts.stack.collections)
    collections.push_back({collection.images.name, collection.images.variants});
  return edge::edge_handler({.collections = std::move(collections),
                             .assets_bucket = parts.stack.assets_bucket,
                             .cache = parts.edge_cache},
                            parts.assets(), *parts.catalog, *parts.workers, *parts.pool);
}

}  // namespace tintype
