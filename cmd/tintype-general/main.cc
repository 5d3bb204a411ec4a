// tintype-general: whatever tintype-pixels declines, through libvips.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "commands.h"
#include "image/general/general.h"
#include "tintype-pixels/commands.h"

namespace {

int report_declined() {
  fmt::print(stderr, "tintype: declined, which the general engine does not\n");
  return EX_SOFTWARE;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The part of tintype that links libvips; `tintype` runs it", "tintype-general");
  app.require_subcommand(1);
  int exit_code = EX_OK;
  const tintype::image::Engine& engine = tintype::image::general_engine();
  tintype::add_image_command(app, engine, report_declined, exit_code);
  tintype::add_worker_command(app, engine);
  tintype::add_codecs_command(app, exit_code);
  return tintype::parse_command_line(app, argc, argv, exit_code);
}
