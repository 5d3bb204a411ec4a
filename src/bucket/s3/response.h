#pragma once

#include <optional>
#include <string>
#include <utility>

#include "bucket/checksum.h"
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
