// What a node is made of. Each stage adds its own parts in a file of its own (stages.h); node.cc
// says in which order.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/fd.h"
#include "bucket/identity/identities.h"
#include "bucket/multiparts.h"
#include "bucket/notification/rules.h"
#include "data_dir.h"
#include "edge/asset_cache.h"
#include "event/dispatcher.h"
#include "event/queue.h"
#include "function/function.h"
#include "function/manifest.h"
#include "function/notify/target.h"
#include "function/removal.h"
#include "function/runner.h"
#include "gateway/function_client.h"
#include "gateway/issuer/service.h"
#include "http/upstream.h"
#include "metrics/registry.h"
#include "node/authorizers.h"
#include "node/demo_person.h"
#include "node/housekeeping.h"
#include "node/listeners.h"
#include "node/people_stage.h"
#include "node/plugs.h"
#include "sql/database.h"
#include "stack/stack.h"
#include "upload/api.h"
#include "upload/slots.h"
#include "worker/pool.h"

namespace tintype {

/// In the order in which they are made; destroyed in the reverse one, but for what Node's
/// destructor ends before.
struct NodeParts {
  Stack stack;
  DataDir data;
  Fd lock;
  Credentials credentials;
  SystemClock clock;
  metrics::Registry registry;
  NodeAddresses addresses;
  std::shared_ptr<http::ServerTls> tls;  // Of the gateway; null: none.
  std::unique_ptr<BlockingPool> pool;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<worker::Pool> workers;
  std::unique_ptr<event::Queue> queue;
  std::unique_ptr<event::Queue> notifications;  // Its other lane: for receivers outside.
  std::unique_ptr<event::Dispatcher> dispatcher;
  std::unique_ptr<upload::Slots> slots;
  std::unique_ptr<bucket::MultipartStore> store;
  std::unique_ptr<bucket::Store> remote_assets;    // Null: assets are in `store`.
  std::unique_ptr<bucket::Identities> identities;  // Who may use it through the S3 endpoint.
  std::unique_ptr<function::Manifests> manifests;
  std::unique_ptr<SlotProgress> progress;
  std::unique_ptr<ManifestCatalog> catalog;
  std::vector<std::unique_ptr<function::Function>> functions;
  std::vector<std::unique_ptr<function::Removal>> removals;  // In the order of the collections.
  std::unique_ptr<gateway::IssuerService> issuer;
  std::unique_ptr<DemoPerson> demo_person;
  std::shared_ptr<http::UpstreamClient> upstream_client;  // Of all http routes, which share it.
  // By name; shared with the routes that ask them.
  std::map<std::string, std::shared_ptr<gateway::FunctionClient>> gateway_functions;
  std::vector<bucket::NotificationTarget> notification_targets;
  std::vector<std::unique_ptr<function::Target>> receivers;           // One for each of them.
  std::vector<std::unique_ptr<function::Function>> notify_functions;  // The same.
  Authorizers authorizers;
  std::unique_ptr<upload::Api> upload_api;
  std::shared_ptr<edge::AssetCache> edge_cache;  // The edge's, and whoever removes assets.
  std::unique_ptr<PeopleStage> people;
  std::string routes_json;  // Of the gateway, for operators: see ops.h.
  std::unique_ptr<function::Runner> runner;
  std::unique_ptr<function::Runner> notify_runner;
  std::unique_ptr<Housekeeping> housekeeping;
  std::unique_ptr<Housekeeping> lifecycles;
  std::unique_ptr<Housekeeping> file_watch;  // The certificate, and the issuer's keys.
  std::unique_ptr<Listeners> listeners;

  NodeParts(Stack its_stack, DataDir its_data)
      : stack(std::move(its_stack)), data(std::move(its_data)) {}

  bucket::Store& assets() { return remote_assets ? *remote_assets : *store; }
};

}  // namespace tintype
