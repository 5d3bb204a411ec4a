#include "gateway/identity_routes.h"

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "gateway/throttle.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

constexpr std::size_t kBodySizeMax = 4 * 1024;
constexpr std::chrono::seconds kTokenTtl = std::chrono::hours(1);
/// Each takes 64 MiB and a thread of the pool for as long as Argon2id runs.
constexpr int kChecksMax = 4;
constexpr std::chrono::seconds kBusyWait{1};

struct SignIn {
  std::string name;
  Secret password;
};

/// One that is sure to get a field back.
class Ticket {
 public:
  explicit Ticket(std::atomic<int>& taken)
      : taken_(taken), held_(taken.fetch_add(1) < kChecksMax) {}
  ~Ticket() { taken_.fetch_sub(1); }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  explicit operator bool() const { return held_; }

 private:
  std::atomic<int>& taken_;
  const bool held_;
};

Result<SignIn> parse_sign_in(std::string_view body) {
  TRY_LET(const json::object object, parse_json_object(body));
  const json::value* name = object.if_contains("name");
  const json::value* password = object.if_contains("password");
  if (name == nullptr || !name->is_string() || password == nullptr || !password->is_string())
    return fail(ErrorCode::invalid_argument, "sign in: not a name and a password");
  return SignIn{.name = std::string(name->get_string()),
                .password = Secret(std::string(password->get_string()))};
}

http::Response too_many(const http::Request& request, std::chrono::seconds wait) {
  auto response = http::problem_response(
      {.status = 429,
       .code = "too_many_attempts",
       .detail = "Too many attempts to sign in. Wait a little, then try again."},
      request);
  response.headers.set("Retry-After", std::to_string(wait.count()));
  return response;
}

http::Response wrong_credentials(const http::Request& request) {
  auto response = http::problem_response(
      {.status = 401, .code = "wrong_credentials", .detail = "Name or password is not right."},
      request);
  response.headers.set("WWW-Authenticate", "Bearer realm=\"tintype\"");
  return response;
}

/// Answers POST /auth/sign_in. Shared by all loops.
class SignInApi {
 public:
  SignInApi(const Issuer& issuer, sql::Database& database, BlockingPool& pool, const Clock& clock)
      : issuer_(issuer), database_(database), pool_(pool), clock_(clock) {}

  /// `self` is held by the frame.
  static Task<http::Response> answer(std::shared_ptr<SignInApi> self, http::Request& request) {
    const auto body = co_await http::read_all(*request.body, kBodySizeMax);
    if (!body) co_return http::problem_response(body.error(), request);
    const auto sign_in = parse_sign_in(*body);
    if (!sign_in)
      co_return http::problem_response(
          {.status = 400,
           .code = "invalid_request",
           .detail = R"(Send a JSON object: {"name": "...", "password": "..."}.)"},
          request);
    co_return co_await self->check(request, *sign_in);
  }

 private:
  Task<http::Response> check(const http::Request& request, const SignIn& sign_in);
  http::Response token_for(const http::Request& request, const std::string& sub) const;

  const Issuer& issuer_;
  sql::Database& database_;
  BlockingPool& pool_;
  const Clock& clock_;
  std::atomic<int> checks_ = 0;
  Throttle throttle_{Throttle::Options{}};
};

Task<http::Response> SignInApi::check(const http::Request& request, const SignIn& sign_in) {
  // By name and address: who guesses locks himself out, and not the person.
  const std::string key = sign_in.name + '\n' + request.remote_address;
  if (const auto wait = throttle_.wait_of(key, clock_.now())) co_return too_many(request, *wait);
  const Ticket ticket(checks_);
  if (!ticket) co_return too_many(request, kBusyWait);

  const auto sub =
      co_await pool_.run([&] { return check_password(database_, sign_in.name, sign_in.password); });
  if (sub) {
    throttle_.succeeded(key);
    co_return token_for(request, *sub);
  }
  if (sub.error().code == ErrorCode::unauthenticated) {
    throttle_.failed(key, clock_.now());
    co_return wrong_credentials(request);
  }
  log(LogLevel::error, "sign-in failed",
      {{"request", request.id}, {"reason", sub.error().message}});
  co_return http::problem_response(sub.error(), request);
}

http::Response SignInApi::token_for(const http::Request& request, const std::string& sub) const {
  const auto token = issuer_.issue(sub, kTokenTtl, clock_.now());
  if (!token) {
    log(LogLevel::error, "sign-in failed",
        {{"request", request.id}, {"reason", token.error().message}});
    return http::problem_response(token.error(), request);
  }
  const json::object answer = {{"access_token", std::string(token->reveal())},
                               {"token_type", "Bearer"},
                               {"expires_in", kTokenTtl.count()},
                               {"sub", sub}};
  auto response = http::json_response(200, json::serialize(answer));
  response.headers.set("Cache-Control", "no-store");  // RFC 6749, 5.1.
  return response;
}

/// A document that stays the same while the program runs.
Route fixed_document(std::string path, std::string document) {
  return {.method = "GET",
          .path = std::move(path),
          .authorizer = kOpen,
          .integration = [text = std::move(document)](http::Request&, const Identity*, Parameters) {
            return [](std::string body) -> Task<http::Response> {
              auto response = http::json_response(200, std::move(body));
              response.headers.set("Cache-Control", "public, max-age=300");
              co_return response;
            }(text);
          }};
}

}  // namespace

std::vector<Route> identity_routes(const Issuer& issuer, sql::Database& database,
                                   BlockingPool& pool, const Clock& clock) {
  // Shared by the route and its running requests.
  auto sign_in = std::make_shared<SignInApi>(issuer, database, pool, clock);
  std::vector<Route> routes;
  routes.push_back(fixed_document("/.well-known/openid-configuration", issuer.discovery_json()));
  routes.push_back(fixed_document("/.well-known/jwks.json", issuer.jwks_json()));
  routes.push_back({.method = "POST",
                    .path = "/auth/sign_in",
                    .authorizer = kOpen,
                    .integration = [sign_in](http::Request& request, const Identity*, Parameters) {
                      return SignInApi::answer(sign_in, request);
                    }});
  return routes;
}

}  // namespace tintype::gateway
