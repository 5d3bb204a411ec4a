// How a person is deleted, with their pictures everywhere, through a crash at any instruction.
//
//   order()     one transaction: the profile is gone, the handle kept, every slot revoked, no
//               picture current any more nor ever again, the sign-in gone; advance() is ordered
//   advance()   ▶ is an upload in flight? ▶ files removed ▶ activities removed ──▶ again soon
//                                                                └─▶ again when every URL expired
//               ▶ the last rows removed, in the transaction that says so
//   sweep()     the mark goes once no token of theirs can be valid, and what disown() left with it
//
// The mark, a row of `deletion`, is what keeps somebody with a token that is still valid from
// beginning anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace tintype::people {

/// What the other stages keep of a person, and can let go (they are plugged in: people knows none
/// of them but upload). Thread-safe; blocks.
class Belongings {
 public:
  virtual ~Belongings() = default;
  /// The three of order()'s transaction. No picture of theirs is current any more, and none that is
  /// on its way will be published.
  virtual Status disown(sql::Session& session, std::string_view sub, Instant now) = 0;
  /// They can sign in no more.
  virtual Status sign_out(sql::Session& session, std::string_view sub) = 0;
  /// Has advance() called for them, not before `due_at`, whatever happens to the process.
  virtual Status order(sql::Session& session, std::string_view sub, Instant due_at) = 0;
  /// After that transaction is on disk.
  virtual void ordered() = 0;
  /// Removes sources and assets, of all collections, as they are now.
  virtual Status remove_files(std::string_view sub) = 0;
  /// Removes the rows that disown() needed. Once nobody can upload for them any more.
  virtual Status forget(sql::Session& session, std::string_view sub) = 0;
};

/// Thread-safe; blocks.
class Deletions {
 public:
  /// No token outlives this (`tintype token --ttl` and the issuers' usual limit), so the mark need
  /// not either.
  static constexpr std::chrono::milliseconds kMarkKept = 24 * std::chrono::hours(1);
  /// While an upload is in flight its end may leave files behind.
  static constexpr std::chrono::milliseconds kInFlightPause{1'000};
  /// An attempt that lost its lease may still write files for as long as this, after all slots came
  /// to their ends (function::kAttemptMax, twice).
  static constexpr std::chrono::milliseconds kStragglersMax = std::chrono::minutes(10);
  /// Activities that are removed in one transaction, so that nobody waits long for the writer.
  static constexpr std::int64_t kBatchMax = 1'000;

  Deletions(sql::Database& database, Belongings& belongings, const Clock& clock)
      : database_(database), belongings_(belongings), clock_(clock) {}

  /// When it returns the person is gone for everybody, and the rest will be done. Twice is once.
  Status order(std::string_view sub);
  /// One step; may be called again at any time. When to come again, or nothing once all is done.
  Result<std::optional<Instant>> advance(std::string_view sub);
  /// Removes the marks of those whose deletion ended and whose time is over, at most kBatchMax. How
  /// many. For a timer.
  Result<std::int64_t> sweep();

 private:
  /// The transaction of order().
  Status begin(sql::Session& session, const std::string& sub, Instant now);
  Status remove_activities(std::string_view sub);
  Result<std::optional<Instant>> finish(std::string_view sub);
  Result<std::int64_t> sweep(sql::Session& session);

  sql::Database& database_;
  Belongings& belongings_;
  const Clock& clock_;
};

}  // namespace tintype::people
