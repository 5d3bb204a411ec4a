// The public keys of a foreign issuer: OpenID Connect Discovery, then its JWK Set.
//
//            ┌── due ──▶ fetch in the background, old keys serve ──┐
//   none ──▶ fetched ◀─────────────────────────────────────────────┘
//    │          └── a token of an unknown kid ──▶ fetch at most once per interval, its request
//    waits └── issuer down ──▶ 503, and another try after a back-off that grows
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/blocking_pool.h"
#include "base/lru.h"
#include "base/signal.h"
#include "gateway/key_source.h"
#include "http/client.h"

namespace tintype::gateway {

/// Never more than one fetch at a time. Thread-safe.
class RemoteKeys final : public KeySource, public std::enable_shared_from_this<RemoteKeys> {
 public:
  struct Options {
    std::string issuer;         ///< Discovery must name it to the letter.
    std::string jwks_uri = {};  ///< Empty: as discovery says.

    // How long a set is fresh: as its Cache-Control says, within bounds.
    std::chrono::seconds fresh_min{60};
    std::chrono::seconds fresh_default{900};
    std::chrono::seconds fresh_max{3600};
    /// What an issuer that is down leaves us: its keys serve for so long after their last fetch.
    std::chrono::seconds kept_max{std::chrono::hours(24)};
    /// Between two fetches for tokens whose kid is unknown.
    std::chrono::seconds unknown_interval{30};
    /// How long a kid that the issuer did not know causes no fetch.
    std::chrono::seconds unknown_kept{300};
    // After a failure: doubled each time, and a random half of it less.
    std::chrono::milliseconds backoff_min{500};
    std::chrono::milliseconds backoff_max{60'000};
    /// How long a request waits for a fetch.
    std::chrono::milliseconds wait_max{7'000};
  };
  /// Of one document, connecting included.
  static constexpr std::chrono::milliseconds kFetchTimeMax{3'000};
  static constexpr std::size_t kDiscoverySizeMax = std::size_t{64} * 1024;
  static constexpr std::size_t kUnknownKidsMax = 1'000;
  static constexpr std::size_t kKidSizeMax = 256;  ///< A longer one is nobody's.

  using Send = std::function<Result<http::ClientResponse>(const http::ClientRequest&)>;

  /// `send` is called on `pool`, which must outlive this, as must `clock`. Starts the first fetch.
  static std::shared_ptr<RemoteKeys> start(Options options, Send send, BlockingPool& pool,
                                           const Clock& clock);

  /// Must be awaited on a Loop, both.
  Task<Result<crypto::KeySet>> keys(Instant now) override;
  Task<Result<crypto::KeySet>> newer_keys(std::string_view kid, const crypto::KeySet& seen,
                                          Instant now) override;

 private:
  struct Fetched {
    std::string jwks_json;
    std::chrono::seconds fresh;
  };

  RemoteKeys(Options options, Send send, BlockingPool& pool, const Clock& clock);

  bool begin_fetch_locked(Instant now);
  void fetch();
  Result<Fetched> download() const;
  Result<std::string> discover() const;
  Status keep_locked(Fetched fetched, Instant now);
  std::optional<crypto::KeySet> trusted_locked(Instant now) const;

  const Options options_;
  const Send send_;
  BlockingPool& pool_;
  const Clock& clock_;
  Signal fetched_;                                           // After each fetch, failed or not.
  Lru<std::string, Instant> unknown_kids_{kUnknownKidsMax};  // Until when each is unknown.

  mutable std::mutex mutex_;  // Guards all below.
  std::optional<crypto::KeySet> keys_;
  std::string jwks_json_;  // What keys_ were read from.
  Instant fetched_at_;
  Instant fetch_at_;          // Due, or after a failure: not before.
  Instant unknown_fetch_at_;  // Not before, for an unknown kid.
  int failures_ = 0;          // One after the other.
  bool is_fetching_ = false;
};

/// True for https, and for http to this machine alone: whoever can change the keys on their way can
/// sign in as anybody.
bool is_safe_key_url(std::string_view url);

}  // namespace tintype::gateway
