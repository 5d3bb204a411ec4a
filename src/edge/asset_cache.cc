#include "edge/asset_cache.h"

#include <utility>

namespace tintype::edge {

/// Lands a flight however its leader ends: a flight that never lands would block its key for ever.
class AssetCache::Landing {
 public:
  Landing(AssetCache& cache, const std::string& key, std::shared_ptr<Flight> flight)
      : cache_(cache), key_(key), flight_(std::move(flight)) {}
  ~Landing() { cache_.land(key_, *flight_, std::move(outcome)); }
  Landing(const Landing&) = delete;
  Landing& operator=(const Landing&) = delete;

  Result<AssetPtr> outcome = fail(ErrorCode::internal, "load asset: given up");

 private:
  AssetCache& cache_;
  const std::string& key_;
  std::shared_ptr<Flight> flight_;
};

Task<Result<AssetPtr>> AssetCache::get(std::string key, Task<Result<Asset>> load) {
  std::shared_ptr<Flight> flight;
  bool leads = false;
  {
    const std::lock_guard lock(mutex_);
    // Under the lock that land() takes: whoever misses here and finds no flight comes before both.
    if (AssetPtr kept = find(key)) co_return kept;
    auto& place = flights_[key];
    leads = place == nullptr;
    if (leads) place = std::make_shared<Flight>();
    flight = place;
  }
  if (leads) {
    Landing landing(*this, key, flight);
    Result<Asset> loaded = co_await load;
    if (loaded)
      landing.outcome = std::make_shared<const Asset>(*std::move(loaded));
    else
      landing.outcome = std::unexpected(std::move(loaded).error());
    co_return landing.outcome;
  }
  constexpr std::uint64_t kNotLanded = 0;
  if (!co_await flight->landed.wait(kNotLanded, kFlightTimeMax))
    co_return fail(ErrorCode::unavailable, "load asset '" + key + "': another's load hangs");
  co_return *flight->outcome;
}

void AssetCache::land(const std::string& key, Flight& flight, Result<AssetPtr> outcome) {
  if (outcome && (*outcome)->bytes != nullptr)
    kept_.insert(key, *outcome, (*outcome)->bytes->size() + kEntryOverhead);
  flight.outcome = std::move(outcome);
  {
    const std::lock_guard lock(mutex_);
    flights_.erase(key);
  }
  flight.landed.notify();
}

}  // namespace tintype::edge
