#include "node/node.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/cores.h"
#include "base/log.h"
#include "node/access_log.h"
#include "node/gauges.h"
#include "node/ops.h"
#include "node/parts.h"
#include "node/stages.h"
#include "sql/migrations.h"

namespace tintype {
namespace {

Status take_data(NodeParts& parts) {
  TRY_LET(parts.lock, parts.data.lock());
  TRY_LET(parts.credentials, parts.data.credentials());
  return {};
}

Status open_database(NodeParts& parts) {
  TRY_LET(parts.database, sql::Database::open(parts.data.database_url(), {}));
  TRY_LET(const auto ran, sql::migrate(*parts.database, sql::built_in_migrations()));
  for (const std::string& id : ran) log(LogLevel::info, "migration applied", {{"migration", id}});
  return {};
}

/// http://127.0.0.1:8080 is http://localhost:8080 to the person who types it.
std::vector<std::string> own_origins(const std::string& gateway) {
  std::vector<std::string> origins = {gateway};
  constexpr std::string_view kLoopback = "http://127.0.0.1:";
  if (gateway.starts_with(kLoopback))
    origins.push_back("http://localhost:" + gateway.substr(kLoopback.size()));
  return origins;
}

/// Errors name the setting.
Status load_certificate(NodeParts& parts) {
  if (!parts.stack.gateway.tls) return {};
  auto tls = http::ServerTls::load(*parts.stack.gateway.tls, parts.clock.now());
  if (!tls) return fail(tls.error().code, "gateway." + tls.error().message);
  parts.tls = *std::move(tls);
  return {};
}

/// From where the listeners are bound to how people reach them.
void resolve_addresses(NodeParts& parts) {
  const BoundAddresses bound = parts.listeners->addresses();
  const auto url = [](const std::string& given, const std::string& address) {
    return given.empty() ? "http://" + address : given;
  };
  parts.addresses.gateway = url(parts.stack.public_urls.gateway, bound.gateway);
  if (parts.tls && parts.stack.public_urls.gateway.empty())
    parts.addresses.gateway = "https://" + bound.gateway;
  parts.addresses.edge = url(parts.stack.public_urls.edge, bound.edge);
  parts.addresses.s3 = url(parts.stack.public_urls.s3, bound.s3);
  parts.addresses.ops = "http://" + bound.ops;
  parts.addresses.issuer = parts.addresses.gateway;
  if (parts.stack.app_origins.empty())
    parts.stack.app_origins = own_origins(parts.addresses.gateway);
}

/// What the listener must let in, so that each route can apply its own limit.
std::uint64_t gateway_body_bytes_max(const Stack& stack) {
  std::uint64_t max = gateway::Route::kBodyBytesMax;
  for (const auto& route : stack.gateway.routes) max = std::max(max, route.body_bytes_max);
  return max;
}

std::size_t worker_count() { return usable_cores(); }

Status start_workers(NodeParts& parts) {
  worker::Pool::Options options;
  options.programs = worker_programs();
  options.workers = worker_count();
  TRY_LET(parts.workers, worker::Pool::start(std::move(options)));
  return {};
}

Status make_stages(NodeParts& parts) {
  TRY(make_event_stage(parts));
  TRY(make_upload_stage(parts));
  TRY(make_bucket_stage(parts));
  make_upload_api(parts);
  TRY(make_function_stage(parts));
  make_removal_stage(parts);
  TRY(make_identity_stage(parts));
  TRY(make_people_stage(parts));
  TRY(make_gateway_functions(parts));
  TRY(make_notify_stage(parts));
  return make_authorizer_stage(parts);
}

Status publish_handlers(NodeParts& parts) {
  Handlers handlers;
  TRY(make_gateway_handler(parts, handlers));
  make_s3_handler(parts, handlers);
  handlers.edge = make_edge_handler(parts);
  handlers.ops = ops_handler({.ready = [&parts] { return readiness(parts); },
                              .refresh = [&parts] { refresh_gauges(parts); },
                              .routes_json = parts.routes_json},
                             parts.registry, *parts.pool);
  parts.listeners->publish(std::move(handlers));
  return {};
}

std::unique_ptr<function::Runner> start_runner(
    NodeParts& parts, event::Queue& queue, std::size_t threads,
    const std::vector<std::unique_ptr<function::Function>>& of) {
  std::vector<function::Function*> functions;
  functions.reserve(of.size());
  for (const auto& function : of) functions.push_back(function.get());
  return std::make_unique<function::Runner>(function::Runner::Options{.threads = threads}, queue,
                                            *parts.database, std::move(functions));
}

void start_runners(NodeParts& parts) {
  constexpr std::size_t kToldAtOnce = 8;  // They wait for somebody else nearly all of the time.
  parts.runner = start_runner(parts, *parts.queue, worker_count(), parts.functions);
  if (!parts.notify_functions.empty())
    parts.notify_runner =
        start_runner(parts, *parts.notifications, kToldAtOnce, parts.notify_functions);
}

}  // namespace

Node::Node(std::unique_ptr<NodeParts> parts) : parts_(std::move(parts)) {}

Node::~Node() {
  // The way in closes first; what was accepted is finished by the members' destructors.
  parts_->listeners->stop();
  parts_->housekeeping.reset();
  parts_->lifecycles.reset();
  parts_->file_watch.reset();
  parts_->runner.reset();
  parts_->notify_runner.reset();
  parts_->listeners.reset();
  parts_->pool.reset();  // What it still runs uses all the rest.
  log(LogLevel::info, "node stopped", {});
}

void Node::reload() {
  look_at_certificate(*parts_);
  look_at_keys(*parts_);
}

const NodeAddresses& Node::addresses() const { return parts_->addresses; }

Result<std::unique_ptr<Node>> Node::start(Stack stack, DataDir data, const ServeOptions& options) {
  auto parts = std::make_unique<NodeParts>(std::move(stack), std::move(data));
  TRY(take_data(*parts));
  TRY(load_certificate(*parts));
  // What can fail by a mistake of the operator comes first, before anything is made.
  TRY_LET(parts->listeners,
          Listeners::start(options,
                           {.body_bytes_max = gateway_body_bytes_max(parts->stack),
                            .trusted = parts->stack.gateway.trusted,
                            .tls = parts->tls},
                           exchange_observer(parts->registry, parts->stack.gateway.access_log)));
  resolve_addresses(*parts);
  TRY(open_database(*parts));
  TRY(start_workers(*parts));
  parts->pool = std::make_unique<BlockingPool>(BlockingPool::Options{});
  TRY(make_stages(*parts));
  TRY(publish_handlers(*parts));
  TRY(parts->data.save_addresses(parts->addresses));

  start_runners(*parts);
  parts->housekeeping = std::make_unique<Housekeeping>([raw = parts.get()] { keep_house(*raw); });
  parts->lifecycles = std::make_unique<Housekeeping>([raw = parts.get()] { obey_lifecycles(*raw); },
                                                     kLifecyclesEvery);
  parts->file_watch = std::make_unique<Housekeeping>(
      [raw = parts.get()] {
        look_at_certificate(*raw);
        look_at_keys(*raw);
      },
      kLookEvery);
  parts->demo_person->save();
  log(LogLevel::info, "node started",
      {{"gateway", parts->addresses.gateway},
       {"edge", parts->addresses.edge},
       {"s3", parts->addresses.s3}});
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

}  // namespace tintype
