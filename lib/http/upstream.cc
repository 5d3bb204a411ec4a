#include "http/upstream.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "http/exchange.h"

namespace tintype::http {
namespace {

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

/// "127.0.0.1:80" or "[::1]"; the port of `origin` stays where none is given.
bool parse_authority(std::string_view text, Origin& origin) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const auto port = parse_integer<std::uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0) return false;
    origin.port = *port;
    text = text.substr(0, colon);
  }
  const bool bracketed = text.starts_with('[') && text.ends_with(']');
  if (bracketed) text = text.substr(1, text.size() - 2);
  const auto allowed = [bracketed](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain || c == '.' || (bracketed ? c == ':' : c == '-' || c == '_');
  };
  origin.host = to_lower(text);
  const bool fits = !bracketed || text.find(':') != std::string_view::npos;
  return fits && !text.empty() && std::ranges::all_of(text, allowed);
}

}  // namespace

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 5> kMethods = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

std::string Origin::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (secure ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

Result<UpstreamUrl> UpstreamUrl::parse(std::string_view text) {
  const auto wrong = [text](std::string_view why) {
    return fail(ErrorCode::invalid_argument,
                "URL '" + std::string(text) + "': " + std::string(why));
  };
  UpstreamUrl url;
  url.origin.secure = text.starts_with("https://");
  if (!url.origin.secure && !text.starts_with("http://"))
    return wrong("begin it with http:// or https://");
  url.origin.port = url.origin.secure ? 443 : 80;
  std::string_view rest = text.substr(url.origin.secure ? 8 : 7);
  if (std::ranges::any_of(rest, [](char c) { return c <= ' ' || c > '~' || c == '\\'; }))
    return wrong("it has a character that no URL has");
  if (rest.find_first_of("?#@") != std::string_view::npos)
    return wrong("write scheme, host, port and path only");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  if (!parse_authority(rest.substr(0, slash), url.origin)) return wrong("the host is none");
  rest.remove_prefix(slash);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  url.path = rest;
  return url;
}

UpstreamServer::UpstreamServer(Origin where, UpstreamClient::Limits bounds,
                               std::uint64_t client_number, std::shared_ptr<Quota> of_all,
                               std::shared_ptr<ClientContext> context)
    : origin(std::move(where)),
      limits(bounds),
      client(client_number),
      number(next_number()),
      all(std::move(of_all)),
      own(std::make_shared<Quota>(bounds.connections_per_upstream_max)),
      tls(std::move(context)) {}

/// What all servers of a client have in common.
class UpstreamClient::Shared {
 public:
  explicit Shared(Limits bounds)
      : limits(bounds),
        number(next_number()),
        all(std::make_shared<Quota>(bounds.connections_max)) {}
  const Limits limits;
  const std::uint64_t number;
  const std::shared_ptr<Quota> all;
};

namespace {

class PooledUpstream final : public Upstream {
 public:
  explicit PooledUpstream(std::shared_ptr<const UpstreamServer> server)
      : server_(std::move(server)) {}

  std::shared_ptr<UpstreamExchange> exchange() override {
    auto* const loop = dynamic_cast<AsioLoop*>(Loop::current());
    ASSERT(loop != nullptr);
    return std::make_shared<Exchange>(server_, *loop);
  }
  const Origin& origin() const override { return server_->origin; }

 private:
  const std::shared_ptr<const UpstreamServer> server_;
};

}  // namespace

UpstreamClient::UpstreamClient(Limits limits) : shared_(std::make_shared<Shared>(limits)) {}
UpstreamClient::~UpstreamClient() = default;

Result<std::shared_ptr<Upstream>> UpstreamClient::upstream(Origin origin,
                                                           const std::string& ca_file) {
  std::shared_ptr<ClientContext> context;
  if (origin.secure) {
    TRY_LET(context, ClientContext::make(ca_file));
  }
  return std::make_shared<PooledUpstream>(std::make_shared<const UpstreamServer>(
      std::move(origin), shared_->limits, shared_->number, shared_->all, std::move(context)));
}

std::size_t UpstreamClient::connections() const { return shared_->all->count(); }

}  // namespace tintype::http
