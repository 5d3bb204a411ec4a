#include "http/request_head.h"

#include <gtest/gtest.h>

namespace tintype::http {
namespace {

std::expected<Head, Problem> parse(const std::string& text) {
  HeadScan scan;
  if (scan.scan(text) != HeadScan::State::whole || scan.size() != text.size())
    return std::unexpected(Problem{.status = 400, .code = "scan", .detail = {}});
  return parse_head(text);
}

TEST(HttpHeadScan, FindsTheEndHoweverItArrives) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t step = 1; step <= head.size(); ++step) {
    SCOPED_TRACE(step);
    HeadScan scan;
    auto state = HeadScan::State::more;
    for (std::size_t size = step; state == HeadScan::State::more; size += step) {
      ASSERT_LT(size, head.size() + step);
      state = scan.scan((head + "next").substr(0, size));
    }
    EXPECT_EQ(state, HeadScan::State::whole);
    EXPECT_EQ(scan.size(), head.size());
  }
}

TEST(HttpHeadScan, RefusesOddLineEndsEarly) {
  for (const std::string text :
       {"\n", "\r\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nA: b\n", "G\r\n folded",
        "GET / HTTP/1.1\r\nA: b\r\n\tfolded", "GET / HTTP/1.1\r\r\n\n"}) {
    SCOPED_TRACE(text);
    HeadScan whole;
    EXPECT_EQ(whole.scan(text), HeadScan::State::malformed);
    HeadScan bytewise;
    auto state = HeadScan::State::more;
    for (std::size_t size = 1; size <= text.size() && state == HeadScan::State::more; ++size)
      state = bytewise.scan(text.substr(0, size));
    EXPECT_EQ(state, HeadScan::State::malformed);
  }
}

TEST(HttpRequestHead, UnderstandsTargets) {
  const struct {
    const char* name;
    std::string line;
    std::string path;
    std::string query;
    std::string host;
  } cases[] = {
      {"origin", "GET /b/a%20b?x=1&y HTTP/1.1", "/b/a%20b", "x=1&y", "sent"},
      {"root", "GET / HTTP/1.1", "/", "", "sent"},
      {"empty query", "GET /a? HTTP/1.1", "/a", "", "sent"},
      {"two slashes", "GET //a/../b HTTP/1.1", "//a/../b", "", "sent"},
      {"absolute", "GET http://other:81/a?b HTTP/1.1", "/a", "b", "other:81"},
      {"absolute without a path", "GET HTTPS://other?b HTTP/1.1", "/", "b", "other"},
      {"asterisk", "OPTIONS * HTTP/1.1", "*", "", "sent"},
      {"own method", "PURGE /a HTTP/1.1", "/a", "", "sent"},
      {"old", "GET /a HTTP/1.0", "/a", "", "sent"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto head = parse(c.line + "\r\nHost: sent\r\n\r\n");
    ASSERT_TRUE(head) << head.error().detail;
    EXPECT_EQ(head->request.path, c.path);
    EXPECT_EQ(head->request.query_text, c.query);
    EXPECT_EQ(head->request.headers.find("host"), c.host);
    EXPECT_EQ(c.line, head->request.method + " " + head->request.target +
                          (head->http_1_0 ? " HTTP/1.0" : " HTTP/1.1"));
  }
}

TEST(HttpRequestHead, ReadsFramingAndWishes) {
  const auto sized = parse(
      "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n"
      "Connection: close\r\nX-A:  b c\t\r\nX-Empty:\r\n\r\n");
  ASSERT_TRUE(sized);
  EXPECT_EQ(sized->request.content_length, 5U);
  EXPECT_TRUE(sized->expects_continue);
  EXPECT_FALSE(sized->chunked);
  EXPECT_FALSE(sized->keep_alive);
  EXPECT_EQ(sized->request.headers.find("x-a"), "b c");
  EXPECT_EQ(sized->request.headers.find("x-empty"), "");

  const auto chunked = parse("PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n");
  ASSERT_TRUE(chunked);
  EXPECT_TRUE(chunked->chunked);
  EXPECT_TRUE(chunked->keep_alive);
  EXPECT_FALSE(chunked->request.content_length);

  const auto old = parse("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  ASSERT_TRUE(old);
  EXPECT_TRUE(old->keep_alive);
  EXPECT_FALSE(parse("GET /a HTTP/1.0\r\n\r\n")->keep_alive);
  // Another expectation is ignored, and nobody waits for a body that is not there.
  EXPECT_FALSE(parse("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 200-ok\r\n\r\n")
                   ->expects_continue);
  EXPECT_FALSE(
      parse("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n")->expects_continue);
}

TEST(HttpRequestHead, RefusesWhatTwoParsersCouldReadTwoWays) {
  const std::string nul("A: b\0c\r\n", 8);
  const struct {
    const char* name;
    std::string line;
    std::string fields;
    int status;
  } cases[] = {
      {"length and coding", "POST / HTTP/1.1",
       "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
      {"coding and length", "POST / HTTP/1.1",
       "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400},
      {"coding identity and length", "POST / HTTP/1.1",
       "Transfer-Encoding: identity\r\nContent-Length: 5\r\n", 400},
      {"two lengths", "POST / HTTP/1.1", "Content-Length: 5\r\nContent-Length: 6\r\n", 400},
      {"two equal lengths", "POST / HTTP/1.1", "Content-Length: 5\r\nContent-Length: 5\r\n", 400},
      {"length list", "POST / HTTP/1.1", "Content-Length: 5, 5\r\n", 400},
      {"length with sign", "POST / HTTP/1.1", "Content-Length: +5\r\n", 400},
      {"negative length", "POST / HTTP/1.1", "Content-Length: -5\r\n", 400},
      {"hex length", "POST / HTTP/1.1", "Content-Length: 0x5\r\n", 400},
      {"empty length", "POST / HTTP/1.1", "Content-Length:\r\n", 400},
      {"length beyond 64 bits", "POST / HTTP/1.1", "Content-Length: 99999999999999999999\r\n", 400},
      {"two codings", "POST / HTTP/1.1",
       "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
      {"coding list", "POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n", 501},
      {"chunked not last", "POST / HTTP/1.1", "Transfer-Encoding: chunked, gzip\r\n", 501},
      {"coding with a parameter", "POST / HTTP/1.1", "Transfer-Encoding: chunked;a=b\r\n", 501},
      {"coding with a control", "POST / HTTP/1.1",
       "Transfer-Encoding: \x0b"
       "chunked\r\n",
       400},
      {"coding in 1.0", "POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n", 400},
      {"space before the colon", "POST / HTTP/1.1", "Content-Length : 5\r\n", 400},
      {"space before the name", "POST / HTTP/1.1\r\n X: y", "", 400},
      {"folded", "GET / HTTP/1.1", "A: b\r\n c\r\n", 400},
      {"no colon", "GET / HTTP/1.1", "A\r\n", 400},
      {"empty name", "GET / HTTP/1.1", ": a\r\n", 400},
      {"name no token", "GET / HTTP/1.1", "A(b): c\r\n", 400},
      {"nul in a value", "GET / HTTP/1.1", nul, 400},
      {"control in a value", "GET / HTTP/1.1", "A: \x01\r\n", 400},
      {"delete in a value", "GET / HTTP/1.1", "A: \x7f\r\n", 400},
      {"lone CR in a value", "GET / HTTP/1.1", "A: b\rc: d\r\n", 400},
      {"lone LF", "GET / HTTP/1.1", "A: b\nc: d\r\n", 400},
      {"two hosts", "GET / HTTP/1.1", "Host: other\r\n", 400},
      {"control in the target", "GET /\x01 HTTP/1.1", "", 400},
      {"raw bytes in the target", "GET /\xc3\xa9 HTTP/1.1", "", 400},
      {"tab in the target", "GET /\ta HTTP/1.1", "", 400},
      {"two spaces", "GET  / HTTP/1.1", "", 400},
      {"space in the target", "GET /a b HTTP/1.1", "", 400},
      {"fragment", "GET /a#b HTTP/1.1", "", 400},
      {"relative target", "GET a HTTP/1.1", "", 400},
      {"authority target", "GET example.com:80 HTTP/1.1", "", 400},
      {"other scheme", "GET ftp://a/b HTTP/1.1", "", 400},
      {"no authority", "GET http:///b HTTP/1.1", "", 400},
      {"asterisk for GET", "GET * HTTP/1.1", "", 400},
      {"broken query", "GET /?a=%2 HTTP/1.1", "", 400},
      {"no target", "GET HTTP/1.1", "", 400},
      {"no version", "GET /", "", 400},
      {"method no token", "G@T / HTTP/1.1", "", 400},
      {"HTTP/2", "GET / HTTP/2.0", "", 505},
      {"HTTP/1.2", "GET / HTTP/1.2", "", 505},
      {"lower case version", "GET / http/1.1", "", 505},
      {"TRACE", "TRACE / HTTP/1.1", "", 405},
      {"CONNECT", "CONNECT a:443 HTTP/1.1", "", 501},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto head = parse(c.line + "\r\nHost: h\r\n" + c.fields + "\r\n");
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().status, c.status) << head.error().detail;
  }
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nA: b\r\n\r\n").error().status, 400) << "no Host";
}

TEST(HttpRequestHead, LimitsTheNumberOfFields) {
  const auto with_fields = [](std::size_t count) {
    std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (std::size_t i = 1; i < count; ++i) text += "A: b\r\n";
    return parse(text + "\r\n");
  };
  EXPECT_TRUE(with_fields(kFieldCountMax));
  EXPECT_EQ(with_fields(kFieldCountMax + 1).error().status, 431);
}

}  // namespace
}  // namespace tintype::http
