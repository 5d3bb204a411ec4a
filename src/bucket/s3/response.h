#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "bucket/checksum.h"
#include "bucket/identity/bucket_owner.h"
#include "bucket/store.h"
#include "http/message.h"
#include "xml/writer.h"

namespace tintype::bucket {

inline http::Response make_response(int status, http::Headers headers = {}) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  return response;
}

inline http::Response xml_response(int status, std::string document) {
  http::Response response = make_response(status, {{"Content-Type", "application/xml"}});
  response.body = std::move(document);
  return response;
}

inline void write_owner_names(xml::Writer& writer, const BucketOwner& owner) {
  writer.text("ID", owner.id).text("DisplayName", owner.display_name);
}
/// <Owner>, or whatever the element that holds the owner is called.
inline void write_owner(xml::Writer& writer, std::string_view element, const BucketOwner& owner) {
  writer.open(element);
  write_owner_names(writer, owner);
  writer.close();
}

/// The path of an object that was stored.
inline std::string location_of(const ObjectInfo& object) {
  return "/" + object.bucket.str() + "/" + percent_encode(object.key.str(), Slash::keep);
}

/// x-amz-checksum-crc32 and x-amz-checksum-type.
inline void add_checksum(http::Headers& headers, const std::optional<ContentChecksum>& checksum) {
  if (!checksum) return;
  headers.set(header_of(checksum->kind), checksum->base64);
  headers.set("x-amz-checksum-type", std::string(to_string(checksum->type())));
}

inline void write_checksum_elements(xml::Writer& writer,
                                    const std::optional<ContentChecksum>& checksum) {
  if (!checksum) return;
  writer.text(element_of(checksum->kind), checksum->base64)
      .text("ChecksumType", to_string(checksum->type()));
}

}  // namespace tintype::bucket
