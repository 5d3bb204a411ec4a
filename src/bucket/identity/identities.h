// Who may use the S3 endpoint: owners, their access keys, and what they may do with buckets of
// others. With buckets of its own an owner may do everything.
//
//   access key ──▶ owner ──▶ rights by bucket
//
// A secret is sealed in its row (crypto/seal.h), so that no dump or copy of the database lets
// anybody sign; the key that opens it lies in the data directory.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "bucket/identity/access_key.h"
#include "bucket/identity/bucket_owner.h"
#include "bucket/identity/rights.h"
#include "bucket/name.h"
#include "sql/database.h"

namespace tintype::bucket {

/// In RightsByBucket the rights on every bucket.
inline constexpr std::string_view kEveryBucket = "*";
using RightsByBucket = std::map<std::string, Rights>;

/// Who holds an access key.
struct Identity {
  std::string access_key_id;
  BucketOwner owner;
  bool may_create = false;  ///< Buckets, which are then its own.
  RightsByBucket rights;
  Instant created_at;                      ///< The key.
  std::optional<Instant> expires_at = {};  ///< The key; never if not set.

  bool is_node() const { return owner.id == kNodeOwner; }
  /// With a bucket that is not its own.
  Rights rights_on(const BucketName& bucket) const;
};

/// With what it signs.
struct Signatory {
  Identity identity;
  Secret secret;
};

/// Thread-safe. Blocks. What it is given must outlive it.
class Identities {
 public:
  /// `seal_key` of crypto::kSealKeySize bytes.
  Identities(sql::Database& database, const Clock& clock, Secret seal_key)
      : database_(database), clock_(clock), seal_key_(std::move(seal_key)) {}

  /// `not_found` if nobody has the key, or it has expired; `corrupt` if its secret was sealed with
  /// another key.
  Result<Signatory> find(const std::string& access_key_id);
  /// `not_found`.
  Result<BucketOwner> owner(const std::string& id);
  /// By owner and age, with those that have expired.
  Result<std::vector<Identity>> list();

  struct Addition {
    std::string owner_id;  ///< 1 to 64 of A-Z a-z 0-9 . _ - @; a new owner, or one that is there.
    std::optional<std::string> display_name = {};  ///< Absent: as it is; of a new owner, its id.
    std::optional<bool> may_create = {};           ///< Absent: as it is; of a new owner, true.
    RightsByBucket rights = {};  ///< Take the place of those on the same buckets; empty: none.
    AccessKey key;
  };
  /// `conflict` if somebody has a key of that id, `invalid_argument` for what must not be.
  Status add(const Addition& addition);

  /// Gives the owner of a key `next`, too; the key itself ends after `overlap`, and those that have
  /// expired before are forgotten. That owner's id. `not_found`; `conflict` if somebody has a key
  /// of the new id.
  Result<std::string> rotate(const std::string& access_key_id, std::chrono::milliseconds overlap,
                             const AccessKey& next);
  /// At once. With its last key an owner without buckets goes, too. `not_found`.
  Status remove(const std::string& access_key_id);

 private:
  Status insert_key(sql::Session& session, const std::string& owner_id, const AccessKey& key) const;

  sql::Database& database_;
  const Clock& clock_;
  const Secret seal_key_;
};

}  // namespace tintype::bucket
