#include "node.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <thread>

#include "base/blocking_pool.h"
#include "base/log.h"
#include "bucket/disk_store.h"
#include "bucket/s3_api.h"
#include "edge/edge.h"
#include "event/dispatcher.h"
#include "event/queue.h"
#include "function/image_function.h"
#include "function/manifest.h"
#include "function/runner.h"
#include "function/tidy_function.h"
#include "gateway/gateway.h"
#include "gateway/identity_routes.h"
#include "gateway/issuer.h"
#include "gateway/page.h"
#include "http/problem.h"
#include "http/server.h"
#include "metrics/registry.h"
#include "ops.h"
#include "plugs.h"
#include "sql/database.h"
#include "sql/migrations.h"
#include "upload/api.h"
#include "upload/slots.h"
#include "worker/pool.h"

namespace tintype {
namespace {

constexpr std::chrono::minutes kHousekeepingEvery{1};
constexpr std::chrono::hours kSlotsKept{24 * 7};  // After their end, for who still asks.
constexpr std::uint64_t kJsonBodyMax = 64 * 1024;
constexpr std::uint64_t kPutBodyMax = 5ULL << 30;  // S3's limit of one PUT.

/// The handlers of the four listeners. They need the bound addresses (a port may be 0), so they are
/// made after the server listens and published in one step; until then each answers 503.
struct Handlers {
  http::Handler gateway;
  http::Handler edge;
  http::Handler s3;
  http::Handler ops;
  http::Refusal gateway_refusal;  // What the server refuses before a handler sees it.
  http::Refusal s3_refusal;
};

Task<http::Response> answer_starting(http::Request& request) {
  co_return http::problem_response(Error{ErrorCode::unavailable, "the node is starting"}, request);
}

/// Runs `work` every minute until destroyed.
class Housekeeping {
 public:
  explicit Housekeeping(std::function<void()> work)
      : thread_([this, work = std::move(work)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          do {
            work();
          } while (!stopped_.wait_for(lock, stop, kHousekeepingEvery, [] { return false; }) &&
                   !stop.stop_requested());
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

/// POST <route>: from the verified subject to an owner, and from there to upload.
Task<http::Response> open_slot(upload::Api& api, http::Request& request,
                               const upload::Policy& policy, std::string subject) {
  const auto owner = bucket::Owner::parse(subject);
  if (!owner)
    co_return http::problem_response(
        Error{ErrorCode::denied, "subject of the token: " + owner.error().message}, request);
  co_return co_await api.key_upload(request, policy, *owner);
}

/// http://127.0.0.1:8080 is http://localhost:8080 to the person who types it.
std::vector<std::string> own_origins(const std::string& gateway) {
  std::vector<std::string> origins = {gateway};
  constexpr std::string_view kLoopback = "http://127.0.0.1:";
  if (gateway.starts_with(kLoopback))
    origins.push_back("http://localhost:" + gateway.substr(kLoopback.size()));
  return origins;
}

/// `inner`, once `person` is there.
Task<http::Response> after_person(BlockingPool& pool, std::shared_future<void> person,
                                  const gateway::Integration& inner, http::Request& request,
                                  const gateway::Identity* identity,
                                  gateway::Parameters parameters) {
  const Status there = co_await pool.run([&person]() -> Status {
    person.wait();
    return {};
  });
  if (!there) co_return http::problem_response(there.error(), request);
  co_return co_await inner(request, identity, std::move(parameters));
}

void log_failure(std::string_view event, const Error& error) {
  log(LogLevel::error, event, {{"reason", error.message}});
}

}  // namespace

/// In the order in which they are made; destroyed in the reverse one.
struct Node::Parts {
  Stack stack;
  DataDir data;
  Fd lock;
  Credentials credentials;
  SystemClock clock;
  metrics::Registry registry;
  NodeAddresses addresses;
  std::unique_ptr<BlockingPool> pool;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<worker::Pool> workers;
  std::unique_ptr<event::Queue> queue;
  std::unique_ptr<event::Dispatcher> dispatcher;
  std::unique_ptr<upload::Slots> slots;
  std::unique_ptr<bucket::Store> store;
  std::unique_ptr<function::Manifests> manifests;
  std::unique_ptr<SlotProgress> progress;
  std::unique_ptr<ManifestCatalog> catalog;
  std::vector<std::unique_ptr<function::Function>> functions;
  std::unique_ptr<gateway::Issuer> issuer;
  std::packaged_task<void()> make_person;  // Valid at the first start alone, as demo_person is.
  std::shared_future<void> demo_person;
  std::unique_ptr<upload::Api> upload_api;
  Handlers handlers;
  std::atomic<const Handlers*> published{nullptr};
  std::unique_ptr<function::Runner> runner;
  std::unique_ptr<Housekeeping> housekeeping;
  std::unique_ptr<http::Server> server;

  Parts(Stack its_stack, DataDir its_data)
      : stack(std::move(its_stack)), data(std::move(its_data)) {}

  Status take_data();
  Status open_database();
  Status start_server(const ServeOptions& options);
  void resolve_addresses();
  Status make_stages();
  Status make_buckets();
  void make_functions();
  Status make_demo_person();
  Status make_handlers();
  std::vector<gateway::Route> routes();
  void refresh_gauges();
  Status ready();
  void keep_house();
};

Status Node::Parts::take_data() {
  TRY_LET(lock, data.lock());
  TRY_LET(credentials, data.credentials());
  return {};
}

Status Node::Parts::open_database() {
  TRY_LET(database, sql::Database::open(data.database_url(), {}));
  TRY_LET(const auto ran, sql::migrate(*database, sql::built_in_migrations()));
  for (const std::string& id : ran) log(LogLevel::info, "migration applied", {{"migration", id}});
  return {};
}

Status Node::Parts::start_server(const ServeOptions& options) {
  using Member = http::Handler Handlers::*;
  const auto late = [this](Member member) -> http::Handler {
    return [this, member](http::Request& request) {
      const Handlers* ready = published.load(std::memory_order_acquire);
      return ready == nullptr ? answer_starting(request) : (ready->*member)(request);
    };
  };
  const auto late_refusal = [this](http::Refusal Handlers::* member) -> http::Refusal {
    return [this, member](const http::Problem& problem, const http::Request& request) {
      const Handlers* ready = published.load(std::memory_order_acquire);
      return ready == nullptr ? http::problem_response(problem, request)
                              : (ready->*member)(problem, request);
    };
  };
  http::Limits json;
  json.body_bytes_max = kJsonBodyMax;
  http::Limits objects;
  objects.body_bytes_max = kPutBodyMax;
  std::vector<http::Listener> listeners;
  listeners.push_back({"gateway", options.gateway, json, late(&Handlers::gateway),
                       late_refusal(&Handlers::gateway_refusal)});
  listeners.push_back({"edge", options.edge, json, late(&Handlers::edge)});
  listeners.push_back(
      {"s3", options.s3, objects, late(&Handlers::s3), late_refusal(&Handlers::s3_refusal)});
  listeners.push_back({"ops", options.ops, json, late(&Handlers::ops)});

  http::Server::Options server_options;
  server_options.loops = std::max(1U, std::thread::hardware_concurrency());
  server_options.observer = exchange_observer(registry);
  auto started = http::Server::start(std::move(server_options), std::move(listeners));
  if (!started)  // The listeners have the names of their options.
    return fail(started.error().code, "--" + started.error().message + "; give another address");
  server = std::move(*started);
  return {};
}

void Node::Parts::resolve_addresses() {
  const std::vector<std::string> bound = server->addresses();
  const auto url = [](const std::string& given, const std::string& address) {
    return given.empty() ? "http://" + address : given;
  };
  addresses.gateway = url(stack.public_urls.gateway, bound[0]);
  addresses.edge = url(stack.public_urls.edge, bound[1]);
  addresses.s3 = url(stack.public_urls.s3, bound[2]);
  addresses.ops = "http://" + bound[3];
  addresses.issuer = addresses.gateway;
  if (stack.app_origins.empty()) stack.app_origins = own_origins(addresses.gateway);
}

Status Node::Parts::make_buckets() {
  for (const bucket::BucketName* name : {&stack.uploads_bucket, &stack.assets_bucket}) {
    const Status made = store->create_bucket(*name);
    if (!made && made.error().code != ErrorCode::conflict) return made;
  }
  return {};
}

Status Node::Parts::make_stages() {
  queue = std::make_unique<event::Queue>(event::Queue::Options{}, *database, clock);
  TRY_LET(const std::int64_t recovered, queue->recover());
  if (recovered > 0) log(LogLevel::info, "invocations recovered", {{"count", recovered}});

  std::vector<event::Subscription> subscriptions;
  for (const auto& collection : stack.collections)
    subscriptions.push_back({.bucket = stack.uploads_bucket.str(),
                             .prefix = collection.images.name + "/",
                             .function = function::image_function_name(collection.images.name)});
  dispatcher =
      std::make_unique<event::Dispatcher>(std::move(subscriptions), *queue, credentials.region);
  slots = std::make_unique<upload::Slots>(*database, clock);

  bucket::DiskStoreOptions disk;
  disk.folder = data.objects_folder();
  disk.observers = {slots.get(), dispatcher.get()};
  TRY_LET(store, bucket::open_disk_store(std::move(disk), *database, clock));
  TRY(make_buckets());
  manifests = std::make_unique<function::Manifests>(*database);
  progress = std::make_unique<SlotProgress>(*slots);
  catalog = std::make_unique<ManifestCatalog>(*manifests);
  make_functions();

  TRY_LET(issuer, gateway::Issuer::open({.key_file = data.issuer_key_file(),
                                         .url = addresses.issuer,
                                         .audience = std::string(gateway::kAudience)}));
  return {};
}

void Node::Parts::make_functions() {
  for (const auto& collection : stack.collections) {
    functions.push_back(std::make_unique<function::ImageFunction>(
        collection.images, function::ImageFunction::Parts{.store = *store,
                                                          .assets_bucket = stack.assets_bucket,
                                                          .workers = *workers,
                                                          .pool = *pool,
                                                          .database = *database,
                                                          .queue = *queue,
                                                          .manifests = *manifests,
                                                          .progress = *progress,
                                                          .clock = clock}));
    functions.push_back(std::make_unique<function::TidyFunction>(
        collection.images, function::TidyFunction::Parts{.store = *store,
                                                         .assets_bucket = stack.assets_bucket,
                                                         .database = *database,
                                                         .queue = *queue,
                                                         .manifests = *manifests,
                                                         .clock = clock}));
  }
}

/// At the first start only, and beside everything else: hashing a password takes longer than all
/// the rest of a start. Whoever signs in waits for it.
Status Node::Parts::make_demo_person() {
  TRY_LET(const bool exists, gateway::person_exists(*database, credentials.person_sub));
  if (exists) return {};
  make_person = std::packaged_task<void()>([this] {
    const Status saved =
        gateway::save_person(*database, credentials.person_sub, credentials.person_name,
                             credentials.person_password, clock.now());
    if (!saved) log_failure("demo person not saved", saved.error());
  });
  demo_person = make_person.get_future().share();
  return {};
}

std::vector<gateway::Route> Node::Parts::routes() {
  std::vector<gateway::Route> all;
  for (gateway::Route& route : gateway::identity_routes(*issuer, *database, *pool, clock)) {
    if (demo_person.valid() && route.method == "POST")
      route.integration = [this, inner = std::move(route.integration)](
                              http::Request& request, const gateway::Identity* identity,
                              gateway::Parameters parameters) {
        return after_person(*pool, demo_person, inner, request, identity, std::move(parameters));
      };
    all.push_back(std::move(route));
  }
  for (gateway::Route& route : gateway::page_routes(addresses.s3, addresses.edge))
    all.push_back(std::move(route));
  for (const auto& collection : stack.collections) {
    all.push_back({.method = "POST",
                   .path = collection.policy.route,
                   .access = gateway::Access::jwt,
                   .integration = [this, &policy = collection.policy](
                                      http::Request& request, const gateway::Identity* identity,
                                      const gateway::Parameters&) {
                     return open_slot(*upload_api, request, policy, identity->subject);
                   }});
  }
  all.push_back({.method = "GET",
                 .path = "/uploads/{id}",
                 .access = gateway::Access::open,
                 .integration = [this](http::Request& request, const gateway::Identity*,
                                       const gateway::Parameters& parameters) {
                   return upload_api->status(request, parameters.at("id"));
                 }});
  return all;
}

Status Node::Parts::make_handlers() {
  upload_api = std::make_unique<upload::Api>(
      upload::Api::Options{.s3_url = addresses.s3,
                           .gateway_url = addresses.gateway,
                           .edge_url = addresses.edge,
                           .region = credentials.region,
                           .access_key_id = credentials.access_key_id,
                           .secret_access_key = credentials.secret_access_key,
                           .bucket = stack.uploads_bucket},
      *slots, *pool, clock);

  TRY_LET(const crypto::KeySet keys, crypto::KeySet::parse(issuer->jwks_json()));
  auto authorizer = std::make_shared<const gateway::JwtAuthorizer>(
      gateway::JwtAuthorizer::Policy{.issuer = addresses.issuer,
                                     .audience = std::string(gateway::kAudience)},
      keys);
  TRY_LET(gateway::Cors cors, gateway::Cors::make(stack.app_origins));
  handlers.gateway_refusal = [cors](const http::Problem& problem, const http::Request& request) {
    http::Response response = http::problem_response(problem, request);
    cors.add_headers(request, response);
    return response;
  };
  TRY_LET(handlers.gateway,
          gateway::gateway_handler(routes(), std::move(cors), std::move(authorizer), clock));

  std::vector<edge::Collection> edge_collections;
  for (const auto& collection : stack.collections)
    edge_collections.push_back({collection.images.name, collection.images.variants});
  handlers.edge = edge::edge_handler({.collections = std::move(edge_collections),
                                      .assets_bucket = stack.assets_bucket,
                                      .cache_bytes_max = stack.edge_cache_bytes_max},
                                     *store, *catalog, *workers, *pool);

  bucket::S3Options s3;
  s3.region = credentials.region;
  s3.keys.emplace(credentials.access_key_id, credentials.secret_access_key);
  s3.cors_origins = stack.app_origins;
  handlers.s3_refusal = bucket::s3_refusal(stack.app_origins);
  handlers.s3 = bucket::s3_handler(std::move(s3), *store, *pool, clock);
  handlers.ops =
      ops_handler({.ready = [this] { return ready(); }, .refresh = [this] { refresh_gauges(); }},
                  registry, *pool);
  published.store(&handlers, std::memory_order_release);
  return {};
}

Status Node::Parts::ready() {
  if (!workers->ready()) return fail(ErrorCode::unavailable, "no worker is warm yet");
  TRY(queue->counts());
  return {};
}

void Node::Parts::refresh_gauges() {
  const worker::Pool::Counts worker_counts = workers->counts();
  const auto set = [this](std::string_view name, std::string_view help,
                          const metrics::Labels& labels,
                          double value) { registry.gauge(name, help, labels).set(value); };
  set("tintype_workers", "Workers by state", {{"state", "idle"}},
      static_cast<double>(worker_counts.idle));
  set("tintype_workers", "Workers by state", {{"state", "busy"}},
      static_cast<double>(worker_counts.busy));
  set("tintype_worker_faults", "Workers that crashed or ran out of time, since the start", {},
      static_cast<double>(worker_counts.faults));
  const auto counts = queue->counts();
  if (!counts) return log_failure("queue could not be counted", counts.error());
  constexpr std::string_view kHelp = "Invocations by state";
  set("tintype_invocations", kHelp, {{"state", "ready"}}, static_cast<double>(counts->ready));
  set("tintype_invocations", kHelp, {{"state", "leased"}}, static_cast<double>(counts->leased));
  set("tintype_invocations", kHelp, {{"state", "dead"}}, static_cast<double>(counts->dead));
}

void Node::Parts::keep_house() {
  if (const auto swept = slots->sweep(kSlotsKept); !swept)
    log_failure("slots could not be swept", swept.error());
  if (const auto pruned = queue->prune({}); !pruned)
    log_failure("invocations could not be pruned", pruned.error());
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Node::~Node() {
  // The way in closes first; what was accepted is finished by the members' destructors.
  parts_->server->stop();
  parts_->housekeeping.reset();
  parts_->runner.reset();
  parts_->server.reset();
  parts_->pool.reset();  // What it still runs uses all the rest.
  log(LogLevel::info, "node stopped", {});
}

const NodeAddresses& Node::addresses() const { return parts_->addresses; }

Result<std::unique_ptr<Node>> Node::start(Stack stack, DataDir data, const ServeOptions& options) {
  auto parts = std::make_unique<Parts>(std::move(stack), std::move(data));
  TRY(parts->take_data());
  // What can fail by a mistake of the operator comes first, before anything is made.
  TRY(parts->start_server(options));
  parts->resolve_addresses();
  TRY(parts->open_database());
  worker::Pool::Options workers;
  workers.program = pixels_program();
  workers.workers = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t worker_count = workers.workers;
  TRY_LET(parts->workers, worker::Pool::start(std::move(workers)));
  parts->pool = std::make_unique<BlockingPool>(BlockingPool::Options{});
  TRY(parts->make_stages());
  TRY(parts->make_demo_person());
  TRY(parts->make_handlers());
  TRY(parts->data.save_addresses(parts->addresses));

  std::vector<function::Function*> functions;
  for (const auto& function : parts->functions) functions.push_back(function.get());
  parts->runner =
      std::make_unique<function::Runner>(function::Runner::Options{.threads = worker_count},
                                         *parts->queue, *parts->database, functions);
  parts->housekeeping = std::make_unique<Housekeeping>([raw = parts.get()] { raw->keep_house(); });
  if (parts->make_person.valid()) parts->pool->try_post(std::move(parts->make_person));
  log(LogLevel::info, "node started",
      {{"gateway", parts->addresses.gateway},
       {"edge", parts->addresses.edge},
       {"s3", parts->addresses.s3}});
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

}  // namespace tintype
