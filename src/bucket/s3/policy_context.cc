#include "bucket/s3/policy_context.h"

#include <optional>
#include <string>
#include <string_view>

namespace tintype::bucket {

namespace {

using Found = std::optional<std::string>;

Found owned(std::optional<std::string_view> text) {
  return text ? Found(std::string(*text)) : std::nullopt;
}

Found tag_in(const Tags& tags, std::string_view name) {
  const auto tag = tags.find(std::string(name));
  return tag == tags.end() ? std::nullopt : Found(tag->second);
}

/// Of x-amz-tagging; one that cannot be read is refused by the operation.
Found requested_tag(const http::Request& request, std::string_view name) {
  const auto header = request.headers.find("x-amz-tagging");
  if (!header) return std::nullopt;
  const auto tags = parse_tagging_header(*header);
  return tags ? tag_in(*tags, name) : std::nullopt;
}

/// Without the "arn:" around it: the owner's id.
Found owner_of_caller(const Caller& caller) {
  return caller.is_anonymous() ? std::nullopt : Found(caller.identity->owner.id);
}

Found auth_type(const Caller& caller) {
  if (caller.is_anonymous()) return std::nullopt;
  return caller.presigned ? "REST-QUERY-STRING" : "REST-HEADER";
}

Found find(const S3Service& service, const http::Request& request, const Caller& caller,
           std::string_view key) {
  if (key == "aws:sourceip") return request.remote_address;
  if (key == "aws:securetransport") return request.secure ? "true" : "false";
  if (key == "aws:referer") return owned(request.headers.find("Referer"));
  if (key == "aws:useragent") return owned(request.headers.find("User-Agent"));
  if (key == "aws:currenttime") return to_rfc3339(service.clock.now());
  if (key == "aws:userid" || key == "aws:username") return owner_of_caller(caller);
  if (key == "s3:authtype") return auth_type(caller);
  if (key == "s3:versionid") return owned(request.query.find("versionId"));
  for (const std::string_view name : {"prefix", "delimiter", "max-keys"})
    if (key == "s3:" + std::string(name)) return owned(request.query.find(name));
  return owned(request.headers.find(key.substr(std::string_view("s3:").size())));
}

}  // namespace

PolicyContext context_of(const S3Service& service, const http::Request& request,
                         const Caller& caller, const PolicySubject& subject) {
  return [&service, &request, &caller, &subject](std::string_view key) -> Found {
    if (key.starts_with(kExistingTagKey))
      return tag_in(subject.existing_tags, key.substr(kExistingTagKey.size()));
    if (key == "s3:prefix" && subject.prefix) return subject.prefix;
    if (key.starts_with(kRequestTagKey))
      return requested_tag(request, key.substr(kRequestTagKey.size()));
    return find(service, request, caller, key);
  };
}

}  // namespace tintype::bucket
