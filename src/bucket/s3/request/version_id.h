// The versions of objects in requests and answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bucket/s3/operations.h"
#include "bucket/store.h"
#include "http/message.h"

namespace tintype::bucket {

/// An object by its key, or one version of it.
struct ObjectName {
  BucketName bucket;
  Key key;
  std::optional<std::string> version_id = {};
};

/// The version that `versionId` names; none: the latest.
S3Result<std::optional<std::string>> parse_version_id(std::optional<std::string_view> text);
/// What the request is about.
S3Result<ObjectName> object_name_of(const S3Call& call);

/// The object, if it is in memory and no version of it is named; null says nothing.
SmallObjectPtr recall_named(const S3Service& service, const ObjectName& name);
/// What of it is stored. A delete marker is told of as S3 does: NoSuchKey where it is the latest,
/// MethodNotAllowed where it is named.
Task<S3Result<Object>> open_named(const S3Service& service, const ObjectName& name);
Task<S3Result<ObjectInfo>> head_named(const S3Service& service, const ObjectName& name);
/// The latest leaves a delete marker where its bucket has versions; a version goes for good.
/// Blocks.
Result<Removal> remove_named(MultipartStore& store, const ObjectName& name,
                             const RemoveCondition& condition, const Writer& writer);
/// The answer of an error that was met with it.
Task<S3Fault> fault_of_named(const S3Service& service, const ObjectName& name, Error error);

/// x-amz-version-id, unless the bucket has no versions.
void add_version_id(http::Headers& headers, const ObjectInfo& object);

}  // namespace tintype::bucket
