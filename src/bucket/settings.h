// What a bucket's owner says of it, besides versions: documents that the S3 API takes and gives
// back, and that it or another stage obeys. The store only keeps them; whoever puts one has checked
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bucket/name.h"
#include "sql/database.h"

namespace tintype::bucket {

enum class Setting { cors, policy, public_access_block, tagging, lifecycle, notification };
/// As it stands in the database: "public_access_block".
std::string_view to_string(Setting setting);

/// Thread-safe. Blocks. `not_found` everywhere for a bucket that is not there.
class Settings {
 public:
  virtual ~Settings() = default;
  /// Nothing if the bucket has none.
  virtual Result<std::optional<std::string>> get(const BucketName& bucket, Setting setting) = 0;
  virtual Status put(const BucketName& bucket, Setting setting, const std::string& document) = 0;
  /// Succeeds if there is none.
  virtual Status remove(const BucketName& bucket, Setting setting) = 0;
};

/// The same as Settings::get, for a stage that needs it within a transaction of its own; nothing
/// for a bucket that is not there, either.
Result<std::optional<std::string>> find_setting(sql::Session& session, const BucketName& bucket,
                                                Setting setting);

}  // namespace tintype::bucket
