#include "http/message.h"

#include <fmt/format.h>

#include <algorithm>

namespace tintype::http {

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Entry& entry : entries_)
    if (equals_ignoring_case(entry.first, name)) return entry.second;
  return std::nullopt;
}

std::vector<std::string_view> Headers::find_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Entry& entry : entries_)
    if (equals_ignoring_case(entry.first, name)) values.emplace_back(entry.second);
  return values;
}

void Headers::add(std::string name, std::string value) {
  entries_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  entries_.emplace_back(name, std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(entries_,
                [name](const Entry& entry) { return equals_ignoring_case(entry.first, name); });
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  if (text.empty()) return query;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty()) continue;  // "a&&b" and a trailing '&' name nothing.
    const std::size_t equals = pair.find('=');
    TRY_LET(std::string name, within("query", percent_decode(pair.substr(0, equals))));
    const auto encoded = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    TRY_LET(std::string value, within("query", percent_decode(encoded)));
    query.entries_.emplace_back(std::move(name), std::move(value));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const Entry& entry : entries_)
    if (entry.first == name) return entry.second;
  return std::nullopt;
}

Task<Result<std::string>> read_all(BodyReader& body, std::size_t size_max) {
  std::string all;
  for (;;) {
    CO_TRY_LET(const Bytes piece, co_await body.read());
    if (piece.empty()) co_return all;
    if (piece.size() > size_max - all.size())
      co_return fail(ErrorCode::too_large, fmt::format("body: over {} bytes", size_max));
    all += as_text(piece);
  }
}

std::string_view reason_phrase(int status) {
  // RFC 9110, 15, and for 428 to 431 and 511 RFC 6585.
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 300:
      return "Multiple Choices";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    case 511:
      return "Network Authentication Required";
    default:
      return "Unknown";
  }
}

}  // namespace tintype::http
