// What a bucket's owner says of how long things are kept, and what that means for one of them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// Which objects a rule is about: those that meet all of it.
struct LifecycleFilter {
  std::string prefix = {};
  std::map<std::string, std::string> tags = {};
  std::optional<std::uint64_t> larger_than = {};
  std::optional<std::uint64_t> smaller_than = {};

  bool includes(const ObjectInfo& object) const;
};

struct LifecycleRule {
  std::string id;
  bool is_enabled = true;
  LifecycleFilter filter = {};
  bool has_old_prefix = false;  ///< Written without a filter, as it first was; told so again.
  // Of the latest version of a key, one of these.
  std::optional<std::int64_t> expires_after_days = {};
  std::optional<Instant> expires_at = {};
  bool expires_lone_markers = false;  ///< Delete markers that hide nothing any more.
  // Of other versions.
  std::optional<std::int64_t> noncurrent_days = {};
  std::int64_t noncurrent_kept = 0;  ///< So many of the newest ones stay, however old.
  // Of uploads in parts; the filter's prefix alone counts.
  std::optional<std::int64_t> abort_after_days = {};
};
using LifecycleRules = std::vector<LifecycleRule>;

/// The midnight (UTC) that follows `days` days: S3 rounds up.
Instant end_of_days(Instant from, std::int64_t days);

/// When the object goes, and by which rule; the soonest counts.
struct Expiry {
  Instant at;
  std::string rule_id;
};
std::optional<Expiry> expiry_of(const LifecycleRules& rules, const ObjectInfo& object);

}  // namespace tintype::bucket
