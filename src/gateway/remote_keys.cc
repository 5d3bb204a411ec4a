#include "gateway/remote_keys.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json.hpp>
#include <cstring>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"

namespace tintype::gateway {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// `max-age` of a Cache-Control field; nothing if it has none. `no-store` and `no-cache` are 0.
std::optional<seconds> max_age(const http::Headers& headers) {
  const auto field = headers.find("Cache-Control");
  if (!field) return std::nullopt;
  for (const std::string_view part : split(*field, ',')) {
    const std::string directive = to_lower(trim(part));
    if (directive == "no-store" || directive == "no-cache") return seconds(0);
    constexpr std::string_view kName = "max-age=";
    if (!directive.starts_with(kName)) continue;
    const auto value =
        parse_integer<std::uint32_t>(std::string_view(directive).substr(kName.size()));
    if (value) return seconds(*value);
  }
  return std::nullopt;
}

/// Between half of `longest` and all of it, so that nodes that failed together part.
milliseconds jittered(milliseconds longest) {
  std::array<unsigned char, 2> bytes{};
  std::memcpy(bytes.data(), random_bytes(bytes.size()).data(), bytes.size());
  const auto sixteen_bits = std::bit_cast<std::uint16_t>(bytes);
  return longest / 2 + longest / 2 * sixteen_bits / 65'536;
}

}  // namespace

bool is_safe_key_url(std::string_view url) {
  if (url.find_first_of(" \\@#") != url.npos) return false;
  constexpr std::string_view kHttps = "https://";
  if (url.starts_with(kHttps)) return url.size() > kHttps.size() && url[kHttps.size()] != '/';
  constexpr std::string_view kHttp = "http://";
  if (!url.starts_with(kHttp)) return false;
  const std::string_view rest = url.substr(kHttp.size());
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"})
    if (rest.starts_with(host) &&
        (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/'))
      return true;
  return false;
}

std::shared_ptr<RemoteKeys> RemoteKeys::start(Options options, Send send, BlockingPool& pool,
                                              const Clock& clock) {
  // Shared by authorizers and by a fetch that runs.
  std::shared_ptr<RemoteKeys> made(
      new RemoteKeys(std::move(options), std::move(send), pool, clock));
  const std::lock_guard lock(made->mutex_);
  made->begin_fetch_locked(clock.now());
  return made;
}

RemoteKeys::RemoteKeys(Options options, Send send, BlockingPool& pool, const Clock& clock)
    : options_(std::move(options)), send_(std::move(send)), pool_(pool), clock_(clock) {}

std::optional<crypto::KeySet> RemoteKeys::trusted_locked(Instant now) const {
  if (!keys_ || now >= fetched_at_ + options_.kept_max) return std::nullopt;
  return keys_;
}

Task<Result<crypto::KeySet>> RemoteKeys::keys(Instant now) {
  std::uint64_t seen = 0;
  {
    const std::lock_guard lock(mutex_);
    if (now >= fetch_at_) begin_fetch_locked(now);
    if (auto trusted = trusted_locked(now)) co_return *std::move(trusted);
    if (!is_fetching_) co_return fail(ErrorCode::unavailable, "keys of the issuer: not there yet");
    seen = fetched_.version();
  }
  co_await fetched_.wait(seen, options_.wait_max);
  const std::lock_guard lock(mutex_);
  if (auto trusted = trusted_locked(clock_.now())) co_return *std::move(trusted);
  co_return fail(ErrorCode::unavailable, "keys of the issuer: not there yet");
}

Task<Result<crypto::KeySet>> RemoteKeys::newer_keys(std::string_view kid,
                                                    const crypto::KeySet& seen, Instant now) {
  const std::string name(kid);
  if (name.size() > kKidSizeMax) co_return seen;
  const auto unknown_until = unknown_kids_.find(name);
  std::uint64_t version = 0;
  {
    const std::lock_guard lock(mutex_);
    if (keys_ && *keys_ != seen) co_return *keys_;
    if (unknown_until && now < *unknown_until) co_return seen;
    if (!is_fetching_) {
      // A failure's back-off is obeyed here too; that a set is still fresh is not.
      if (now < unknown_fetch_at_ || (failures_ > 0 && now < fetch_at_)) co_return seen;
      unknown_fetch_at_ = now + options_.unknown_interval;
      if (!begin_fetch_locked(now)) co_return seen;
    }
    version = fetched_.version();
  }
  co_await fetched_.wait(version, options_.wait_max);
  const std::lock_guard lock(mutex_);
  if (failures_ == 0 && !is_fetching_ && keys_ && !keys_->has(name))
    unknown_kids_.insert(name, now + options_.unknown_kept, 1);
  co_return keys_.value_or(seen);
}

/// True if a fetch runs now.
bool RemoteKeys::begin_fetch_locked(Instant now) {
  if (is_fetching_) return true;
  is_fetching_ = pool_.try_post([self = shared_from_this()] { self->fetch(); });
  if (!is_fetching_) fetch_at_ = now + options_.backoff_min;
  return is_fetching_;
}

void RemoteKeys::fetch() {
  auto fetched = download();
  const Instant now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    is_fetching_ = false;
    const Status kept = fetched ? keep_locked(*std::move(fetched), now)
                                : Status(std::unexpected(std::move(fetched).error()));
    if (kept) {
      failures_ = 0;
    } else {
      const int doublings = std::min(failures_++, 20);
      fetch_at_ =
          now + jittered(std::min(options_.backoff_min * (1 << doublings), options_.backoff_max));
      log(LogLevel::warning, "issuer's keys not fetched",
          {{"issuer", options_.issuer}, {"reason", kept.error().message}, {"failures", failures_}});
    }
  }
  fetched_.notify();
}

Status RemoteKeys::keep_locked(Fetched fetched, Instant now) {
  // The same text is the same set: what was verified with it stays known.
  if (!keys_ || fetched.jwks_json != jwks_json_) {
    TRY_LET(crypto::KeySet keys, crypto::KeySet::parse(fetched.jwks_json));
    log(LogLevel::info, "issuer's keys fetched",
        {{"issuer", options_.issuer}, {"count", static_cast<std::int64_t>(keys.count())}});
    keys_ = std::move(keys);
    jwks_json_ = std::move(fetched.jwks_json);
  }
  fetched_at_ = now;
  fetch_at_ = now + fetched.fresh;
  return {};
}

Result<std::string> RemoteKeys::discover() const {
  if (!options_.jwks_uri.empty()) return options_.jwks_uri;
  std::string url = options_.issuer;
  if (url.ends_with('/')) url.pop_back();  // OpenID Connect Discovery, 4.1.
  url += "/.well-known/openid-configuration";
  TRY_LET(const http::ClientResponse answer,
          send_({.url = url, .time_max = kFetchTimeMax, .body_bytes_max = kDiscoverySizeMax}));
  if (answer.status != 200)
    return fail(ErrorCode::unavailable, url + ": status " + std::to_string(answer.status));
  TRY_LET(const auto document, within(url, parse_json_object(answer.body)));
  const auto text = [&](std::string_view name) {
    const auto* value = document.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
  };
  // OpenID Connect Discovery, 4.3: or another issuer could give its keys for this one's.
  if (text("issuer") != options_.issuer)
    return fail(ErrorCode::denied, url + ": is of another issuer");
  if (!is_safe_key_url(text("jwks_uri")))
    return fail(ErrorCode::denied, url + ": jwks_uri is not https");
  return text("jwks_uri");
}

Result<RemoteKeys::Fetched> RemoteKeys::download() const {
  TRY_LET(const std::string url, within("discovery", discover()));
  TRY_LET(http::ClientResponse answer,
          send_({.url = url,
                 .headers = {{"Accept", "application/jwk-set+json, application/json"}},
                 .time_max = kFetchTimeMax,
                 .body_bytes_max = crypto::KeySet::kSizeMax}));
  if (answer.status != 200)
    return fail(ErrorCode::unavailable, url + ": status " + std::to_string(answer.status));
  const seconds fresh = std::clamp(max_age(answer.headers).value_or(options_.fresh_default),
                                   options_.fresh_min, options_.fresh_max);
  return Fetched{.jwks_json = std::move(answer.body), .fresh = fresh};
}

}  // namespace tintype::gateway
