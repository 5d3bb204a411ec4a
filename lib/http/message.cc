#include "http/message.h"

#include <fmt/format.h>

#include <algorithm>

namespace tintype::http {
namespace {

constexpr std::size_t kFieldCountUsual = 12;

}  // namespace

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
  // At once what most messages need, instead of moving all of them four times.
  if (entries_.capacity() == 0) entries_.reserve(kFieldCountUsual);
  entries_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  add(std::string(name), std::move(value));
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

namespace {

struct Phrase {
  int status;
  std::string_view phrase;
};

// RFC 9110, 15, and for 428 to 431 and 511 RFC 6585. In order, to be searched.
constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
    {511, "Network Authentication Required"},
};
static_assert(std::ranges::is_sorted(kPhrases, {}, &Phrase::status));

}  // namespace

std::string_view reason_phrase(int status) {
  const auto* const found = std::ranges::lower_bound(kPhrases, status, {}, &Phrase::status);
  return found != std::end(kPhrases) && found->status == status ? found->phrase : "Unknown";
}

}  // namespace tintype::http
