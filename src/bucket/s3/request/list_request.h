// What the two versions of ListObjects have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bucket/s3/error.h"
#include "bucket/store.h"
#include "http/message.h"
#include "xml/writer.h"

namespace tintype::bucket {

/// prefix, delimiter, max-keys (at most S3's 1000) and encoding-type; `after` is empty.
struct ListRequest {
  ListQuery query;
  bool url_encoded = false;
  bool prefix_is_plain =
      false;  ///< All the same; so ListObjects 1 has it, and its clients do not decode.
  std::optional<BucketOwner> owner = {};  ///< Told of each object, if set.

  /// Keys may hold what XML cannot; clients that know ask for percent-encoding.
  std::string text(const std::string& value) const;
};
S3Result<ListRequest> parse_list(const http::Query& query);

/// <Name>, <Prefix>, <Delimiter>, <EncodingType>, <MaxKeys> and <IsTruncated>.
void write_list_head(xml::Writer& writer, const BucketName& bucket, const ListRequest& list,
                     bool truncated);
/// <Contents> and <CommonPrefixes>.
void write_list_entries(xml::Writer& writer, const ListRequest& list, const ListPage& page);
void write_common_prefixes(xml::Writer& writer, const ListRequest& list,
                           const std::vector<std::string>& prefixes);

}  // namespace tintype::bucket
