#include "gateway/route_settings.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads `text` as a whole file, with `read` for its one table.
template <class Read>
auto parsed(const std::string& text, Read read) -> decltype(read(std::declval<config::Table>())) {
  auto document = config::Document::parse(text, "test.toml");
  EXPECT_TRUE(document) << document.error().message;
  auto value = read(document->root());
  if (!value) return value;
  if (const Status finished = document->finish(); !finished)
    return std::unexpected(finished.error());
  return value;
}

Result<RouteSettings> route_of(const std::string& keys) {
  return parsed("[[route]]\n" + keys, [](const config::Table& root) {
    return read_route(root.tables("route")->front());
  });
}

Result<FunctionSettings> function_of(const std::string& keys, const std::string& name = "hello") {
  return parsed("[function.'" + name + "']\n" + keys, [](const config::Table& root) {
    const auto tables = *root.named_tables("function");
    return read_function(tables.front().first, tables.front().second);
  });
}

TEST(RouteSettings, AreClosedUnlessTheFileSaysOtherwise) {
  const auto route = route_of("match = \"ANY /api/{proxy+}\"\nhttp = \"http://127.0.0.1:4567\"\n");
  ASSERT_TRUE(route) << route.error().message;
  EXPECT_EQ(route->authorizer, "jwt");
  EXPECT_EQ(route->method, "ANY");
  EXPECT_EQ(route->path, "/api/{proxy+}");
  EXPECT_EQ(route->http.url, "http://127.0.0.1:4567");
  EXPECT_EQ(route->http.retries, 1U);
  EXPECT_EQ(route->http.timeout, seconds(30));
  EXPECT_FALSE(route->http.pass_authorization);
  EXPECT_EQ(route->body_bytes_max, 10U << 20);
  EXPECT_EQ(route->throttle, ThrottlePolicy{});
  EXPECT_EQ(route->place, "test.toml:2: route[0].match = \"ANY /api/{proxy+}\"");
}

TEST(RouteSettings, ReadsAllOfThem) {
  const auto route = route_of(
      "match = \"GET /api/{id}\"\nauthorizer = \"keys\"\nscopes = [\"read\", \"a:b\"]\n"
      "http = \"https://api.example.com/v1/{id}\"\ntimeout = \"2s\"\nidle_timeout = \"1m\"\n"
      "retries = 0\nbody_max = \"1GiB\"\npass_authorization = true\npass_host = true\n"
      "websocket = false\nca_file = \"ca.pem\"\nthrottle = \"100/s burst 200\"\n"
      "throttle_identity = \"5/s\"\nthrottle_address = \"30/m\"\n");
  ASSERT_TRUE(route) << route.error().message;
  EXPECT_EQ(route->authorizer, "keys");
  EXPECT_EQ(route->scopes, (std::vector<std::string>{"read", "a:b"}));
  EXPECT_EQ(route->http.timeout, seconds(2));
  EXPECT_EQ(route->http.retries, 0U);
  EXPECT_FALSE(route->http.websocket);
  EXPECT_EQ(route->body_bytes_max, 1U << 30);
  EXPECT_EQ(route->throttle.everybody, (Rate{.count = 100, .per = seconds(1), .burst = 200}));
  EXPECT_EQ(route->throttle.identity, (Rate{.count = 5, .per = seconds(1), .burst = 5}));
  EXPECT_EQ(route->throttle.address, (Rate{.count = 30, .per = minutes(1), .burst = 30}));
}

TEST(RouteSettings, ReadsTheDefaultRoute) {
  const auto route = route_of("match = \"$default\"\nfunction = \"f\"\nauthorizer = \"none\"\n");
  ASSERT_TRUE(route) << route.error().message;
  EXPECT_EQ(route->method, "ANY");
  EXPECT_EQ(route->path, "$default");
  EXPECT_EQ(route->authorizer, "none");
  EXPECT_EQ(route->body_bytes_max, 6U << 20);
}

TEST(RouteSettings, RefusesContradictions) {
  const std::string match = "match = \"GET /a\"\n";
  const std::string http = "http = \"http://127.0.0.1:1\"\n";
  const std::string function = "function = \"f\"\n";
  const struct {
    const char* name;
    std::string keys;
    const char* message;
  } cases[] = {
      {"no match", http, "route[0].match: is missing"},
      {"no method", "match = \"/a\"\n" + http, "such as \"ANY /api/{proxy+}\""},
      {"a method of nobody", "match = \"FETCH /a\"\n" + http, "write ANY, GET"},
      {"a method in lower case", "match = \"get /a\"\n" + http, "write ANY, GET"},
      {"HEAD, which GET is", "match = \"HEAD /a\"\n" + http, "write ANY, GET"},
      {"OPTIONS, which CORS is", "match = \"OPTIONS /a\"\n" + http, "write ANY, GET"},
      {"no path", "match = \"GET \"\n" + http, "begin it with '/'"},
      {"two spaces", "match = \"GET  /a\"\n" + http, "begin it with '/'"},
      {"a pattern that is none", "match = \"GET /{a\"\n" + http, "without its '}'"},
      {"no integration", match, "the route leads nowhere"},
      {"two integrations", match + http + function, "one integration"},
      {"no URL", match + "http = \"127.0.0.1:1\"\n", "not a URL"},
      {"an empty authorizer", match + http + "authorizer = \"\"\n", "leave it out for \"jwt\""},
      {"scopes of nobody", match + http + "authorizer = \"none\"\nscopes = [\"a\"]\n",
       "nobody has scopes"},
      {"two scopes in one", match + http + "scopes = [\"a b\"]\n", "one word"},
      {"a scope with a quote", match + http + "scopes = ['a\"b']\n", "one word"},
      {"an empty scope", match + http + "scopes = [\"\"]\n", "one word"},
      {"a time-out of a function", match + function + "timeout = \"3s\"\n", "in its own section"},
      {"retries of a function", match + function + "retries = 2\n", "never asked twice"},
      {"a host for a function", match + function + "pass_host = true\n", "unknown setting"},
      {"too many retries", match + http + "retries = 6\n", "out of range"},
      {"negative retries", match + http + "retries = -1\n", "out of range"},
      {"too short a time", match + http + "timeout = \"99ms\"\n", "out of range"},
      {"too long a time", match + http + "timeout = \"16m\"\n", "out of range"},
      {"a body over a function's", match + function + "body_max = \"7MiB\"\n", "out of range"},
      {"a body over all", match + http + "body_max = \"6GiB\"\n", "out of range"},
      {"a rate that is none", match + http + "throttle = \"fast\"\n", "not a rate"},
      {"each identity of nobody",
       match + http + "authorizer = \"none\"\nthrottle_identity = \"1/s\"\n", "throttle_address"},
      {"an unknown key", match + http + "authoriser = \"jwt\"\n", "unknown setting"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto route = route_of(c.keys);
    ASSERT_FALSE(route);
    EXPECT_EQ(route.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(route.error().message.find(c.message), std::string::npos) << route.error().message;
    EXPECT_TRUE(route.error().message.starts_with("test.toml:")) << route.error().message;
  }
}

TEST(FunctionSettings, AreOfAUrlOrACommand) {
  const auto remote = function_of("url = \"http://127.0.0.1:9001/x\"\nconcurrency = 4\n");
  ASSERT_TRUE(remote) << remote.error().message;
  EXPECT_EQ(remote->name, "hello");
  EXPECT_EQ(remote->concurrency_max, 4U);
  EXPECT_EQ(remote->waiting_max, 256U);
  EXPECT_EQ(remote->timeout, seconds(29));

  const auto local = function_of(
      "command = [\"ruby\", \"main.rb\"]\nfolder = \"fn\"\nhandler = \"main.go\"\n"
      "environment = [\"TABLE=people\", \"EMPTY=\"]\nprocesses = 3\ntimeout = \"500ms\"\n");
  ASSERT_TRUE(local) << local.error().message;
  EXPECT_EQ(local->command, (std::vector<std::string>{"ruby", "main.rb"}));
  EXPECT_EQ(local->concurrency_max, 3U);
  EXPECT_EQ(local->timeout, milliseconds(500));
}

TEST(FunctionSettings, RefusesContradictions) {
  const struct {
    const char* name;
    std::string keys;
    const char* message;
  } cases[] = {
      {"nothing", "timeout = \"1s\"\n", "says not where it is"},
      {"both", "url = \"http://a\"\ncommand = [\"a\"]\n", "not both"},
      {"no URL", "url = \"a\"\n", "not a URL"},
      {"no program", "command = []\n", "names no program"},
      {"an empty program", "command = [\"\"]\n", "names no program"},
      {"a command in one text", "command = \"ruby main.rb\"\n", "not a list"},
      {"a variable without value", "command = [\"a\"]\nenvironment = [\"A\"]\n", "NAME=value"},
      {"a variable without name", "command = [\"a\"]\nenvironment = [\"=1\"]\n", "NAME=value"},
      {"no processes", "command = [\"a\"]\nprocesses = 0\n", "out of range"},
      {"too many processes", "command = [\"a\"]\nprocesses = 65\n", "out of range"},
      {"processes elsewhere", "url = \"http://a\"\nprocesses = 2\n", "unknown setting"},
      {"too much at once", "url = \"http://a\"\nconcurrency = 257\n", "out of range"},
      {"too long", "url = \"http://a\"\ntimeout = \"901s\"\n", "out of range"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto function = function_of(c.keys);
    ASSERT_FALSE(function);
    EXPECT_NE(function.error().message.find(c.message), std::string::npos)
        << function.error().message;
  }
  EXPECT_FALSE(function_of("url = \"http://a\"\n", "a b"));
  EXPECT_FALSE(function_of("url = \"http://a\"\n", std::string(65, 'a')));
  EXPECT_TRUE(function_of("url = \"http://a\"\n", std::string(64, 'a')));
}

TEST(ThrottleSettings, AreNoneUnlessTheFileSaysOtherwise) {
  const auto read = [](const config::Table& root) {
    return read_throttle(*root.table("throttle"));
  };
  EXPECT_EQ(*parsed("", read), ThrottlePolicy{});
  EXPECT_EQ(*parsed("[throttle]\naddress = \"none\"\n", read), ThrottlePolicy{});
  EXPECT_EQ(parsed("[throttle]\naddress = \"50/s burst 100\"\n", read)->address,
            (Rate{.count = 50, .per = seconds(1), .burst = 100}));
  EXPECT_FALSE(parsed("[throttle]\nadress = \"50/s\"\n", read));
  EXPECT_FALSE(parsed("[throttle]\nidentity = \"0/s\"\n", read));
}

}  // namespace
}  // namespace tintype::gateway
