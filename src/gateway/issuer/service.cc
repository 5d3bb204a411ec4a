#include "gateway/issuer/service.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "gateway/throttling.h"

namespace tintype::gateway {

namespace {

/// By what a name is counted: the same for all spellings of it.
std::string key_of(std::string_view name) {
  const auto parsed = SignInName::parse(name);
  return parsed ? parsed->key() : std::string(name);
}

}  // namespace

Result<std::unique_ptr<IssuerService>> IssuerService::make(Options options, Base base) {
  TRY_LET(auto issuer, Issuer::open(options.issuer, base.clock.now()));
  return std::unique_ptr<IssuerService>(
      new IssuerService(std::move(options), std::move(issuer), base));
}

IssuerService::IssuerService(Options options, std::unique_ptr<Issuer> issuer, Base base)
    : options_(std::move(options)),
      base_(base),
      issuer_(std::move(issuer)),
      clients_(options_.settings.clients),
      credentials_(base.database, base.registry, base.clock),
      sessions_(
          base.database,
          {.idle_max = options_.settings.session_idle, .age_max = options_.settings.session_max},
          base.clock),
      codes_(base.database, sessions_, base.clock),
      sign_ups_(options_.settings.sign_ups),
      passwords_(
          {.threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kHashesMax),
           .waiting_max = kHashesWaitingMax}) {}

Task<std::expected<std::string, IssuerService::Refusal>> IssuerService::sign_in(
    std::string_view name, Secret password, std::string_view address) {
  const std::string key = key_of(name);
  const std::string customer = customer_of(address);
  if (const auto wait = lockout_.wait_of(key, customer, now()))
    co_return std::unexpected(Refusal{.kind = Refusal::Kind::wait,
                                      .wait = *wait,
                                      .error = {ErrorCode::unavailable, "sign in: locked out"}});
  auto sub = co_await passwords_.run([&] { return credentials_.check(name, password); });
  if (sub) {
    lockout_.succeeded(key, customer);
    co_return *std::move(sub);
  }
  const bool is_wrong = sub.error().code == ErrorCode::unauthenticated;
  if (is_wrong) lockout_.failed(key, customer, now());
  co_return std::unexpected(Refusal{.kind = is_wrong ? Refusal::Kind::wrong : Refusal::Kind::failed,
                                    .error = std::move(sub).error()});
}

Task<Result<std::string>> IssuerService::sign_up(const SignInName& name, const Secret& password) {
  return passwords_.run([this, &name, &password] { return credentials_.add(name, password); });
}

Status IssuerService::sweep() {
  TRY(sessions_.sweep());
  return codes_.sweep();
}

}  // namespace tintype::gateway
