#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/gateway.h"

namespace tintype::gateway {

/// Which path of the upstream a request means (ProxyOptions::url). Immutable.
class ProxyTarget {
 public:
  /// `path` is the URL's, `route_path` the route's pattern. `invalid_argument` for a parameter that
  /// the route does not have.
  static Result<ProxyTarget> parse(std::string_view path, std::string_view route_path);

  /// Origin-form, with the request's query as it was sent.
  std::string of(const http::Request& request, const Parameters& parameters) const;

 private:
  struct Part {
    bool is_parameter;
    std::string text;  // As it stands in a URL, or the parameter's name.
  };
  ProxyTarget() = default;
  std::vector<Part> parts_;
  bool is_template_ = false;  // The URL says which path; otherwise the request's follows it.
};

}  // namespace tintype::gateway
