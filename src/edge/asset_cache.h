#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/lru.h"
#include "base/result.h"
#include "base/signal.h"
#include "base/task.h"
#include "edge/asset.h"

namespace tintype::edge {

/// Pictures in memory, the last used ones, within a bound. However many ask for one that is not
/// there, it is made once (single flight). Thread-safe. Must outlive those who wait for it.
class AssetCache {
 public:
  /// Of an entry besides the picture: its key twice, the Asset and the nodes that hold them.
  static constexpr std::size_t kEntryOverhead = 512;
  /// How long one who asks waits for another's flight; `unavailable` then.
  static constexpr std::chrono::milliseconds kFlightTimeMax{30'000};

  explicit AssetCache(std::size_t bytes_max) : kept_(bytes_max) {}

  /// The picture if it is in memory, or null.
  AssetPtr find(const std::string& key) { return kept_.find(key).value_or(nullptr); }

  /// The picture if it is in memory; else what `load` makes. Of several who ask at once, the load
  /// of the first runs, the others' is dropped unstarted, and all get its outcome, an error too.
  /// A success that is in memory is kept; errors and open files are not.
  Task<Result<AssetPtr>> get(std::string key, Task<Result<Asset>> load);

  /// The picture is no longer to be served.
  void forget(const std::string& key) { kept_.erase(key); }

  std::size_t size_bytes() const { return kept_.size_bytes(); }

 private:
  /// Written once, before `landed` tells.
  struct Flight {
    Signal landed;
    std::optional<Result<AssetPtr>> outcome;
  };
  class Landing;

  void land(const std::string& key, Flight& flight, Result<AssetPtr> outcome);

  Lru<std::string, AssetPtr> kept_;
  std::mutex mutex_;  // Guards all below.
  // Shared by those who wait, the last of whom may be later than the landing.
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace tintype::edge
