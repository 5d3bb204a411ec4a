#include "bucket/remote/remote_list.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "bucket/remote/remote_object.h"
#include "xml/reader.h"

namespace tintype::bucket {
namespace {

constexpr xml::Document::Limits kPageLimits{
    .size_max = 16 << 20, .depth_max = 16, .element_count_max = 32'768};
constexpr std::string_view kGreatest = "\xF4\x8F\xBF\xBF";  // U+10FFFF.

std::string text_of(const xml::Element& element, std::string_view name) {
  const auto child = element.child(name);
  return child ? child->text() : "";
}

/// As encoding-type=url has it: the form encoding, where '+' is a space.
Result<std::string> decoded(std::string text) {
  std::ranges::replace(text, '+', ' ');
  auto key = percent_decode(text);
  if (!key) return fail(ErrorCode::corrupt, "a listing with a broken encoding");
  return key;
}

/// Where to begin, so that neither what `after` names nor what lies under it as a common prefix
/// comes again.
std::string start_after(const ListQuery& query) {
  if (query.after.empty() || query.delimiter.empty() || !query.after.starts_with(query.prefix))
    return query.after;
  const std::size_t at = query.after.find(query.delimiter, query.prefix.size());
  if (at == std::string::npos) return query.after;
  return query.after.substr(0, at + query.delimiter.size()) + std::string(kGreatest);
}

Result<ObjectInfo> read_object(const BucketName& bucket, const xml::Element& element) {
  TRY_LET(const std::string text, decoded(text_of(element, "Key")));
  auto key = Key::parse(text);
  const auto size = parse_integer<std::uint64_t>(text_of(element, "Size"));
  const auto modified_at = parse_rfc3339(text_of(element, "LastModified"));
  if (!key || !size || !modified_at)
    return fail(ErrorCode::corrupt, "a listing with an object that is none");
  return ObjectInfo{.bucket = bucket,
                    .key = *std::move(key),
                    .size = *size,
                    .etag = strong_etag(text_of(element, "ETag")),
                    .sequencer = sequencer_at(*modified_at),
                    .modified_at = *modified_at};
}

Result<ListPage> read_page(const BucketName& bucket, const ListQuery& query,
                           const std::string& body) {
  const auto document = xml::Document::parse(body, kPageLimits);
  if (!document) return fail(ErrorCode::corrupt, "a listing that is no XML");
  ListPage page;
  for (const xml::Element& element : document->root().children()) {
    if (element.name() == "Contents") {
      TRY_LET(ObjectInfo object, read_object(bucket, element));
      page.objects.push_back(std::move(object));
    } else if (element.name() == "CommonPrefixes") {
      TRY_LET(std::string prefix, decoded(text_of(element, "Prefix")));
      if (prefix > query.after) page.common_prefixes.push_back(std::move(prefix));
    }
  }
  page.truncated = text_of(document->root(), "IsTruncated") == "true";
  if (!page.truncated) return page;
  if (!page.objects.empty()) page.next_after = page.objects.back().key.str();
  if (!page.common_prefixes.empty())
    page.next_after = std::max(page.next_after, page.common_prefixes.back());
  if (page.next_after.empty()) return fail(ErrorCode::corrupt, "a listing without end");
  return page;
}

}  // namespace

Result<ListPage> list_remote(RemoteClient& client, const BucketName& bucket,
                             const ListQuery& query) {
  if (!is_utf8(query.prefix) || !is_utf8(query.delimiter) || !is_utf8(query.after))
    return fail(ErrorCode::invalid_argument, "list: not UTF-8");
  RemoteRequest list{.method = "GET",
                     .bucket = bucket.str(),
                     .query = {{"list-type", "2"},
                               {"encoding-type", "url"},
                               {"max-keys", std::to_string(query.count_max)}}};
  if (!query.prefix.empty()) list.query.emplace_back("prefix", query.prefix);
  if (!query.delimiter.empty()) list.query.emplace_back("delimiter", query.delimiter);
  if (!query.after.empty()) list.query.emplace_back("start-after", start_after(query));
  TRY_LET(const http::ClientResponse answer, client.send(list));
  return within("list '" + bucket.str() + "'", read_page(bucket, query, answer.body));
}

}  // namespace tintype::bucket
