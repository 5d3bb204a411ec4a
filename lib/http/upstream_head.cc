#include "http/upstream_head.h"

#include <algorithm>
#include <array>

#include "http/field.h"
#include "http/head_grammar.h"

namespace tintype::http {
namespace {

std::unexpected<Error> damaged(std::string what) {
  return fail(ErrorCode::damaged_input, "answer's head: " + std::move(what));
}

class Grammar final : public HeadGrammar<false> {
 public:
  UpstreamHead head;
  bool http_1_0 = false;

 private:
  Headers& headers() override { return head.headers; }
  void on_response_impl(int status, Text, int version, ErrorOfBeast&) override {
    head.status = status;
    http_1_0 = version == 10;
  }
};

Status read_framing(UpstreamHead& head, bool http_1_0, std::string_view method) {
  const auto lengths = head.headers.find_all("Content-Length");
  const auto codings = head.headers.find_all("Transfer-Encoding");
  if (!codings.empty() && !lengths.empty())
    return damaged("Content-Length and Transfer-Encoding exclude each other");
  if (codings.size() > 1 || lengths.size() > 1) return damaged("its framing is given twice");
  if (!codings.empty() && (http_1_0 || !equals_ignoring_case(codings[0], "chunked")))
    return damaged("a Transfer-Encoding that is not understood");
  if (!lengths.empty()) {
    head.content_length = parse_integer<std::uint64_t>(lengths[0]);
    if (!head.content_length) return damaged("Content-Length is no number");
  }
  const bool bodiless =
      method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304;
  if (bodiless)
    head.framing = Framing::none;
  else if (!codings.empty())
    head.framing = Framing::chunked;
  else
    head.framing = head.content_length ? Framing::length : Framing::until_close;
  if (head.framing == Framing::until_close) head.keep_alive = false;
  return {};
}

bool is_framing_field(std::string_view name) {
  constexpr std::array<std::string_view, 6> kFields = {
      "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Expect", "Keep-Alive"};
  return std::ranges::any_of(
      kFields, [name](std::string_view field) { return equals_ignoring_case(field, name); });
}

}  // namespace

Result<UpstreamHead> parse_upstream_head(std::string_view text, std::string_view method) {
  Grammar grammar;
  boost::beast::error_code error;
  const std::size_t used = grammar.put(boost::asio::buffer(text), error);
  if (error) return damaged(error.message());
  if (used != text.size()) return damaged("more than a head");
  UpstreamHead head = std::move(grammar.head);
  if (head.status < 100 || head.status > 599)
    return damaged("status " + std::to_string(head.status));
  head.keep_alive = grammar.keep_alive();
  TRY(read_framing(head, grammar.http_1_0, method));
  return head;
}

Result<std::string> format_upstream_head(const UpstreamRequestHead& request) {
  constexpr std::size_t kHeadSizeUsual = 1024;
  if (!is_token(request.method)) return fail(ErrorCode::invalid_argument, "request: no method");
  if (request.target.empty() ||
      std::ranges::any_of(request.target, [](char c) { return c <= ' ' || c > '~'; }))
    return fail(ErrorCode::invalid_argument, "request: no target");
  std::string head;
  head.reserve(kHeadSizeUsual);
  head += request.method;
  head += ' ';
  head += request.target;
  head += " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) {
    if (is_framing_field(name)) continue;
    if (!is_token(name) || !is_field_value(value))
      return fail(ErrorCode::invalid_argument, "request: a field that is none");
    append_field(head, name, value);
  }
  if (request.content_length)
    append_field(head, "Content-Length", std::to_string(*request.content_length));
  if (request.chunked) append_field(head, "Transfer-Encoding", "chunked");
  if (request.expects_continue) append_field(head, "Expect", "100-continue");
  if (!request.upgrade.empty()) {
    append_field(head, "Connection", "Upgrade");
    append_field(head, "Upgrade", request.upgrade);
  }
  head += "\r\n";
  return head;
}

}  // namespace tintype::http
