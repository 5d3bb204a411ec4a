#include "gateway/bearer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace tintype::gateway {

namespace {

/// RFC 6750, 2.1. A table: tokens are long.
constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"))
    table.at(static_cast<unsigned char>(c)) = true;
  return table;
}();

bool is_token_character(char c) { return kTokenCharacters[static_cast<unsigned char>(c)]; }

}  // namespace

Result<std::string> parse_bearer(std::optional<std::string_view> header) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!header) return fail(ErrorCode::unauthenticated, "authorization: missing");
  if (header->size() < kScheme.size() ||
      !equals_ignoring_case(header->substr(0, kScheme.size()), kScheme))
    return fail(ErrorCode::unauthenticated, "authorization: not a bearer token");
  // RFC 9110, 11.4 allows more than one space; RFC 6750's b64token ends in any number of '='.
  const std::string_view token = trim(header->substr(kScheme.size()));
  std::string_view body = token;
  while (body.ends_with('=')) body.remove_suffix(1);
  if (body.empty() || !std::ranges::all_of(body, is_token_character))
    return fail(ErrorCode::unauthenticated, "authorization: not one token");
  return std::string(token);
}

Result<std::string> bearer_token(const http::Request& request) {
  const auto headers = request.headers.find_all("Authorization");
  if (headers.size() > 1) return fail(ErrorCode::unauthenticated, "authorization: there twice");
  return parse_bearer(headers.empty() ? std::nullopt : std::optional(headers.front()));
}

}  // namespace tintype::gateway
