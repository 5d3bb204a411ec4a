// Who may do what: a signature opens every bucket of ours, a bucket's policy opens it to others and
// closes it to anybody.
#pragma once

#include <string_view>

#include "bucket/s3/operations.h"

namespace tintype::bucket {

/// What the request wants to do, as policies name it: "s3:GetObject", or "s3:GetObjectVersion"
/// where it names a version.
std::string_view action_of(const S3Call& call);

/// `access_denied` for what the bucket's policy denies, and for what it does not allow to a caller
/// without a key. `key` is null where the action is on the bucket itself.
Task<S3Result<void>> authorize(const S3Service& service, const Caller& caller,
                               std::string_view action, const BucketName& bucket, const Key* key);
/// The request's own action.
Task<S3Result<void>> authorize(const S3Service& service, const S3Call& call);

}  // namespace tintype::bucket
