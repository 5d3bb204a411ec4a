// tintype-pixels: whatever touches pixels, and nothing else.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "commands.h"

int main(int argc, char** argv) {
  CLI::App app("The part of tintype that links the codecs; `tintype` runs it", "tintype-pixels");
  app.require_subcommand(1);
  int exit_code = EX_OK;
  tintype::add_image_command(app, exit_code);
  tintype::add_worker_command(app, exit_code);
  tintype::add_codecs_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11's way; also of --help.
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "tintype: {}\n", error.what());
    return EX_USAGE;
  }
  return exit_code;
}
