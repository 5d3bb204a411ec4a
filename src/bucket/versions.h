// Versions of objects: what a bucket keeps when a key is written again or removed.
//
//   off ──▶ enabled ◀──▶ suspended        (never back to off)
//
//   off        a write replaces the object; a removal removes it
//   enabled    a write makes a version with an id of its own; a removal, a delete marker
//   suspended  the same, but the id is "null", and what had it is replaced
//
// The latest version of a key, unless it is a delete marker, is its object: what the Store heads,
// opens and lists.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/store.h"

namespace tintype::bucket {

enum class Versioning { off, enabled, suspended };

/// One version of a key; a delete marker has no size, no content and no ETag.
struct VersionInfo {
  ObjectInfo info;
  bool is_marker = false;
  bool is_latest = false;  ///< Told by list() alone.
};

struct VersionQuery {
  std::string prefix = {};
  std::string delimiter = {};  ///< Empty: none.
  /// Only greater keys and common prefixes, and of this very key the versions that are older than
  /// `after_version_id`; empty: none of it.
  std::string after_key = {};
  std::string after_version_id = {};
  std::size_t count_max = 1000;
};
struct VersionPage {
  std::vector<VersionInfo> versions;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_after_key = {};  ///< For the next page, if truncated.
  std::string next_after_version_id = {};
};

/// Thread-safe. Blocks. `not_found` everywhere for a bucket or a version that is not there.
class Versions {
 public:
  virtual ~Versions() = default;

  virtual Result<Versioning> versioning(const BucketName& bucket) = 0;
  /// `invalid_argument` for off, once it was not.
  virtual Status set_versioning(const BucketName& bucket, Versioning versioning) = 0;

  virtual Result<VersionInfo> head(const BucketName& bucket, const Key& key,
                                   std::string_view version_id) = 0;
  /// `invalid_argument` for a delete marker.
  virtual Result<Object> open(const BucketName& bucket, const Key& key,
                              std::string_view version_id) = 0;
  /// The latest version, be it a delete marker.
  virtual Result<VersionInfo> latest(const BucketName& bucket, const Key& key) = 0;
  /// For good: no marker takes its place, and if it was the latest, the one before is now. Succeeds
  /// if there is none, as S3 does. A condition's sequencer does not count.
  virtual Result<Removal> remove(const BucketName& bucket, const Key& key,
                                 std::string_view version_id, const RemoveCondition& condition = {},
                                 const Writer& writer = {}) = 0;
  /// Replaces the tags of one. `invalid_argument` for a delete marker.
  virtual Status set_tags(const BucketName& bucket, const Key& key, std::string_view version_id,
                          const std::map<std::string, std::string>& tags) = 0;
  /// In the order of keys, and of each key the latest first. `invalid_argument` for a query that is
  /// not UTF-8.
  virtual Result<VersionPage> list(const BucketName& bucket, const VersionQuery& query) = 0;
};

}  // namespace tintype::bucket
