// The embedded issuer as a whole: what its routes share.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/task.h"
#include "gateway/issuer/clients.h"
#include "gateway/issuer/codes.h"
#include "gateway/issuer/credentials.h"
#include "gateway/issuer/issuer.h"
#include "gateway/issuer/lockout.h"
#include "gateway/issuer/sessions.h"
#include "gateway/issuer/settings.h"
#include "gateway/token_buckets.h"
#include "metrics/registry.h"
#include "sql/database.h"

namespace tintype::gateway {

/// Thread-safe.
class IssuerService {
 public:
  struct Options {
    Issuer::Options issuer;
    IssuerSettings settings;
    /// Whose pages may use cookies of ours, besides those of the host that is asked.
    std::vector<std::string> origins;
  };
  /// What everything here stands on; outlives it.
  struct Base {
    sql::Database& database;
    metrics::Registry& registry;
    BlockingPool& pool;
    const Clock& clock;
  };
  /// Blocks.
  static Result<std::unique_ptr<IssuerService>> make(Options options, Base base);

  /// Why somebody is not let in.
  struct Refusal {
    enum class Kind { wrong, wait, failed };
    Kind kind;
    std::chrono::seconds wait{0};  ///< Of `wait`: before it makes sense to come again.
    Error error;                   ///< Of `failed`; of the others for the log.
  };
  /// The `sub` of whom name and password belong to. At most kHashesMax run at a time, each in 64
  /// MiB; more wait, and beyond kHashesWaitingMax are refused with `unavailable`.
  Task<std::expected<std::string, Refusal>> sign_in(std::string_view name, Secret password,
                                                    std::string_view address);
  /// The `sub` of somebody new. `conflict` if the name is taken.
  Task<Result<std::string>> sign_up(const SignInName& name, const Secret& password);

  /// For a timer: removes sessions and codes that have ended. Blocks.
  Status sweep();

  const Issuer& issuer() const { return *issuer_; }
  Issuer& issuer() { return *issuer_; }
  const IssuerSettings& settings() const { return options_.settings; }
  const std::vector<std::string>& origins() const { return options_.origins; }
  const OauthClients& clients() const { return clients_; }
  PersonCredentials& credentials() { return credentials_; }
  Sessions& sessions() { return sessions_; }
  Codes& codes() { return codes_; }
  TokenBuckets& sign_ups() { return sign_ups_; }
  BlockingPool& pool() { return base_.pool; }
  Instant now() const { return base_.clock.now(); }

 private:
  static constexpr std::size_t kHashesMax = 4;
  static constexpr std::size_t kHashesWaitingMax = 64;

  IssuerService(Options options, std::unique_ptr<Issuer> issuer, Base base);

  const Options options_;
  const Base base_;
  const std::unique_ptr<Issuer> issuer_;
  const OauthClients clients_;
  PersonCredentials credentials_;
  Sessions sessions_;
  Codes codes_;
  Lockout lockout_;
  TokenBuckets sign_ups_;
  BlockingPool passwords_;  // Last: ends before what it uses.
};

}  // namespace tintype::gateway
