#pragma once

#include "base/result.h"

namespace tintype {

struct NodeParts;

/// Whether the node can do its work; `unavailable` saying what it waits for. Blocks.
Status readiness(NodeParts& parts);

/// Sets what is counted by looking: workers, invocations. Blocks.
void refresh_gauges(NodeParts& parts);

}  // namespace tintype
