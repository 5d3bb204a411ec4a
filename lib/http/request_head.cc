#include "http/request_head.h"

#include <algorithm>

#include "http/head_grammar.h"

namespace tintype::http {
namespace {

namespace beast = boost::beast;
using ErrorOfBeast = beast::error_code;

std::unexpected<Problem> refuse(int status, std::string code, std::string detail) {
  return std::unexpected(
      Problem{.status = status, .code = std::move(code), .detail = std::move(detail)});
}

std::unexpected<Problem> malformed(std::string detail) {
  return refuse(400, "malformed_request", std::move(detail));
}

/// Splits an origin-form or absolute-form target (RFC 9112, 3.2); false if it is neither. An
/// absolute target's authority replaces the Host that was sent (3.2.2).
bool split_target(Request& request) {
  std::string_view rest = request.target;
  // Nothing but visible ASCII, and no fragment: a client that sends one is confused.
  if (std::ranges::any_of(rest, [](char c) { return c <= ' ' || c > '~' || c == '#'; }))
    return false;
  if (rest == "*") {
    request.path = "*";
    return request.method == "OPTIONS";
  }
  if (!rest.starts_with('/')) {
    const std::size_t scheme = rest.find("://");
    if (scheme == std::string_view::npos) return false;
    if (!equals_ignoring_case(rest.substr(0, scheme), "http") &&
        !equals_ignoring_case(rest.substr(0, scheme), "https"))
      return false;
    rest.remove_prefix(scheme + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    if (end == 0) return false;
    request.headers.set("Host", std::string(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  const std::size_t mark = rest.find('?');
  request.path = rest.substr(0, mark);
  if (request.path.empty()) request.path = "/";
  if (mark != std::string_view::npos) request.query_text = rest.substr(mark + 1);
  return true;
}

/// How the body is delimited (RFC 9112, 6.3), or why nobody could tell for sure.
std::expected<void, Problem> read_framing(Head& head) {
  const Headers& headers = head.request.headers;
  const auto lengths = headers.find_all("Content-Length");
  const auto codings = headers.find_all("Transfer-Encoding");
  if (!codings.empty()) {
    if (!lengths.empty())
      return malformed("Content-Length and Transfer-Encoding exclude each other.");
    if (head.http_1_0) return malformed("HTTP/1.0 has no Transfer-Encoding.");
    if (codings.size() > 1) return malformed("Transfer-Encoding is given more than once.");
    if (!equals_ignoring_case(codings[0], "chunked"))
      return refuse(501, "unsupported", "The only Transfer-Encoding here is chunked.");
    head.chunked = true;
    return {};
  }
  if (lengths.empty()) return {};
  // "5, 5" is several too; RFC 9110, 8.6 lets a server refuse it.
  const auto length = parse_integer<std::uint64_t>(lengths[0]);
  if (lengths.size() > 1 || !length) return malformed("Content-Length must be one number.");
  head.request.content_length = length;
  return {};
}

std::expected<void, Problem> check_host(const Head& head) {
  const auto hosts = head.request.headers.find_all("Host");
  if (hosts.size() > 1) return malformed("Host is given more than once.");
  if (hosts.empty() && !head.http_1_0) return malformed("Host is missing.");
  return {};
}

void read_expectation(Head& head) {
  const auto expected = head.request.headers.find("Expect");
  if (!expected || head.http_1_0) return;  // RFC 9110, 10.1.1: ignored from HTTP/1.0.
  // Others may be refused (417) or ignored; S3 and its clients' tests have them ignored.
  if (!equals_ignoring_case(*expected, "100-continue")) return;
  head.expects_continue = head.chunked || head.request.content_length.value_or(0) > 0;
}

class Grammar final : public HeadGrammar<true> {
 public:
  Head head;

 private:
  Headers& headers() override { return head.request.headers; }
  void on_request_impl(beast::http::verb, Text method, Text target, int version,
                       ErrorOfBeast&) override {
    head.request.method.assign(method.data(), method.size());
    head.request.target.assign(target.data(), target.size());
    head.http_1_0 = version == 10;
  }
};

std::unexpected<Problem> refuse(const ErrorOfBeast& error, std::string_view text) {
  using beast::http::error;
  const std::string_view line = text.substr(0, text.find('\r'));
  // Beast says bad_version too when a target with a space pushes the version away.
  if (error == error::bad_version && std::ranges::count(line, ' ') == 2)
    return refuse(505, "unsupported_version", "HTTP/1.1 and HTTP/1.0 are spoken here.");
  if (error == error::header_limit)
    return refuse(431, "header_too_large", "The header has too many fields.");
  return malformed("The request is not HTTP.");
}

}  // namespace

HeadScan::State HeadScan::scan(std::string_view text) {
  for (;;) {
    const std::size_t at = text.find('\n', scanned_);
    if (at == std::string_view::npos) {
      scanned_ = text.size();
      return State::more;
    }
    if (at < 2 || text[at - 1] != '\r') return State::malformed;
    if (text[at - 2] == '\n') {
      size_ = at + 1;
      return State::whole;
    }
    if (at + 1 == text.size()) {
      scanned_ = at;  // Whether the next line is folded onto this one is still to come.
      return State::more;
    }
    if (text[at + 1] == ' ' || text[at + 1] == '\t') return State::malformed;
    scanned_ = at + 1;
  }
}

std::expected<Head, Problem> parse_head(std::string_view text) {
  Grammar grammar;
  ErrorOfBeast error;
  const std::size_t used = grammar.put(boost::asio::buffer(text), error);
  if (error) return refuse(error, text);
  ASSERT(used == text.size());
  Head head = std::move(grammar.head);
  head.keep_alive = grammar.keep_alive();

  if (head.request.method == "CONNECT") return refuse(501, "unsupported", "This is no proxy.");
  if (head.request.method == "TRACE")
    return refuse(405, "method_not_allowed", "TRACE is not allowed.");
  if (auto framing = read_framing(head); !framing) return std::unexpected(framing.error());
  if (auto host = check_host(head); !host) return std::unexpected(host.error());
  read_expectation(head);
  if (head.http_1_0) head.request.headers.remove("Upgrade");  // RFC 9110, 7.8: to be ignored.
  if (!split_target(head.request)) return malformed("The request target is not understood.");
  auto query = Query::parse(head.request.query_text);
  if (!query) return malformed("The query's percent-encoding is broken.");
  head.request.query = *std::move(query);
  return head;
}

}  // namespace tintype::http
