// The subcommands of the programs that touch pixels: each has them for an engine of its own. A
// command declares its options and, if it is chosen, sets the exit code (sysexits).
#pragma once

#include <functional>

#include "image/render.h"

namespace CLI {
class App;
}

namespace tintype {

/// What the engine declines, `declined` takes over; its result is the exit code.
void add_image_command(CLI::App& app, const image::Engine& engine, std::function<int()> declined,
                       int& exit_code);
void add_worker_command(CLI::App& app, const image::Engine& engine);

/// Parses the command line. The exit code, unless a command has set one.
int parse_command_line(CLI::App& app, int argc, char** argv, const int& exit_code);

}  // namespace tintype
