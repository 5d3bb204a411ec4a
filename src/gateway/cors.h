#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace tintype::gateway {

/// The one owner of CORS on the gateway (Fetch standard). Preflights are answered before any
/// authorizer; every answer, errors too, carries the headers; only listed origins get them.
/// Immutable.
class Cors {
 public:
  /// `origins` are as browsers send them: "https://app.example.com", with port, without path.
  /// `invalid_argument` naming one that is not.
  static Result<Cors> make(std::vector<std::string> origins);

  const std::vector<std::string>& origins() const { return origins_; }
  static bool is_preflight(const http::Request& request);
  http::Response preflight(const http::Request& request, std::string_view methods_allowed) const;
  void add_headers(const http::Request& request, http::Response& response) const;

 private:
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}
  std::vector<std::string> origins_;
};

}  // namespace tintype::gateway
