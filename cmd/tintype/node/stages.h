// The stages of a node, each wired in a file of its own. What a stage gives to the gateway are
// routes; what it needs is in NodeParts, made before it.
#pragma once

#include <vector>

#include "base/result.h"
#include "gateway/gateway.h"
#include "http/message.h"
#include "node/listeners.h"

namespace tintype {

struct NodeParts;

// In the order in which a node makes them.

/// event_stage.cc: the queue, with what a crash left in it, and who is told of which objects.
Status make_event_stage(NodeParts& parts);
/// upload_stage.cc: the slots, which the store tells of its objects.
Status make_upload_stage(NodeParts& parts);
/// bucket_stage.cc: the store, its two buckets, and the S3 listener.
Status make_bucket_stage(NodeParts& parts);
/// upload_stage.cc: what is answered about slots, which needs the store.
void make_upload_api(NodeParts& parts);
/// function_stage.cc: what runs on an event, for each collection.
Status make_function_stage(NodeParts& parts);
/// removal_stage.cc: how an owner's picture is taken away, for each collection.
void make_removal_stage(NodeParts& parts);
/// identity_stage.cc: the issuer, and who signs in.
Status make_identity_stage(NodeParts& parts);
/// route_stage.cc: the functions that routes ask.
Status make_gateway_functions(NodeParts& parts);
/// notify_stage.cc: the receivers that a bucket's notifications may name.
Status make_notify_stage(NodeParts& parts);
/// people_stage.cc: persons, the feed, and what runs when somebody is deleted.
Status make_people_stage(NodeParts& parts);
/// authorizer_stage.cc: who checks tokens and keys.
Status make_authorizer_stage(NodeParts& parts);

// Routes of the gateway, by the stage that answers them.

std::vector<gateway::Route> upload_routes(NodeParts& parts);
/// upload_stage.cc: what only the owner of an upload may do with it.
std::vector<gateway::Route> upload_owner_routes(NodeParts& parts);
/// removal_stage.cc: DELETE /<collection>/current.
std::vector<gateway::Route> removal_routes(NodeParts& parts);
std::vector<gateway::Route> identity_routes(NodeParts& parts);
/// route_stage.cc: those of the stack file.
Result<std::vector<gateway::Route>> stack_routes(NodeParts& parts);
std::vector<gateway::Route> people_routes(NodeParts& parts);
/// contract_stage.cc: GET /api/openapi.json.
Result<std::vector<gateway::Route>> contract_routes(NodeParts& parts);

// Handlers of the listeners, when all stages are there.

/// gateway_stage.cc: all routes, behind one owner of CORS. Sets `gateway` and `gateway_refusal`.
Status make_gateway_handler(NodeParts& parts, Handlers& handlers);
/// Sets `s3` and `s3_refusal`.
void make_s3_handler(NodeParts& parts, Handlers& handlers);
/// edge_stage.cc
http::Handler make_edge_handler(NodeParts& parts);

}  // namespace tintype
