#include "gateway/proxy_target.h"

#include <algorithm>

#include "base/text.h"

namespace tintype::gateway {

Result<ProxyTarget> ProxyTarget::parse(std::string_view path, std::string_view route_path) {
  ProxyTarget target;
  while (!path.empty()) {
    const std::size_t open = std::min(path.find_first_of("{}"), path.size());
    if (open > 0)
      target.parts_.push_back({.is_parameter = false, .text = std::string(path.substr(0, open))});
    path.remove_prefix(open);
    if (path.empty()) break;
    const std::size_t close = path.find('}');
    if (path.front() == '}' || close == std::string_view::npos)
      return fail(ErrorCode::invalid_argument, "URL: a brace without its other");
    const std::string name(path.substr(1, close - 1));
    const bool known = route_path.find("{" + name + "}") != std::string_view::npos ||
                       route_path.find("{" + name + "+}") != std::string_view::npos;
    if (name.empty() || name.ends_with('+') || !known)
      return fail(ErrorCode::invalid_argument,
                  "URL: the route has no {" + name + "} (write {proxy} for {proxy+})");
    target.parts_.push_back({.is_parameter = true, .text = name});
    target.is_template_ = true;
    path.remove_prefix(close + 1);
  }
  return target;
}

std::string ProxyTarget::of(const http::Request& request, const Parameters& parameters) const {
  std::string target;
  for (const Part& part : parts_) {
    if (!part.is_parameter) {
      target += part.text;
      continue;
    }
    const auto value = parameters.find(part.text);
    if (value != parameters.end()) target += percent_encode(value->second, Slash::keep);
  }
  if (!is_template_) target += request.path;
  if (target.empty()) target = "/";
  if (!request.query_text.empty()) target += "?" + request.query_text;
  return target;
}

}  // namespace tintype::gateway
