// A node: every stage, made and connected.
//
//   listeners ── stages (stages.h, in their order) ── handlers ── runner, housekeeping
#pragma once

#include <memory>

#include "commands.h"
#include "data_dir.h"
#include "stack/stack.h"

namespace tintype {

struct NodeParts;

class Node {
 public:
  /// Starts everything; the listeners answer when it returns.
  static Result<std::unique_ptr<Node>> start(Stack stack, DataDir data,
                                             const ServeOptions& options);
  /// Lets running requests and attempts finish.
  ~Node();

  const NodeAddresses& addresses() const;
  /// Looks at the gateway's certificate now (SIGHUP). Thread-safe.
  void reload();

 private:
  explicit Node(std::unique_ptr<NodeParts> parts);
  std::unique_ptr<NodeParts> parts_;
};

}  // namespace tintype
