#include "bucket/s3/rule/sufficient_rights.h"

#include <algorithm>
#include <array>

namespace tintype::bucket {

namespace {

constexpr std::array<std::string_view, 3> kList = {"s3:ListBucket", "s3:ListBucketVersions",
                                                   "s3:ListBucketMultipartUploads"};
constexpr std::array<std::string_view, 5> kRead = {"s3:GetObject", "s3:GetObjectVersion",
                                                   "s3:GetObjectAcl", "s3:GetObjectTagging",
                                                   "s3:GetObjectVersionTagging"};
constexpr std::array<std::string_view, 6> kWrite = {
    "s3:PutObject",        "s3:DeleteObject",        "s3:AbortMultipartUpload",
    "s3:PutObjectTagging", "s3:DeleteObjectTagging", "s3:ListMultipartUploadParts"};

}  // namespace

bool suffice(Rights rights, std::string_view action) {
  const auto is_in = [&](const auto& actions) {
    return std::ranges::find(actions, action) != actions.end();
  };
  // Clients ask for it before anything else.
  if (action == "s3:GetBucketLocation") return !rights.empty();
  if (is_in(kList)) return rights.has(Right::list);
  if (is_in(kRead)) return rights.has(Right::read);
  if (is_in(kWrite)) return rights.has(Right::write);
  // Whatever else there is, and what destroys for good.
  return rights.has(Right::admin);
}

}  // namespace tintype::bucket
