#include "bucket/s3/request/tags.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "bucket/s3/operations.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kKeyCharactersMax = 128;
constexpr std::size_t kValueCharactersMax = 256;
constexpr std::size_t kDocumentSizeMax = std::size_t{64} << 10;

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// Letters of any script, digits, spaces and + - = . _ : / @; of other ASCII none.
bool is_tag_text(std::string_view text) {
  return is_utf8(text) && std::ranges::all_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 0x80 || std::isalnum(byte) != 0 ||
                  std::string_view(" +-=._:/@").find(c) != std::string_view::npos;
         });
}

S3Result<void> add(Tags& tags, std::string key, std::string value, std::size_t count_max) {
  if (key.empty() || count_characters(key) > kKeyCharactersMax || !is_tag_text(key))
    return refuse(S3Error::invalid_tag, "The TagKey you have provided is invalid");
  if (count_characters(value) > kValueCharactersMax || !is_tag_text(value))
    return refuse(S3Error::invalid_tag, "The TagValue you have provided is invalid");
  if (!tags.emplace(std::move(key), std::move(value)).second)
    return refuse(S3Error::invalid_tag, "Cannot provide multiple Tags with the same key");
  // AWS says BadRequest; its clients and the public tests of S3 know InvalidTag, as other servers
  // do.
  if (tags.size() > count_max)
    return refuse(S3Error::invalid_tag, (count_max == kObjectTagsMax ? "Object" : "Bucket") +
                                            std::string(" tags cannot be greater than ") +
                                            std::to_string(count_max));
  return {};
}

/// As forms have it: '+' is a space.
std::optional<std::string> decode(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, '+', ' ');
  auto decoded = percent_decode(plain);
  return decoded ? std::optional(*std::move(decoded)) : std::nullopt;
}

}  // namespace

S3Result<Tags> parse_tagging_header(std::string_view text) {
  Tags tags;
  if (text.empty()) return tags;
  for (const std::string_view pair : split(text, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto key = decode(pair.substr(0, equals));
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!key || !value)
      return refuse(
          S3Error::invalid_argument,
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
          "parameters without tag name duplicates.");
    TRY(add(tags, *std::move(key), *std::move(value), kObjectTagsMax));
  }
  return tags;
}

S3Result<Tags> parse_tagging_document(std::string_view body, std::size_t count_max) {
  const auto document = xml::Document::parse(body, {.size_max = kDocumentSizeMax});
  if (!document || document->root().name() != "Tagging") return refuse(S3Error::malformed_xml);
  const auto set = document->root().child("TagSet");
  if (!set) return refuse(S3Error::malformed_xml);
  Tags tags;
  for (const xml::Element& tag : set->children()) {
    const auto key = tag.child("Key");
    const auto value = tag.child("Value");
    if (tag.name() != "Tag" || !key || !value) return refuse(S3Error::malformed_xml);
    TRY(add(tags, key->text(), value->text(), count_max));
  }
  return tags;
}

}  // namespace tintype::bucket
