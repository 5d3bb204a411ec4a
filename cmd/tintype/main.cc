// tintype: the command line (docs/api/command-line.md). Wiring of subcommands, no logic.

#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <string_view>

#include "commands.h"

namespace {

using tintype::BucketOptions;
using tintype::DbOptions;
using tintype::EventsOptions;
using tintype::IssuerKeysOptions;
using tintype::KeysOptions;
using tintype::ServeOptions;
using tintype::TokenOptions;

/// A subcommand of `command` that sets the options' `action` to its name, and runs.
template <class Options>
CLI::App* add_action(CLI::App& command, const std::shared_ptr<Options>& options,
                     int (*run)(const Options&), int& exit_code, const char* action,
                     const char* about = "") {
  auto* sub = command.add_subcommand(action, about);
  sub->add_option("--data", options->data, "The node's data directory");
  sub->callback([options, run, action, &exit_code] {
    options->action = action;
    exit_code = run(*options);
  });
  return sub;
}

void add_serve(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("serve", "Run a node: gateway, S3 endpoint, edge, ops");
  auto options = std::make_shared<ServeOptions>();  // Shared with the callback, which runs later.
  command->add_option("--config", options->config,
                      "The stack file (default: ./tintype.toml, if any)");
  command->add_option("--data", options->data, "The folder that holds everything");
  command->add_option("--gateway", options->gateway, "Address of the gateway and the app");
  command->add_option("--edge", options->edge, "Address of the edge");
  command->add_option("--s3", options->s3, "Address of the S3 endpoint");
  command->add_option("--ops", options->ops, "Address of health and metrics");
  command->callback([options, &exit_code] { exit_code = run_serve(*options); });
}

void add_token(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("token", "Print an access token of the embedded issuer");
  auto options = std::make_shared<TokenOptions>();
  command->add_option("--data", options->data, "The node's data directory");
  command->add_option("--sub", options->subject, "Whom it is for")->required();
  command->add_option("--ttl", options->ttl, "How long it is valid: 15m, 1h");
  command->callback([options, &exit_code] { exit_code = run_token(*options); });
}

void add_keys(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("keys", "Who may use the S3 endpoint: owners' access keys");
  command->require_subcommand(1);
  auto options = std::make_shared<KeysOptions>();
  const auto add_one = [&](const char* action, const char* about) {
    return add_action(*command, options, &tintype::run_keys, exit_code, action, about);
  };
  auto* add = add_one("add", "Print a new access key of an owner, who may be new, too");
  auto* rotate = add_one("rotate", "Print another key of the same owner; the old one will end");
  auto* remove = add_one("remove", "End a key at once");
  add_one("list", "All of them, without their secrets");
  add->add_option("--owner", options->owner, "Whose it is")->required();
  add->add_option("--name", options->name, "The owner's display name");
  add->add_option("--allow", options->allowed,
                  "What the owner may do with another's bucket: BUCKET=read,write,list,admin; "
                  "'*' is every bucket; again for more");
  add->add_flag_callback(
      "--create", [options] { options->may_create = true; },
      "The owner may make buckets of its own, as a new one may");
  add->add_flag_callback("--no-create", [options] { options->may_create = false; }, "It may not");
  rotate->add_option("--overlap", options->overlap, "How long the old key still works: 0s, 24h");
  for (auto* sub : {rotate, remove})
    sub->add_option("key", options->access_key, "The access key's id")->required();
  add->add_option("--access-key", options->access_key, "An id that clients have already");
  add->add_option("--secret-key", options->secret_key, "Its secret; - reads standard input");
}

void add_issuer_keys(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("issuer-keys", "Look at the keys of the embedded issuer, and rotate");
  command->require_subcommand(1);
  auto options = std::make_shared<IssuerKeysOptions>();
  for (const char* action : {"list", "rotate"}) {
    auto* sub = add_action(*command, options, &tintype::run_issuer_keys, exit_code, action);
    if (std::string_view(action) == "rotate")
      sub->add_flag("--compromised", options->compromised,
                    "At once; no token of the old keys is valid any more");
  }
}

void add_api_key(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("api-key", "Make keys for programs");
  command->require_subcommand(1);
  auto* generate = command->add_subcommand(
      "generate", "Print a new key, and on standard error what the stack file says of it");
  auto owner = std::make_shared<std::string>("NAME");
  generate->add_option("--owner", *owner, "Whose key it is");
  generate->callback([owner, &exit_code] { exit_code = tintype::run_api_key(*owner); });
}

void add_bucket(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("bucket", "Look after what buckets hold, also while a node runs");
  command->require_subcommand(1);
  auto options = std::make_shared<BucketOptions>();
  const auto add_one = [&](const char* action, const char* about) {
    return add_action(*command, options, &tintype::run_bucket, exit_code, action, about);
  };
  add_one("scrub", "Read every content and compare it to its digest");
  auto* quota =
      add_one("quota", "Say how much a bucket may hold, or how much those with a quota do");
  auto* bucket = quota->add_option("BUCKET", options->bucket, "Without it, all that have one");
  quota->add_option("--bytes", options->bytes, "Such as 10GiB; without it, as much as fits")
      ->needs(bucket);
  quota->add_option("--objects", options->objects, "How many, with older versions")->needs(bucket);
  quota->add_flag("--remove", options->remove, "It has no quota any more")->needs(bucket);
  add_one("backup", "Copy the data directory as it is at one instant")
      ->add_option("--to", options->to, "A folder that is not there yet")
      ->required();
}

void add_db(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("db", "Migrate the database");
  command->require_subcommand(1);
  auto options = std::make_shared<DbOptions>();
  for (const char* action : {"migrate", "rollback", "status"}) {
    auto* sub = add_action(*command, options, &tintype::run_db, exit_code, action);
    sub->add_option("--database", options->database, "sqlite:///path or postgresql://...");
    sub->add_option("--migrations", options->migrations,
                    "A folder of migrations, instead of those of this program");
  }
}

void add_events(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("events", "Look at invocations, and run dead ones again");
  command->require_subcommand(1);
  auto options = std::make_shared<EventsOptions>();
  for (const char* action : {"list", "dead", "replay", "show"}) {
    auto* sub = add_action(*command, options, &tintype::run_events, exit_code, action);
    const std::string_view name = action;
    if (name == "replay") sub->add_flag("--all", options->all, "Every dead one");
    if (name == "replay" || name == "show") sub->add_option("id", options->ids, "Of an invocation");
  }
}

void add_small(CLI::App& app, int& exit_code) {
  auto* check = app.add_subcommand("check", "Validate a stack file; say what each setting became");
  auto config = std::make_shared<std::optional<std::filesystem::path>>();
  check->add_option("--config", *config, "The stack file (default: ./tintype.toml, if any)");
  check->callback([config, &exit_code] { exit_code = tintype::run_check(*config); });

  auto* doctor =
      app.add_subcommand("doctor", "Say which jail layers, codecs and versions are active");
  doctor->callback([&exit_code] { exit_code = tintype::run_doctor(); });

  auto* version = app.add_subcommand("version", "Print the version");
  auto json = std::make_shared<bool>(false);
  version->add_flag("--json", *json, "As JSON");
  version->callback([json, &exit_code] { exit_code = tintype::run_version(*json); });

  // Only for --help: main() hands these two to tintype-pixels before anything is parsed.
  app.add_subcommand("image", "Transform one picture: image IN OUT [--width N] ...");
  app.add_subcommand("worker", "The jailed child of serve; not for people");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "image" || command == "worker") return tintype::exec_pixels(argc, argv);

  int exit_code = EX_OK;
  CLI::App app("Tintype: a serverless image pipeline in one program", "tintype");
  app.require_subcommand(1);
  add_serve(app, exit_code);
  add_token(app, exit_code);
  add_keys(app, exit_code);
  add_issuer_keys(app, exit_code);
  add_api_key(app, exit_code);
  add_bucket(app, exit_code);
  add_db(app, exit_code);
  add_events(app, exit_code);
  add_small(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 numbers its errors itself; help is one of them, and no failure.
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  return exit_code;
}
