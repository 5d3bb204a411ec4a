// The subcommands. Each declares its options and, if it is chosen, sets the exit code (sysexits).
#pragma once

namespace CLI {
class App;
}

namespace tintype {

void add_image_command(CLI::App& app, int& exit_code);
void add_worker_command(CLI::App& app, int& exit_code);
void add_codecs_command(CLI::App& app, int& exit_code);

}  // namespace tintype
