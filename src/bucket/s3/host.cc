#include "bucket/s3/host.h"

#include <algorithm>

#include "base/text.h"

namespace tintype::bucket {

namespace {

std::string_view without_port(std::string_view host) {
  return host.substr(0, std::min(host.find(':'), host.size()));
}

/// Digits and dots, or in brackets: nothing can stand in front of an address.
bool is_address(std::string_view host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> bucket_in_host(std::string_view host,
                                          const std::vector<std::string>& domains) {
  const std::string name = to_lower(without_port(host));
  for (const std::string& domain : domains) {
    if (name.size() < domain.size() + 2 || !name.ends_with(domain)) continue;
    const std::size_t dot = name.size() - domain.size() - 1;
    if (name[dot] == '.') return name.substr(0, dot);
  }
  return std::nullopt;
}

std::string domain_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, std::min(host.find('/'), host.size()));
  return is_address(host) || is_address(without_port(host)) ? std::string()
                                                            : to_lower(without_port(host));
}

}  // namespace tintype::bucket
