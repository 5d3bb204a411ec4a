// What a DELETE says of the object that it is about.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
#pragma once

#include "bucket/s3/error.h"
#include "bucket/store.h"
#include "http/message.h"
#include "xml/reader.h"

namespace tintype::bucket {

/// If-Match, x-amz-if-match-size and x-amz-if-match-last-modified-time.
S3Result<RemoveCondition> parse_remove_condition(const http::Headers& headers);
/// The same of an <Object> of DeleteObjects: ETag, Size and LastModifiedTime.
S3Result<RemoveCondition> parse_remove_condition(const xml::Element& object);

}  // namespace tintype::bucket
