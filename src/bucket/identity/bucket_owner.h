#pragma once

#include <string>
#include <string_view>

namespace tintype::bucket {

/// Who has buckets: what S3 calls an account.
struct BucketOwner {
  std::string id;  ///< S3's "canonical user id".
  std::string display_name;

  bool operator==(const BucketOwner&) const = default;
};

/// The id of the owner that this node is: of the stack's buckets, of the access key in
/// credentials.json. It may do everything with every bucket.
inline constexpr std::string_view kNodeOwner = "tintype";

}  // namespace tintype::bucket
