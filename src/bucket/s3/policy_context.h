#pragma once

#include <optional>
#include <string>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/tags.h"
#include "bucket/s3/rule/policy_condition.h"

namespace tintype::bucket {

/// What of a request it does not say itself.
struct PolicySubject {
  Tags existing_tags = {};                 ///< Of the object that it is about, if it is there.
  std::optional<std::string> prefix = {};  ///< What it lists, though it is no listing.
};
/// What a policy's conditions may ask of a request. The context must not outlive what it is given.
PolicyContext context_of(const S3Service& service, const http::Request& request,
                         const Caller& caller, const PolicySubject& subject);

}  // namespace tintype::bucket
