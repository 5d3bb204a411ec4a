#include "bucket/s3/request/multipart_request.h"
#include "bucket/wire.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "xml/reader.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kElementsMax = 80'000;  // A part may have more children than we read.

std::optional<ContentChecksum> checksum_in(const xml::Element& part) {
  for (const ChecksumKind kind : kChecksumKinds)
    if (const auto element = part.child(element_of(kind)))
      return ContentChecksum{.kind = kind, .base64 = std::string(trim(element->text()))};
  return std::nullopt;
}

}  // namespace

MultipartName multipart_name_of(const S3Call& call) {
  return {.bucket = call.bucket(),
          .key = call.key(),
          .upload_id = std::string(call.request.query.find("uploadId").value_or(""))};
}

S3Result<std::optional<MultipartChecksum>> parse_multipart_checksum(const http::Headers& headers) {
  const auto kind_text = headers.find("x-amz-checksum-algorithm");
  const auto type_text = headers.find("x-amz-checksum-type");
  if (!kind_text && !type_text) return std::nullopt;
  const auto kind = parse_checksum_kind(kind_text.value_or(""));
  if (!kind)
    return refuse(S3Error::invalid_request,
                  "Checksum algorithm provided is unsupported. Please try again with any of the "
                  "valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  const bool is_whole_only = *kind == ChecksumKind::crc64nvme;
  const bool is_parts_only = *kind == ChecksumKind::sha1 || *kind == ChecksumKind::sha256;
  const auto type = is_whole_only ? ChecksumType::full_object : ChecksumType::composite;
  if (!type_text || equals_ignoring_case(*type_text, to_string(type)))
    return MultipartChecksum{.kind = *kind, .type = type};
  const bool is_other = equals_ignoring_case(*type_text, "FULL_OBJECT");
  if (!is_other && !equals_ignoring_case(*type_text, "COMPOSITE"))
    return refuse(S3Error::invalid_request, "Value for x-amz-checksum-type header is invalid.");
  if (is_whole_only || is_parts_only)
    return refuse(S3Error::invalid_request,
                  "The " + std::string(*type_text) + " checksum type cannot be used with the " +
                      std::string(to_string(*kind)) + " checksum algorithm.");
  return MultipartChecksum{.kind = *kind, .type = ChecksumType::full_object};
}

S3Result<std::int64_t> parse_part_number(const http::Query& query) {
  const auto text = query.find("partNumber");
  if (!text) return refuse(S3Error::invalid_argument, "A part needs a partNumber.");
  const auto number = parse_integer<std::int64_t>(*text);
  if (!number || *number < 1 || *number > kPartNumberMax)
    return refuse(S3Error::invalid_argument,
                  "Part number must be an integer between 1 and 10000, inclusive");
  return *number;
}

S3Result<std::vector<NamedPart>> parse_complete(std::string_view body) {
  const auto document = xml::Document::parse(
      body, {.size_max = kCompleteBodySizeMax, .element_count_max = kElementsMax});
  if (!document || document->root().name() != "CompleteMultipartUpload")
    return refuse(S3Error::malformed_xml);
  std::vector<NamedPart> parts;
  for (const xml::Element& part : document->root().children()) {
    const auto number_text = part.child("PartNumber");
    const auto etag = part.child("ETag");
    if (part.name() != "Part" || !number_text || !etag) return refuse(S3Error::malformed_xml);
    const auto number = parse_integer<std::int64_t>(trim(number_text->text()));
    if (!number) return refuse(S3Error::malformed_xml);
    const std::string text = etag->text();
    parts.push_back({.number = *number,
                     .etag = std::string(without_quotes(trim(std::string_view(text)))),
                     .checksum = checksum_in(part)});
  }
  if (parts.empty()) return refuse(S3Error::malformed_xml);
  return parts;
}

S3Result<std::vector<PartInfo>> choose_parts(const std::vector<NamedPart>& named,
                                             const std::vector<PartInfo>& present) {
  std::vector<PartInfo> chosen;
  for (const NamedPart& part : named) {
    if (!chosen.empty() && part.number <= chosen.back().number)
      return refuse(S3Error::invalid_part_order);
    const auto at = std::ranges::lower_bound(present, part.number, {}, &PartInfo::number);
    if (at == present.end() || at->number != part.number || at->etag != to_lower(part.etag))
      return refuse(S3Error::invalid_part,
                    "Part " + std::to_string(part.number) +
                        " is not there, or its ETag is not the one that was given.");
    if (part.checksum && part.checksum != at->checksum)
      return refuse(S3Error::invalid_part,
                    "Part " + std::to_string(part.number) + " has another checksum.");
    chosen.push_back(*at);
  }
  for (std::size_t i = 0; i + 1 < chosen.size(); ++i)
    if (chosen[i].size < kPartBytesMin)
      return refuse(S3Error::entity_too_small,
                    "Part " + std::to_string(chosen[i].number) +
                        " is smaller than the minimum of 5242880 bytes.");
  return chosen;
}

S3Result<std::size_t> parse_count(const http::Query& query, std::string_view name,
                                  std::size_t count_max) {
  const auto text = query.find(name);
  if (!text) return count_max;
  const auto number = parse_integer<std::uint32_t>(*text);
  if (!number)
    return refuse(S3Error::invalid_argument, std::string(name) + " must be a number from 0.");
  return std::min<std::size_t>(*number, count_max);
}

void write_initiator(xml::Writer& writer, const MultipartInfo& upload) {
  // S3's own name for strangers.
  static const BucketOwner kStranger{.id = "65a011a29cdf8ec533ec3d1ccaae921c",
                                     .display_name = "anonymous"};
  write_owner(writer, "Initiator", upload.initiator.id.empty() ? kStranger : upload.initiator);
}

void write_checksum_form(xml::Writer& writer, const MultipartInfo& upload) {
  if (!upload.checksum) return;
  writer.text("ChecksumAlgorithm", to_string(upload.checksum->kind))
      .text("ChecksumType", to_string(upload.checksum->type));
}

}  // namespace tintype::bucket
