#include "bucket/s3/rule/public_access.h"

#include <array>
#include <utility>

#include "bucket/s3/operations.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::string_view kRoot = "PublicAccessBlockConfiguration";
constexpr std::array<std::pair<std::string_view, bool PublicAccessBlock::*>, 4> kMembers = {{
    {"BlockPublicAcls", &PublicAccessBlock::block_acls},
    {"IgnorePublicAcls", &PublicAccessBlock::ignore_acls},
    {"BlockPublicPolicy", &PublicAccessBlock::block_policy},
    {"RestrictPublicBuckets", &PublicAccessBlock::restrict_buckets},
}};

}  // namespace

S3Result<PublicAccessBlock> parse_public_access_block(std::string_view document) {
  const auto xml = xml::Document::parse(document, {});
  if (!xml || xml->root().name() != kRoot) return refuse(S3Error::malformed_xml);
  PublicAccessBlock block;
  for (const auto& [name, member] : kMembers) {
    const auto element = xml->root().child(name);
    if (!element) continue;
    const std::string text = element->text();
    if (text != "true" && text != "false" && text != "TRUE" && text != "FALSE")
      return refuse(S3Error::malformed_xml);
    block.*member = text == "true" || text == "TRUE";
  }
  return block;
}

std::string write_public_access_block(const PublicAccessBlock& block) {
  xml::Writer writer;
  writer.open(kRoot, kXmlNamespace);
  for (const auto& [name, member] : kMembers) writer.boolean(name, block.*member);
  return std::move(writer).finish();
}

}  // namespace tintype::bucket
