// tintype-pixels: photographs, and nothing else.
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "commands.h"
#include "image/photograph.h"

namespace {

/// The same command line for tintype-general, which lies beside. Returns only if it is missing.
int exec_general(char** argv) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "tintype-general";
  ::execv(program.c_str(), argv);
  fmt::print(stderr, "tintype: cannot run '{}': {}; install it beside tintype\n", program.string(),
             std::generic_category().message(errno));
  return EX_UNAVAILABLE;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The part of tintype that makes pictures of photographs; `tintype` runs it",
               "tintype-pixels");
  app.require_subcommand(1);
  int exit_code = EX_OK;
  const tintype::image::Engine& engine = tintype::image::photograph_engine();
  tintype::add_image_command(app, engine, [argv] { return exec_general(argv); }, exit_code);
  tintype::add_worker_command(app, engine);
  return tintype::parse_command_line(app, argc, argv, exit_code);
}
