#include <string>
#include <string_view>

#include "stack/sections.h"

namespace tintype {
namespace {

/// "https://cdn.example.com" without a slash at the end, or empty.
Result<std::string> read_url(const config::Table& table, std::string_view key) {
  TRY_LET(std::string url, table.text(key, ""));
  if (url.empty()) return url;
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  const std::size_t host = url.find("://") + 3;
  if (!http || url.size() == host || url.find_first_of(" ?#", host) != std::string::npos)
    return table.error(key, "not a URL; write for example \"https://images.example.com\"");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

Result<PublicUrls> read_public(const config::Table& root) {
  TRY_LET(const config::Table table, root.table("public"));
  PublicUrls urls;
  TRY_LET(urls.gateway, read_url(table, "gateway"));
  TRY_LET(urls.edge, read_url(table, "edge"));
  TRY_LET(urls.s3, read_url(table, "s3"));
  return urls;
}

}  // namespace tintype
