// A node: every stage, made and connected. The one place that knows them all.
#pragma once

#include <memory>

#include "commands.h"
#include "data_dir.h"
#include "stack.h"

namespace tintype {

class Node {
 public:
  /// Starts everything; the listeners answer when it returns.
  static Result<std::unique_ptr<Node>> start(Stack stack, DataDir data,
                                             const ServeOptions& options);
  /// Lets running requests and attempts finish.
  ~Node();

  const NodeAddresses& addresses() const;

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tintype
