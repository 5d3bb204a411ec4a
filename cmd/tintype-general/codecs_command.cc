#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "commands.h"
#include "image/general/general.h"

namespace tintype {
namespace {

int print_codecs() {
  if (const Status started = image::general_engine().start(); !started) {
    fmt::print(stderr, "codecs: {}\n", started.error().message);
    return EX_UNAVAILABLE;
  }
  boost::json::object versions;
  for (const auto& [name, version] : image::codec_versions()) versions[name] = version;
  fmt::print("{}\n", boost::json::serialize(versions));
  return EX_OK;
}

}  // namespace

void add_codecs_command(CLI::App& app, int& exit_code) {
  app.add_subcommand("codecs", "Print the versions of the libraries that touch pixels, as JSON")
      ->callback([&exit_code] { exit_code = print_codecs(); });
}

}  // namespace tintype
