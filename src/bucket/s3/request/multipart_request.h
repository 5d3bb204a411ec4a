// What requests about uploads in parts say, in query and body, and what their answers share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/multiparts.h"
#include "bucket/s3/error.h"
#include "bucket/s3/operations.h"
#include "xml/writer.h"

namespace tintype::bucket {

/// Of a route that has an uploadId.
MultipartName multipart_name_of(const S3Call& call);

/// x-amz-checksum-algorithm and x-amz-checksum-type of CreateMultipartUpload. The CRC-64 is always
/// of the whole object, SHA never; the others are what is asked for, or of the parts.
S3Result<std::optional<MultipartChecksum>> parse_multipart_checksum(const http::Headers& headers);

/// partNumber of UploadPart.
S3Result<std::int64_t> parse_part_number(const http::Query& query);

/// Room for 10,000 parts with a checksum each.
inline constexpr std::size_t kCompleteBodySizeMax = std::size_t{4} << 20;

/// A part as CompleteMultipartUpload names it.
struct NamedPart {
  std::int64_t number;
  std::string etag;  ///< Without quotes.
  std::optional<ContentChecksum> checksum = {};
};
/// <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part>...
S3Result<std::vector<NamedPart>> parse_complete(std::string_view body);

/// The parts that `named` names among `present`: in ascending order, each there with that ETag and
/// checksum, none but the last smaller than kPartBytesMin.
S3Result<std::vector<PartInfo>> choose_parts(const std::vector<NamedPart>& named,
                                             const std::vector<PartInfo>& present);

/// A count in the query ("max-parts"): absent is `count_max`, and more is only not given.
S3Result<std::size_t> parse_count(const http::Query& query, std::string_view name,
                                  std::size_t count_max);

/// <Initiator>: who began the upload.
void write_initiator(xml::Writer& writer, const MultipartInfo& upload);
/// <ChecksumAlgorithm> and <ChecksumType>, if it has one.
void write_checksum_form(xml::Writer& writer, const MultipartInfo& upload);

}  // namespace tintype::bucket
