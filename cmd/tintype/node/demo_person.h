#pragma once

#include <future>
#include <memory>

#include "base/blocking_pool.h"
#include "base/result.h"
#include "data_dir.h"
#include "gateway/gateway.h"
#include "gateway/issuer/credentials.h"

namespace tintype {

/// Saves the demo person of the credentials at the first start, and beside everything else: hashing
/// a password takes longer than all the rest of a start. Whoever signs in waits for it.
class DemoPerson {
 public:
  /// What is given outlives this.
  static Result<std::unique_ptr<DemoPerson>> make(gateway::PersonCredentials& people,
                                                  const Credentials& credentials,
                                                  BlockingPool& pool);

  /// Begins to save, on the pool. Once.
  void save();
  /// `inner`, once the person is there.
  gateway::Integration waited_for_by(gateway::Integration inner);

 private:
  explicit DemoPerson(BlockingPool& pool) : pool_(pool) {}

  BlockingPool& pool_;
  std::packaged_task<void()> save_;  // Valid at the first start alone, as saved_ is.
  std::shared_future<void> saved_;
};

}  // namespace tintype
