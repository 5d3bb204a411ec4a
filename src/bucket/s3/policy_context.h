#pragma once

#include "bucket/s3/operations.h"
#include "bucket/s3/request/tags.h"
#include "bucket/s3/rule/policy_condition.h"

namespace tintype::bucket {

/// What a policy's conditions may ask of a request. `existing` are the tags of the object that it
/// is about, if it is there. The context must not outlive what it is given.
PolicyContext context_of(const S3Service& service, const http::Request& request,
                         const Caller& caller, const Tags& existing);

}  // namespace tintype::bucket
