#pragma once

#include <string>
#include <utility>

#include "http/message.h"

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

}  // namespace tintype::bucket
