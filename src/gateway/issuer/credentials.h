// Who can sign in at the embedded issuer, and their passwords (docs/formats/database.md,
// credential).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "gateway/issuer/sign_in_name.h"
#include "metrics/registry.h"
#include "sql/database.h"

namespace tintype::gateway {

/// Thread-safe; blocks, for the tens of milliseconds and 64 MiB that Argon2id takes.
class PersonCredentials {
 public:
  /// What is given outlives this.
  PersonCredentials(sql::Database& database, metrics::Registry& registry, const Clock& clock);

  /// Somebody new; their `sub`. `conflict` if the name, or one that looks like it, is taken.
  Result<std::string> add(const SignInName& name, const Secret& password);
  /// Makes a person of that `sub`. Of one who is there the name and the password are replaced, and
  /// every session ends. `conflict` as above.
  Status save(std::string_view sub, std::string_view name, const Secret& password);
  /// True if somebody with that `sub` can sign in.
  Result<bool> exists(std::string_view sub);
  /// The `sub` of the person, or `unauthenticated`: after the same work for an unknown name, for a
  /// wrong password, and for what can be neither.
  Result<std::string> check(std::string_view name, const Secret& password);

 private:
  Result<std::string> hash(const Secret& password);
  /// The hash of a password that nobody has.
  Result<std::string> hash_of_nobody();

  sql::Database& database_;
  const metrics::Counter hashes_;
  const Clock& clock_;
};

}  // namespace tintype::gateway
