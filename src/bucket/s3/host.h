#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::bucket {

/// The bucket that a Host names in front of one of `domains` (lower-case, without a port):
/// "photos.s3.example.com:9000" names "photos" under "s3.example.com". Nothing: the path names it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
std::optional<std::string> bucket_in_host(std::string_view host,
                                          const std::vector<std::string>& domains);

/// The host name of an http(s) URL, lower-case, without a port; empty for an address or none.
std::string domain_of_url(std::string_view url);

}  // namespace tintype::bucket
