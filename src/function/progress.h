#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::function {

/// A finished variant of an owner's picture.
struct Asset {
  std::string variant;  ///< "512"
  std::string type;     ///< "image/jpeg"
  std::string key;      ///< In the assets bucket; bucket::asset_path makes its path on the edge.
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t size = 0;
  bool operator==(const Asset&) const = default;
};

/// Whom an invocation tells how far it is (upload's slots, which function must not know). The first
/// four add to the caller's transaction; told() is called once that is on disk. Thread-safe.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual Status processing(sql::Session& session, std::string_view upload_id) = 0;
  virtual Status ready(sql::Session& session, std::string_view upload_id,
                       const std::vector<Asset>& assets) = 0;
  /// `code` is stable ("damaged_input"), for programs; see public_reason().
  virtual Status failed(sql::Session& session, std::string_view upload_id, ErrorCode code) = 0;
  /// A newer upload of the owner was first.
  virtual Status superseded(sql::Session& session, std::string_view upload_id) = 0;
  virtual void told(std::string_view upload_id) = 0;
};

}  // namespace tintype::function
